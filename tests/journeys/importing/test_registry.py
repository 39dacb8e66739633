"""Detection, limits, and what becomes of steps that the language does not accept."""

import json
from typing import Any

import pytest
from imports import outcomes, steps_of

from outrider_engine.errors import DuplicateKind, InvalidInput, PluginError
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.exporting.registry import Exporters
from outrider_journeys.importing.contract import Imported, ImportedCheck, ImportOptions, ImportProblem
from outrider_journeys.importing.receipt import Outcome, Receipt
from outrider_journeys.importing.registry import Importers
from outrider_journeys.plugin import outrider_register_exporters, outrider_register_importers

RECORDING = json.dumps({"title": "x", "steps": [{"type": "navigate", "url": "https://shop.example/"}]})
JSONL = '{"browserName":"chromium"}\n{"name":"navigate","url":"https://shop.example/","signals":[],"pageGuid":"p"}\n'
PYTHON = "from playwright.sync_api import Page\ndef test_a(page: Page):\n    page.goto('https://shop.example/')\n"
SIDE = json.dumps(
    {
        "url": "https://shop.example",
        "tests": [{"id": "1", "name": "x", "commands": [{"command": "open", "target": "/", "value": ""}]}],
    }
)
JOURNEY_IN_JSON = json.dumps(
    {
        "name": "x",
        "base_url": "https://shop.example",
        "steps": [
            {"action": "goto", "url": "/"},
            {"action": "type", "locator": "#a", "text": "x"},
            {"action": "assert", "title": "Cart"},
        ],
    }
)
OUTRIDER = "name: x\nbase_url: https://shop.example\nsteps:\n  - {action: goto, url: /}\n"


@pytest.mark.parametrize(
    ("text", "format"),
    [
        (RECORDING, "chrome-recorder"),
        ("\ufeff" + RECORDING, "chrome-recorder"),
        (JSONL, "playwright-jsonl"),
        (PYTHON, "playwright-python"),
        (SIDE, "selenium-side"),
        (OUTRIDER, "outrider"),
        (JOURNEY_IN_JSON, "outrider"),
    ],
)
def test_the_format_is_detected(importers: Importers, text: str, format: str) -> None:
    imported = importers.import_text(text.encode())
    assert imported.format == format
    assert imported.checks[0].definition["base_url"] == "https://shop.example"
    assert steps_of(imported)[0]["action"] == "goto"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "is empty"),
        ("hello", "of no format that is known"),
        (b"\xff\xfe", "not text in UTF-8"),
        ("a\0b", "NUL"),
        ("[" * 100_000, "of no format"),
        ('{"title": "x", "type": "close", "steps": ' + "[" * 1000 + "}", "nested deeper"),
        ('{"title": "x", "type": "close", "steps": [}', "not JSON"),
        (json.dumps({"title": "x", "type": "", "steps": [{"type": "close"}] * 10_001}), "more than 10,000 steps"),
    ],
)
def test_what_is_no_recording_is_refused(importers: Importers, content: str | bytes, problem: str) -> None:
    with pytest.raises(ImportProblem, match=problem):
        importers.import_text(content)


def test_what_is_too_large_is_refused(importers: Importers) -> None:
    with pytest.raises(ImportProblem, match="is larger than 5,000,000 bytes"):
        importers.import_text(RECORDING + " " * 5_000_000, format="chrome-recorder")


def test_hundreds_of_secrets_are_refused(importers: Importers) -> None:
    fields = [{"type": "change", "selectors": ["#password"], "value": f"secret {number}"} for number in range(201)]
    with pytest.raises(ImportProblem, match=r"steps\[200\]: has more than 200 different secrets"):
        importers.import_text(json.dumps({"title": "x", "steps": fields}))


def test_an_unknown_format_is_refused_with_the_known_ones(importers: Importers) -> None:
    with pytest.raises(ImportProblem, match=r"no format 'katalon'.*chrome-recorder"):
        importers.import_text(RECORDING, format="katalon")


class Lines:
    """A format of a plugin: an address in each line."""

    name = "lines"
    title = "Addresses"
    largest = 1000

    def recognises(self, text: str, file_name: str) -> bool:
        return text.startswith("http")

    def read(self, text: str, options: ImportOptions) -> Imported:
        steps: list[dict[str, Any]] = [{"action": "goto", "url": url} for url in text.split()]
        steps += [{"action": "goto", "url": 5, "imported_from": {"format": "lines", "line": 9}}]
        journey = {"name": "Lines", "steps": steps, "browser": {"viewport": {"width": 1}}}
        return Imported("lines", (ImportedCheck("journey", "Lines", journey),), Receipt())


def test_register_importers_adds_formats_of_plugins(actions: StepActions) -> None:
    importers = Importers([("journeys", outrider_register_importers()), ("mine", [Lines()])], actions)
    assert next(iter(importers)) == "lines"


def test_register_exporters_adds_formats_of_plugins() -> None:
    exporters = Exporters([("journeys", outrider_register_exporters())])
    assert {"chrome-recorder", "outrider-yaml"} <= set(exporters)
    with pytest.raises(InvalidInput, match=r"no format 'katalon'.*chrome-recorder"):
        exporters.chosen("katalon")


@pytest.mark.parametrize("registry", ["importers", "exporters"])
def test_plugins_that_break_the_contract_stop_the_start(actions: StepActions, registry: str) -> None:
    def registered(*offers: Any) -> object:
        return Importers(offers, actions) if registry == "importers" else Exporters(offers)

    class Nameless:
        name = "Not a name"

    class Empty:
        name = "empty"

    built_in = outrider_register_importers() if registry == "importers" else outrider_register_exporters()
    with pytest.raises(DuplicateKind, match="offered by both"):
        registered(("journeys", built_in), ("other", built_in))
    with pytest.raises(PluginError, match="a-z, 0-9 and - are allowed"):
        registered(("mine", [Nameless()]))
    with pytest.raises(PluginError, match="has no title"):
        registered(("mine", [Empty()]))


def test_a_step_that_the_language_does_not_accept_is_kept_as_a_custom_one(actions: StepActions) -> None:
    imported = Importers([("mine", [Lines()])], actions).import_text("https://shop.example/")
    assert steps_of(imported)[1] == {
        "action": "custom",
        "custom": "outrider.goto",
        "parameters": {"action": "goto", "url": 5},
    }
    assert "must be a text" in outcomes(imported, Outcome.CHOICE_NEEDED)["line 9"]
    assert list(outcomes(imported, Outcome.DROPPED)) == ["browser.viewport.width", "browser.viewport.height"]
