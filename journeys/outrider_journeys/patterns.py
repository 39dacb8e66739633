"""Regular expressions of RE2, which match in linear time whatever they are given."""

from collections.abc import Mapping
from typing import Annotated, Any

import re2
from pydantic import AfterValidator, Field

from outrider_engine.domain.templates import names_in, render

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


def compiled(pattern: str) -> Any:
    """Return the compiled RE2 pattern, which matches in linear time whatever it is given.

    Raises:
        ValueError: RE2 does not accept it (it has neither look-around nor back-references).
    """
    try:
        return re2.compile(pattern, _OPTIONS)
    except (re2.error, UnicodeEncodeError) as error:
        why = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        raise ValueError(f"not a pattern of RE2: {why}") from None


def rendered_pattern(pattern: str, variables: Mapping[str, str]) -> str:
    """Return a pattern with its ``{{name}}`` replaced by text that only matches itself.

    Raises:
        UnknownVariable: nothing defines a name.
    """
    return render(pattern, {name: re2.escape(value) for name, value in variables.items()})


def _compilable(pattern: str) -> str:
    compiled(render(pattern, dict.fromkeys(names_in(pattern), "x")))
    return pattern


Pattern = Annotated[str, Field(max_length=1000), AfterValidator(_compilable)]
"""A regular expression of RE2, which may name variables."""
