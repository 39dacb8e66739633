"""JavaScript that a journey's author wrote: in which forms, and with which values filled in."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from outrider_engine.domain.templates import names_in, render
from outrider_engine.errors import UnknownVariable

Script = Annotated[str, Field(min_length=1, max_length=20_000)]
"""The type of a field that holds a script."""
_BEGINS_STATEMENT = re.compile(r"\s*(?:return|const|let|var|if|for|while|do|switch|try|throw)(?![\w$])")
_TEXT = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\])*(?:"|\Z)|'(?:\\.|[^'\\])*(?:'|\Z)|`(?:\\.|[^`\\])*(?:`|\Z)""",
    re.DOTALL,
)


def as_function(script: str, names: str) -> str:
    """Return a script as the text of a JavaScript function of these parameters that gives its value.

    It may be written as an expression (``document.title``), as a function, or as statements, of which a ``return``
    gives the value: they begin with a word such as ``return``, ``const`` or ``if``, or have a ``;`` between them.
    """
    if is_statements(script):
        return f"async ({names}) => {{ {script}\n}}"
    return f"async ({names}) => ({script.strip().rstrip(';')}\n)"


def filled_in(script: str, variables: Mapping[str, str]) -> str:
    """Return a script with every ``{{name}}`` replaced by text that can't break out of where it stands.

    In quotes it is the value, whatever that contains; elsewhere it can be a number or a name, but never other code.

    Raises:
        UnknownVariable: nothing defines a name.
    """
    for name in names_in(script) - variables.keys():
        raise UnknownVariable(name, sorted(variables))
    return render(script, {name: in_script(variables[name]) for name in names_in(script)})


def in_script(text: str) -> str:
    """Return a text as it may stand in a script: itself in quotes, and elsewhere never code."""

    def escaped(found: "re.Match[str]") -> str:
        units = found[0].encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))

    return re.sub(r"[^A-Za-z0-9_ .:+-]", escaped, text)


def is_statements(script: str) -> bool:
    """Whether a script is written as statements, see ``as_function``."""
    outline = _TEXT.sub('""', script).strip().rstrip(";")
    if _BEGINS_STATEMENT.match(outline):
        return True
    depth = 0
    for character in outline:
        depth += (character in "([{") - (character in ")]}")
        if character == ";" and depth == 0:
            return True
    return False
