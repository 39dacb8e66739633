"""The exporter of recordings."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from outrider_engine.domain.templates import names_in, render
from outrider_journeys.exporting.contract import Exported
from outrider_journeys.importing.chrome_recorder.conversion import Setting, converted
from outrider_journeys.importing.contract import ImportProblem
from outrider_journeys.importing.drafting import relative
from outrider_journeys.importing.json_reading import Fields
from outrider_journeys.importing.receipt import Outcome, ReceiptBook
from outrider_journeys.importing.settling import CUSTOM, OURS
from outrider_journeys.model import Journey
from outrider_journeys.steps import StepModel

from .pieces import spelled_out
from .steps import written

FORMAT = "chrome-recorder"
_OF_RECORDER = frozenset(
    {
        *("type", "target", "frame", "selectors", "timeout", "assertedEvents", "url", "offsetX", "offsetY", "button"),
        *("deviceType", "duration", "value", "key", "x", "y", "width", "height", "deviceScaleFactor", "isMobile"),
        *("hasTouch", "isLandscape", "download", "upload", "latency", "operator", "count", "visible", "properties"),
        *("attributes", "expression", "name", "parameters"),
    }
)
_UNJUDGED = frozenset(StepModel.model_fields) - {"timeout", "expects"}


class RecorderJson:
    """Writes recordings for the Recorder panel of Chrome's developer tools."""

    name = FORMAT
    title = "Chrome DevTools Recorder"
    suffix = ".json"

    def write(self, journey: Journey) -> Exported:
        """Return the recording."""
        book = ReceiptBook()
        origin = journey.imported_from if journey.imported_from and journey.imported_from.format == FORMAT else None
        flow: dict[str, Any] = {"title": journey.name or "Journey"}
        if "timeout" in journey.defaults.model_fields_set:
            flow["timeout"] = round(journey.defaults.timeout * 1000)
        raw = dict(origin.raw) if origin else {}
        flow["steps"] = [*_first(journey, book, imported=origin is not None), *_Steps(journey, book).all()]
        flow |= raw
        text = json.dumps(flow, indent=2, ensure_ascii=False) + "\n"
        return Exported(text, book.receipt())


def _first(journey: Journey, book: ReceiptBook, *, imported: bool) -> list[dict[str, Any]]:
    viewport = journey.browser.viewport
    unsaid = sorted(journey.browser.model_fields_set - {"viewport"})
    if unsaid and not imported:
        book.add(Outcome.DROPPED, "browser", ", ".join(unsaid), "Recorder sets the viewport only")
    if viewport is None or imported:
        return []
    step = {"action": "set_viewport", "width": viewport.width, "height": viewport.height}
    return [written(step, None).step]


class _Steps:
    """Writes the steps in order, knowing on which page each is."""

    def __init__(self, journey: Journey, book: ReceiptBook) -> None:
        self._journey = journey
        self._book = book
        self._target: str | None = None

    def all(self) -> Iterator[dict[str, Any]]:
        """Yield the steps of setup, the journey and teardown."""
        for part in ("setup", "steps", "teardown"):
            for index, model in enumerate(getattr(self._journey, part)):
                where = f"{part}[{index}]"
                if part != "steps":
                    note = "Recorder has steps only: it is one of them, and not run if an earlier one fails"
                    self._book.add(Outcome.APPROXIMATED, where, model.display_name, note)
                yield from self._written(model, where)

    def _written(self, model: StepModel, where: str) -> Iterator[dict[str, Any]]:
        step = model.model_dump(mode="json", by_alias=True, exclude_unset=True)
        if step["action"] == "use_page" and self._turned(step):
            return
        raw = model.imported_from.raw if model.imported_from and model.imported_from.format == FORMAT else None
        if raw is not None:
            yield self._back(model, step, raw, where)
            return
        for each, outcome, note in spelled_out(step):
            made = written(self._filled_in(each, where), self._journey.base_url)
            worst = made.outcome if outcome is Outcome.EXACT else outcome
            self._book.add(worst, where, model.display_name, "; ".join(filter(None, (note, made.note))))
            yield made.step | ({"target": self._target} if self._target else {})

    def _turned(self, step: Mapping[str, Any]) -> bool:
        """Take note of another page, if Recorder can name it."""
        url = step.get("url") or {}
        if step.get("page") == "main":
            self._target = None
            return True
        if set(url) == {"equals"}:
            self._target = url["equals"]
            return True
        return False

    def _back(self, model: StepModel, step: dict[str, Any], raw: dict[str, Any], where: str) -> dict[str, Any]:
        """Return an imported step as it was, or what it has become since."""
        step = within(step)
        made = written(self._filled_in(step, where), self._journey.base_url)
        now = made.step | ({"target": self._target} if self._target else {})
        before = {key: value for key, value in (now | raw).items() if value is not None}
        if self._is_the_same(model, step, before):
            self._book.add(Outcome.EXACT, where, model.display_name)
            return before
        self._book.add(made.outcome, where, model.display_name, made.note)
        return now | {key: value for key, value in raw.items() if key not in _OF_RECORDER and value is not None}

    def _is_the_same(self, model: StepModel, step: Mapping[str, Any], before: dict[str, Any]) -> bool:
        setting = Setting(
            address=lambda url: relative(url, self._journey.base_url),
            secret=lambda value, _kind: value,
            exact_positions="position" in step,
            has_touch=step["action"] == "tap",
        )
        try:
            again = {key: value for key, value in converted(Fields(before, ""), setting).step.items() if key != "name"}
            if again == {key: value for key, value in step.items() if key not in _UNJUDGED}:
                return True
            return _judged(type(model).model_validate(again)) == _judged(model)
        except (ImportProblem, ValidationError):
            return False

    def _filled_in(self, step: dict[str, Any], where: str) -> dict[str, Any]:
        """Return a step with its plain variables filled in, as Recorder has none; secrets stay as ``{{name}}``."""
        known = self._journey.variables
        secret = names_of(step) & set(self._journey.secrets)
        if secret:
            note = f"type the value of {', '.join(sorted(secret))} in Recorder"
            self._book.add(Outcome.SECRET, where, str(step["action"]), note)
        return dict(filled_in(step, known))


def within(step: dict[str, Any]) -> dict[str, Any]:
    """Return the step that a custom step holds because the language did not accept it, else the step itself."""
    if step["action"] == "group":
        return {**step, "steps": [within(each) for each in step.get("steps", ())]}
    parameters = step.get("parameters")
    if step["action"] != CUSTOM or not str(step.get("custom", "")).startswith(OURS) or not isinstance(parameters, dict):
        return step
    kept = {key: value for key, value in step.items() if key not in ("action", "custom", "parameters")}
    return {**parameters, **kept}


def _judged(model: StepModel) -> dict[str, Any]:
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=set(_UNJUDGED))


def names_of(tree: Any) -> set[str]:
    """Return the variables that plain data names."""
    if isinstance(tree, str):
        return names_in(tree)
    values = tree.values() if isinstance(tree, Mapping) else tree if isinstance(tree, list) else ()
    return {name for value in values for name in names_of(value)}


def filled_in(tree: Any, known: Mapping[str, str]) -> Any:
    """Return plain data with the variables that are known filled in; the others stay as they are."""
    if isinstance(tree, str):
        names = names_in(tree)
        return render(tree, {name: known.get(name, f"{{{{{name}}}}}") for name in names}) if names else tree
    if isinstance(tree, Mapping):
        return {key: value if key == "imported_from" else filled_in(value, known) for key, value in tree.items()}
    return [filled_in(value, known) for value in tree] if isinstance(tree, list) else tree
