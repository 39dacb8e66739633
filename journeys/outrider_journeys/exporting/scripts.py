"""JavaScript of a journey as Python expressions."""

import re
from typing import TYPE_CHECKING

from outrider_engine.domain.templates import names_in
from outrider_journeys.page_scripts import as_function, is_statements

from .expressions import NAMED, escaped, literal

if TYPE_CHECKING:
    from .code import CodeWriter

_FUNCTION = re.compile(r"\s*(?:async\s*)?(?:function\b|\([\w\s,$={}\[\]]*\)\s*=>|[A-Za-z_$][\w$]*\s*=>)")


def script(text: str, code: "CodeWriter", *, names: str = "argument") -> str:
    """Return the expression for a script as Playwright's ``evaluate`` takes it: an expression, or a function.

    Args:
        text: the script, in which ``{{NAME}}`` is never code.
        code: is asked for what the expression needs.
        names: the parameters that the script may use.
    """
    is_plain = not is_statements(text) and not re.search(r"\b(?:element|argument)\b", text)
    called = text.strip().rstrip(";") if _FUNCTION.match(text) or is_plain else as_function(text, names)
    if not names_in(called):
        return literal(called)
    in_script = code.helper("in_script")
    pieces = [
        f"{{{in_script}(values['{part}'])}}" if index % 2 else escaped(part).replace("{", "{{").replace("}", "}}")
        for index, part in enumerate(NAMED.split(called))
    ]
    return f'f"{"".join(pieces)}"'
