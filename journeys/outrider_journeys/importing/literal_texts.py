"""Texts of a source that happen to contain ``{{name}}``: kept from being taken for variables, and brought back."""

import re

from outrider_engine.domain.templates import names_in

VARIABLE = "BRACES"
"""The variable that stands for two opening braces."""
_OPENING = re.compile(r"\{\{(?=\s*[A-Za-z_][A-Za-z0-9_.-]*\s*\}\})")
_WRITTEN = f"{{{{{VARIABLE}}}}}"


def literal(text: str) -> str:
    """Return a text that renders to ``text`` whatever the variables are, provided that ``BRACES`` is ``{{``."""
    return _OPENING.sub(_WRITTEN, text) if names_in(text) else text


def needs_braces(tree: object) -> bool:
    """Whether plain data uses the variable."""
    if isinstance(tree, str):
        return _WRITTEN in tree
    if isinstance(tree, dict):
        return any(needs_braces(value) for value in tree.values())
    return isinstance(tree, list | tuple) and any(needs_braces(value) for value in tree)


def plain(text: str) -> str:
    """Return what ``literal`` was given."""
    return text.replace(_WRITTEN, "{{")
