"""Writes docs/steps.md, the reference of steps, from the models of the actions; a test compares the two."""

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from outrider_journeys.actions.builtin import builtin_actions
from outrider_journeys.comparing import TextTests
from outrider_journeys.steps import OptionalElementStep, SoftStep, StepModel

PAGE = Path(__file__).parents[1] / "docs" / "steps.md"
_INTRODUCTION = """\
# Steps

<!-- written by scripts/journeys_page.py; change the models, not this -->

What the steps of [journeys](journeys.md) can do. The fields that all of them have, such as `name`, `timeout` and
`when`, are [described there](journeys.md#steps), as are [locators](journeys.md#finding-elements),
[tests](journeys.md#tests-on-texts) and [conditions](journeys.md#conditions).

"""
_FIRST_SENTENCE = re.compile(r"(?:[^.(`]|`[^`]*`|\([^)]*\)|\.(?! |$))*\.?")
_HEADER = "| field | value | meaning |\n|---|---|---|\n"
_TEXT_TESTS = [field.alias or name for name, field in TextTests.model_fields.items()]
_SHARED = {*StepModel.model_fields, *OptionalElementStep.model_fields, *SoftStep.model_fields, "action"}


def render() -> str:
    """Return the page about all built-in actions."""
    models = [action.model for action in builtin_actions()]
    index = "".join(map(_entry, models))
    return f"{_INTRODUCTION}{index}\n" + "\n".join(_elsewhere(_section(model)) for model in models)


def _elsewhere(text: str) -> str:
    """Return a text whose links to headings lead to the page about journeys, for which models write them."""
    return text.replace("](#", "](journeys.md#")


def _entry(model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    name, said = schema["properties"]["action"]["const"], " ".join(schema["description"].split())
    sentence = _FIRST_SENTENCE.match(said)
    assert sentence is not None, "it matches any text"
    return f"- [`{name}`](#{name}): {_elsewhere(sentence[0])}\n"


def _section(model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    name = schema["properties"]["action"]["const"]
    examples = [
        yaml.safe_dump([example], sort_keys=False, allow_unicode=True, width=100) for example in schema["examples"]
    ]
    parts = [f"## {name}\n", f"{schema['description']}\n", f"```yaml\nsteps:\n{_indented(''.join(examples))}```\n"]
    own = {field: about for field, about in schema["properties"].items() if field not in _SHARED}
    if own:
        required = set(schema.get("required", ()))
        rows = [_row(field, about, schema, field in required) for field, about in own.items()]
        parts.append(_HEADER + "".join(rows))
        parts += [_part(field, about, schema) for field, about in own.items() if _object_of(about, schema)]
    return "\n".join(parts)


def _part(field: str, about: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return the table of an object that only this field holds."""
    inner = _object_of(about, schema)
    required = set(inner.get("required", ()))
    of_texts = set(_TEXT_TESTS) if _tests_texts(inner) else set[str]()
    rows = [
        _row(name, each, schema, name in required) for name, each in inner["properties"].items() if name not in of_texts
    ]
    tests = "; besides, [tests on a text](#tests-on-texts)" if of_texts else ""
    return f"`{field}`{tests}:\n\n{_HEADER}{''.join(rows)}"


def _object_of(about: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the object that a field holds, if the page describes it nowhere else; else nothing."""
    for one in [about, *about.get("anyOf", ()), about.get("items", {})]:
        name = one.get("$ref", "").rpartition("/")[2]
        if name and name not in _NAMES:
            found = schema["$defs"][name]
            whole = next((each for each in found.get("anyOf", ()) if "properties" in each), found)
            if "properties" in whole:
                return dict(whole)
    return {}


def _tests_texts(schema: dict[str, Any]) -> bool:
    return set(_TEXT_TESTS) <= set(schema["properties"])


def _row(field: str, about: dict[str, Any], schema: dict[str, Any], required: bool) -> str:
    default = about.get("default")
    shown = str(default).lower() if isinstance(default, bool) else default
    note = " Required." if required else f" Default: `{shown}`." if default not in (None, [], {}, "") else ""
    meaning = " ".join(about.get("description", "").split())
    return f"| `{field}` | {_kind(about, schema)} | {meaning}{note} |\n"


def _kind(about: dict[str, Any], schema: dict[str, Any]) -> str:
    if "$ref" in about:
        name = about["$ref"].rpartition("/")[2]
        inner = schema["$defs"][name]
        return _kind(inner, schema) if "enum" in inner else _NAMES.get(name) or _object_in_words(inner)
    if "anyOf" in about:
        kinds = [_kind(one, schema) for one in about["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in about or "const" in about:
        return ", ".join(f"`{value}`" for value in about.get("enum", [about.get("const")]))
    if about.get("type") == "array":
        return f"list of {_kind(about['items'], schema)}"
    return _TYPES.get(about.get("type", ""), "any")


def _object_in_words(schema: dict[str, Any]) -> str:
    bare = next((each for each in schema.get("anyOf", ()) if "properties" not in each), None)
    return f"{_TYPES[bare['type']]}, or as below" if bare else "as below"


_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true`, `false`",
    "object": "object",
}
_NAMES = {
    "StepModel": "step",
    "AnyCondition": "[condition](#conditions)",
    "Locator": "[locator](#finding-elements)",
    "TextTest": "[test on a text](#tests-on-texts)",
    "AttributeTest": "`name` and a [test on a text](#tests-on-texts)",
    "PropertyTest": "`name` and a [test on a text](#tests-on-texts)",
    "CssTest": "`name` and a [test on a text](#tests-on-texts)",
    "HeaderTest": "`name` and a [test on a text](#tests-on-texts)",
    "NumberTest": "[test on a number](#tests-on-numbers)",
    "UrlTest": "[test on an address](#tests-on-addresses)",
    "JsonPathTest": "`path`, `exists`, `each` (`any`, `every`, `none`) and a [test on a text](#tests-on-texts)",
    "Position": "`x`, `y`",
    "JsonValue": "any JSON",
    "UploadedFile": "file: `name`, and `text`, `base64` or `path`; `content_type`",
}


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


if __name__ == "__main__":
    PAGE.write_text(render())
