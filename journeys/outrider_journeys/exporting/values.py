"""JSON and files of journeys as Python expressions, with the variables that their texts name."""

from typing import TYPE_CHECKING

from pydantic import JsonValue

from .expressions import literal

if TYPE_CHECKING:
    from outrider_journeys.actions.choosing import UploadedFile

    from .code import CodeWriter


def written_json(value: JsonValue, code: "CodeWriter") -> str:
    """Return the expression for JSON whose texts may name variables."""
    if isinstance(value, str):
        return code.text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {written_json(each, code)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written_json(each, code) for each in value) + "]"
    return literal(value)


def written_content(file: "UploadedFile", code: "CodeWriter") -> str:
    """Return the expression for the bytes of a file that a journey carries."""
    if file.base64 is None:
        return f"{code.text(file.text or '')}.encode()"
    code.needs("import base64")
    return f"base64.b64decode({literal(file.base64)})"
