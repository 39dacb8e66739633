"""``waitForElement`` of recordings: counts, attributes and properties."""

from collections.abc import Callable
from functools import partial
from typing import Any

from outrider_journeys.importing.json_reading import Fields
from outrider_journeys.importing.literal_texts import literal

Make = Callable[..., dict[str, Any]]


def wait_for_element(fields: Fields, make: Make) -> tuple[dict[str, Any], str] | None:
    """Return the step, and what about it is not exact; ``None`` when there is no counterpart.

    Args:
        fields: the step of the recording.
        make: returns a step about its element, given the action and further fields.
    """
    is_there = fields.flag("visible", default=True)
    plain = "operator" not in fields.value and "count" not in fields.value
    tests, note = _tests(fields, make if plain else partial(make, each="every"))
    if plain and not is_there:
        gone = "waits until the element is gone" + (", whatever it is like" if tests else "")
        return make("wait_for", state="hidden"), gone
    if plain and not tests:
        return make("wait_for", state="visible"), note
    if not plain:
        count = _count(fields.text("operator", "=="), round(fields.number("count", 1)), is_there)
        if count is None:
            return None
        tests = [make("wait_for", count=count), *tests]
    return (tests[0] if len(tests) == 1 else {"action": "group", "steps": tests}), note


def _count(operator: str, count: int, is_there: bool) -> dict[str, int] | None:
    if count < 0 or operator not in (">=", "==", "<="):
        return None
    if is_there:
        return {key: count for key, signs in (("at_least", ">=="), ("at_most", "<==")) if operator in signs}
    if operator == ">=" and count > 0:
        return {"at_most": count - 1}
    return {"at_least": count + 1} if operator == "<=" or count == 0 else None


def _tests(fields: Fields, make: Make) -> tuple[list[dict[str, Any]], str]:
    """Return an assertion for each attribute and property; nested ones cannot be judged."""
    tests = []
    for attribute in fields.objects("attributes") if isinstance(fields.value.get("attributes"), list) else []:
        test = {"name": attribute.text("name"), "equals": literal(attribute.text("value"))}
        tests.append(make("assert", attribute=test))
    given = fields.value.get("attributes")
    for name, value in given.items() if isinstance(given, dict) else ():
        tests.append(make("assert", attribute={"name": name, "equals": literal(str(value))}))
    skipped = []
    for name, value in fields.part("properties").value.items():
        if isinstance(value, dict | list) or value is None:
            skipped.append(name)
            continue
        text = str(value).lower() if isinstance(value, bool) else f"{value}"
        tests.append(make("assert", property={"name": name, "equals": literal(text)}))
    return tests, f"properties are not compared: {', '.join(skipped)}" if skipped else ""
