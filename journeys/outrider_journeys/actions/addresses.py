"""Globs of addresses, for what is done to the requests of pages."""

import re
from typing import Annotated
from urllib.parse import urljoin

from pydantic import Field

from outrider_engine.domain.templates import render
from outrider_journeys.strict_model import Text

from .contract import StepScope

AddressGlob = Annotated[Text, Field(min_length=1, max_length=2000)]
"""A glob of addresses by Playwright's rules, or of paths of the journey's base URL when it begins with ``/``."""


def glob_of(text: str, scope: StepScope) -> str:
    """Return the glob with variables filled in, whose values only match themselves.

    Raises:
        StepFailure: it is a path, and the journey has no base URL.
        UnknownVariable: it names a variable that nothing defines.
    """
    escaped = {name: re.sub(r"([*{},?\\])", r"\\\1", value) for name, value in scope.variables.items()}
    glob = render(text, escaped)
    return urljoin(scope.address("/"), "/").rstrip("/") + glob if glob.startswith("/") else glob
