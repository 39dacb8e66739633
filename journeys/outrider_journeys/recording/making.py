"""From what happened to a journey: the importer of Playwright's recordings makes steps, what it can't know is added."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.importing.contract import ImportOptions, ImportProblem
from outrider_journeys.importing.drafting import short_name
from outrider_journeys.importing.playwright.jsonl import PlaywrightJsonl
from outrider_journeys.importing.receipt import Outcome, Receipt
from outrider_journeys.problems import InvalidJourney

from .effects import expectations_of, popups_of
from .hiding import Hidden
from .moments import Moment
from .recorded import Recorded
from .ways import all_ways, best_ways, way_for_people

_TOLD = (Outcome.CHOICE_NEEDED, Outcome.DROPPED)
_HEADER: Mapping[str, Any] = {"browserName": "chromium"}
_FIRST_LINE = 2
"""The line of the first moment: that of the header is 1."""
_MAIN = "main"
_STEP = re.compile(r"steps\[(\d+)\]")
_FIRST, _LAST = ("action", "page", "locator", "locators"), ("expects",)


def journey_of(
    moments: Sequence[Moment],
    actions: StepActions,
    *,
    name: str | None = None,
    browser: Mapping[str, Any] | None = None,
) -> Recorded:
    """Return the journey that does what was done.

    Raises:
        ImportProblem: no step can be made of a moment, which ``moment_on`` its line tells.
    """
    hidden = Hidden(moments)
    lines = [_HEADER, *(_line(moment, hidden) for moment in moments)]
    text = "\n".join(json.dumps(line) for line in lines)
    imported = PlaywrightJsonl().read(text, ImportOptions(name=hidden.without(name or _name_of(moments))))
    (check,) = imported.checks
    made_of = [(dict(step), moments[moment_on(step["imported_from"]["line"])]) for step in check.definition["steps"]]
    ways = [_complete(step, moment, hidden) for step, moment in made_of]
    names = hidden.named(made_of, check.definition.get("secrets", ()))
    definition = names.written({**check.definition, "steps": [step for step, _ in made_of]})
    definition |= {key: value for key, value in (("browser", dict(browser or {})), ("secrets", names.secrets)) if value}
    _check(definition, actions)
    finished = _finished(definition, names.written(ways), actions)
    notes = _notes(imported.receipt, finished, moments)
    return Recorded(_without_source(finished), names.values, notes)


def moment_on(line: int) -> int:
    """Return which moment a line is about."""
    return line - _FIRST_LINE


def _line(moment: Moment, hidden: Hidden) -> dict[str, Any]:
    """Return a moment as the recorder would have written it, with the effects that the importer understands."""
    signals = [{"name": "popup", "popupPageGuid": page} for page in popups_of(moment)]
    return {**hidden.action(moment), "pageGuid": moment.page, "signals": signals}


def _complete(step: dict[str, Any], moment: Moment, hidden: Hidden) -> dict[str, Any] | None:
    """Add further ways to the element, and what was caused; returns the way by which people call the element."""
    ways = all_ways(step["locator"], hidden.without(moment.selectors)) if "locator" in step else []
    if len(ways) > 1:
        del step["locator"]
        step["locators"] = best_ways(ways)
    if moment.way is not None and moment.way.is_a_visitors:
        step["action"] = moment.way.value
        del step["url"]
    if moment.files and step["action"] == "upload":
        step["files"] = [{key: value for key, value in file.items() if value} for file in moment.files]
    expects = [*step.get("expects", ()), *hidden.without(expectations_of(moment))]
    if expects:
        step["expects"] = expects
    return way_for_people(ways) if ways else None


def _check(definition: dict[str, Any], actions: StepActions) -> None:
    """See whether the language accepts the journey.

    Raises:
        ImportProblem: it does not; tells the line of the step that is to blame, if one is.
    """
    try:
        actions.parse(definition)
    except InvalidJourney as error:
        found = _STEP.match(error.field or "")
        line = definition["steps"][int(found[1])]["imported_from"]["line"] if found else None
        raise ImportProblem(error.problem, field=error.field, line=line) from None


def _finished(
    definition: dict[str, Any], ways: Sequence[dict[str, Any] | None], actions: StepActions
) -> dict[str, Any]:
    """Return the journey with a name for each step, and its fields in the order in which people read."""
    steps = definition["steps"]
    is_on_one_page = all(step.get("page", _MAIN) == _MAIN for step in steps)
    told = [{**step, "locators": [way]} if "locators" in step else step for step, way in zip(steps, ways, strict=True)]
    names = [step.display_name for step in actions.parse({**definition, "steps": told}).steps]
    for place, (step, name) in enumerate(zip(steps, names, strict=True)):
        if is_on_one_page:
            step.pop("page", None)
        first = {key: step.pop(key) for key in _FIRST if key in step}
        last = {key: step.pop(key) for key in _LAST if key in step}
        steps[place] = {"name": short_name(name), **first, **step, **last}
    return definition


def _notes(receipt: Receipt, definition: dict[str, Any], moments: Sequence[Moment]) -> tuple[str, ...]:
    """Return what a person has to know, by the names of steps: nobody has seen the lines that the receipt is about."""
    steps = {f"line {step['imported_from']['line']}": step["name"] for step in definition["steps"]}
    supplied = {f"line {place + _FIRST_LINE}" for place, moment in enumerate(moments) if moment.files}
    lines = [line for line in receipt.of(*_TOLD) if line.where not in supplied]
    return tuple(f"“{steps[line.where]}”: {line.note}" if line.where in steps else str(line) for line in lines)


def _without_source(definition: dict[str, Any]) -> dict[str, Any]:
    for part in (definition, *definition["steps"]):
        part.pop("imported_from", None)
    return definition


def _name_of(moments: Sequence[Moment]) -> str:
    """Return a name made of the first address."""
    url = next((url for moment in moments if isinstance(url := moment.action.get("url"), str) and "//" in url), "")
    parts = urlsplit(url)
    place = f"{parts.hostname or ''}{parts.path.rstrip('/')}"
    return f"Recording of {place}" if place else "Recording"
