"""Values of pages and answers as texts, which is what variables and tests are made of."""

import json
from decimal import Decimal


def as_text(value: object) -> str | None:
    """Return a text as it is, ``None`` for ``null``, else JSON (numbers without exponents)."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return json.dumps(value, ensure_ascii=False)
