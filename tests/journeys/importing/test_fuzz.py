"""Importers take anything: what they can't use they refuse in their own words, whatever is wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.importing.contract import ImportProblem
from outrider_journeys.importing.registry import Importers

SAMPLES = {path.name: path.read_text() for path in sorted((Path(__file__).parent / "samples").iterdir())}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def attempt(importers: Importers, actions: StepActions, text: str, format: str | None = None) -> None:
    try:
        imported = importers.import_text(text, format=format)
    except ImportProblem:
        return
    for check in imported.checks:
        json.dumps(check.definition)
        if check.family == "journey":
            actions.parse(check.definition)


@given(text=st.text(max_size=200), data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_text_is_taken_by_any_importer(
    importers: Importers, actions: StepActions, text: str, data: st.DataObject
) -> None:
    attempt(importers, actions, text, data.draw(st.sampled_from(sorted(importers))))


@pytest.mark.parametrize("name", SAMPLES)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_any_change_to_a_sample_is_taken(
    importers: Importers, actions: StepActions, name: str, data: st.DataObject
) -> None:
    text = SAMPLES[name]
    if name.endswith((".json", ".side", ".har")):
        value = json.loads(text)
        mutate(value, data)
        attempt(importers, actions, json.dumps(value))
        return
    lines = text.split("\n")
    position = data.draw(st.integers(0, len(lines) - 1))
    if name.endswith(".jsonl") and lines[position]:
        value = json.loads(lines[position])
        mutate(value, data)
        lines[position] = json.dumps(value)
    else:
        line = lines[position]
        begin, end = sorted(data.draw(st.tuples(st.integers(0, len(line)), st.integers(0, len(line)))))
        lines[position] = line[:begin] + data.draw(st.text(max_size=6)) + line[end:]
    attempt(importers, actions, "\n".join(lines))


def mutate(value: Any, data: st.DataObject) -> None:
    """Put junk in place of one value somewhere within."""
    places = list(places_in(value))
    if places:
        holder, key = data.draw(st.sampled_from(places))
        holder[key] = data.draw(JUNK)


def places_in(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield value, key
        yield from places_in(each)
