"""What the source of a class says below its fields: descriptions for JSON Schemas, read when one is made.

Pydantic can read them too, but only when it makes the class, and reading sources takes a process that walks journeys
longer than all else about the classes.
"""

import ast
import inspect
from functools import cache
from itertools import pairwise
from textwrap import dedent


@cache
def described_fields(model: type) -> dict[str, str]:
    """Return the text below each field of a class, those of the classes that it derives from among them.

    Classes that are made at run time, or whose source is not there, have none of their own.
    """
    found: dict[str, str] = {}
    for each in reversed(model.__mro__[:-1]):
        found.update(_own(each))
    return found


@cache
def _own(model: type) -> dict[str, str]:
    try:
        source = inspect.getsource(model)
    except (OSError, TypeError):
        return {}
    (definition,) = ast.parse(dedent(source)).body
    statements = definition.body if isinstance(definition, ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(statements)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
