"""Writes the reference of steps into docs/journeys.md from the models of the actions; a test compares the two."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from outrider_journeys.actions.builtin import builtin_actions
from outrider_journeys.steps import OptionalElementStep, SoftStep, StepModel

PAGE = Path(__file__).parents[1] / "docs" / "journeys.md"
BEGIN = "<!-- reference: written by scripts/journeys_page.py; change the models, not this -->\n"
END = "<!-- end of the reference -->\n"
_SHARED = {*StepModel.model_fields, *OptionalElementStep.model_fields, *SoftStep.model_fields, "action"}


def render() -> str:
    """Return the reference of all built-in actions."""
    return "\n".join(_section(action.model) for action in builtin_actions())


def spliced(page: str) -> str:
    """Return the page with the reference put between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{render()}\n{END}{after}"


def _section(model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    name = schema["properties"]["action"]["const"]
    examples = [
        yaml.safe_dump([example], sort_keys=False, allow_unicode=True, width=100) for example in schema["examples"]
    ]
    parts = [f"### {name}\n", f"{schema['description']}\n", f"```yaml\nsteps:\n{_indented(''.join(examples))}```\n"]
    own = {field: about for field, about in schema["properties"].items() if field not in _SHARED}
    if own:
        required = set(schema.get("required", ()))
        rows = [_row(field, about, schema, field in required) for field, about in own.items()]
        parts.append("| field | value | meaning |\n|---|---|---|\n" + "".join(rows))
    return "\n".join(parts)


def _row(field: str, about: dict[str, Any], schema: dict[str, Any], required: bool) -> str:
    default = about.get("default")
    note = " Required." if required else f" Default: `{str(default).lower()}`." if default not in (None, [], "") else ""
    meaning = " ".join(about.get("description", "").split())
    return f"| `{field}` | {_kind(about, schema)} | {meaning}{note} |\n"


def _kind(about: dict[str, Any], schema: dict[str, Any]) -> str:
    if "$ref" in about:
        name = about["$ref"].rpartition("/")[2]
        inner = schema["$defs"][name]
        return _kind(inner, schema) if "enum" in inner else _NAMES.get(name, "object")
    if "anyOf" in about:
        kinds = [_kind(one, schema) for one in about["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in about or "const" in about:
        return ", ".join(f"`{value}`" for value in about.get("enum", [about.get("const")]))
    if about.get("type") == "array":
        return f"list of {_kind(about['items'], schema)}"
    return _TYPES.get(about.get("type", ""), "any")


_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true`, `false`",
    "object": "object",
}
_NAMES = {
    "StepModel": "step",
    "TextTest": "[test on a text](#tests-on-texts)",
    "AttributeTest": "`name` and a [test on a text](#tests-on-texts)",
    "CountTest": "whole number, or `at_least`, `at_most`",
    "Position": "`x`, `y`",
    "UploadedFile": "file: `name`, and `text`, `base64` or `path`; `content_type`",
}


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


if __name__ == "__main__":
    PAGE.write_text(spliced(PAGE.read_text()))
