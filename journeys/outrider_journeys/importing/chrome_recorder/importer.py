"""The importer of recordings of Chrome's Recorder."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from outrider_journeys.exporting.recorder_json.steps import written
from outrider_journeys.importing.contract import LARGEST, MOST_STEPS, Imported, ImportOptions, ImportProblem
from outrider_journeys.importing.credentials import Credentials
from outrider_journeys.importing.drafting import JourneyDraft, short_name
from outrider_journeys.importing.json_reading import Fields, looks_like_json, read_json
from outrider_journeys.importing.receipt import Outcome, ReceiptBook

from .conversion import KINDS, Converted, Setting, converted

FORMAT = "chrome-recorder"
_MAIN = "main"
_OF_RECORDER = re.compile(rf'"type"\s*:\s*"(?:{"|".join(sorted(KINDS))})"')
_READ = ("title", "timeout", "steps")
_BY_DEFAULT = {
    "deviceScaleFactor": 1,
    "isMobile": False,
    "hasTouch": False,
    "isLandscape": False,
    "offsetX": 1,
    "offsetY": 1,
}
"""What an export writes where a recording left a field out that the format wants."""


class ChromeRecorder:
    """Reads recordings; nothing of them is lost: what has no word in the language is kept beside the step."""

    name = FORMAT
    title = "Chrome DevTools Recorder (JSON)"
    largest = LARGEST

    def recognises(self, text: str, file_name: str) -> bool:
        """Whether it has steps of types that Recorder knows."""
        return looks_like_json(text, "steps", "type") and _OF_RECORDER.search(text[:100_000]) is not None

    def read(self, text: str, options: ImportOptions) -> Imported:
        """Make a journey of a recording.

        Raises:
            ImportProblem: it is no recording, or damaged.
        """
        value = read_json(text)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        return _Reading(Fields(value, ""), options).imported()


class _Reading:
    """Reads one recording."""

    def __init__(self, flow: Fields, options: ImportOptions) -> None:
        self._flow = flow
        self._book = ReceiptBook()
        self._credentials = Credentials(self._book)
        self._draft = JourneyDraft(FORMAT, self._book, self._credentials)
        self._options = options
        self._target = _MAIN
        self._clicked: object = None
        self._pages: list[str] = []  # that the recording is about and has not closed so far
        self._has_touch = False
        self._aimed = 0

    def imported(self) -> Imported:
        title = self._flow.text("title", "")
        steps = self._flow.objects("steps", required=True)
        if len(steps) > MOST_STEPS:
            raise ImportProblem(f"has more than {MOST_STEPS:,} steps", field="steps")
        self._pages = [_MAIN, *(step.text("target", _MAIN) for step in steps)]
        for index, step in enumerate(steps):
            self._step(index, step, is_last=index == len(steps) - 1)
        if self._aimed:
            note = "clicks aim at the middle of their elements; where the recording clicked is kept beside them"
            self._book.add(Outcome.APPROXIMATED, "steps", f"{self._aimed} clicks", note)
        raw = {key: value for key, value in self._flow.value.items() if key not in _READ}
        if title != short_name(title) or not title:
            raw["title"] = title
        check = self._draft.check(
            self._options.name or title,
            defaults=self._defaults(raw),
            imported_from={"format": FORMAT, "raw": raw} if raw else {"format": FORMAT},
        )
        return Imported(FORMAT, (check,), self._book.receipt(), self._credentials.names)

    def _defaults(self, raw: dict[str, Any]) -> dict[str, float]:
        if self._flow.value.get("timeout") is None:
            return {}
        timeout = self._flow.number("timeout")
        if not 0 < timeout <= 3_600_000:
            raise self._flow.wrong("timeout", "more than 0 and at most 3600000 milliseconds")
        if not float(timeout).is_integer():
            raw["timeout"] = timeout
        return {"timeout": timeout / 1000, "navigation_timeout": max(30.0, timeout / 1000)}

    def _step(self, index: int, fields: Fields, *, is_last: bool) -> None:
        where = f"steps[{index}]"
        self._turn_to(fields.text("target", _MAIN), where)
        kind = fields.text("type")
        if kind == "setViewport":
            self._first_viewport(fields)
        setting = Setting(
            address=self._draft.address,
            secret=lambda value, kind: self._credentials.reference(value, kind, where, "change"),
            exact_positions=self._options.exact_positions,
            has_touch=self._has_touch,
        )
        made = converted(fields, setting)
        if kind == "close":
            made = self._closed(made, is_last=is_last)
        if kind == "change" and fields.value.get("value") == "on" and self._clicked == _element(fields):
            note = "the click before it ticks the box"
            made = replace(made, step={**made.step, "skip": True}, outcome=Outcome.EXACT, note=note)
        self._clicked = _element(fields) if kind == "click" else None
        if made.step["action"] in ("click", "double_click", "tap") and "position" not in made.step:
            self._aimed += "offsetX" in fields.value
        self._draft.add(
            made.step,
            where=where,
            what=kind,
            outcome=made.outcome,
            note=made.note,
            index=index,
            raw=self._left_over(made, fields),
        )

    def _closed(self, made: Converted, *, is_last: bool) -> Converted:
        """Leave the last page open: a journey needs one, and closes all at its end."""
        self._pages = [page for page in self._pages if page != self._target]
        if self._pages and not (is_last and self._target == _MAIN):
            return made
        note = "the last page stays open: a journey ends with all pages closed"
        self._pages.append(self._target)
        return replace(made, step={**made.step, "skip": True}, outcome=Outcome.APPROXIMATED, note=note)

    def _turn_to(self, target: str, where: str) -> None:
        if target == self._target:
            return
        self._target = target
        if target == _MAIN:
            self._draft.steps.append({"action": "use_page", "page": _MAIN})
            return
        self._draft.steps.append({"action": "use_page", "url": {"equals": target}})
        note = f"the page that has this address by then: {target[:200]}"
        self._book.add(Outcome.APPROXIMATED, where, "target", note)

    def _first_viewport(self, fields: Fields) -> None:
        if "viewport" in self._draft.browser:
            return
        width, height = round(fields.number("width")), round(fields.number("height"))
        if 100 <= width <= 10_000 and 100 <= height <= 10_000:
            self._draft.browser["viewport"] = {"width": width, "height": height}
        scale = fields.number("deviceScaleFactor", 1)
        if scale != 1 and 0 < scale <= 10:
            self._draft.browser["device_scale_factor"] = scale
        for name, option in (("isMobile", "is_mobile"), ("hasTouch", "has_touch")):
            if fields.flag(name, default=False):
                self._draft.browser[option] = True
        self._has_touch = self._draft.browser.get("has_touch", False)

    def _left_over(self, made: Converted, fields: Fields) -> Mapping[str, Any]:
        """Return what an export would not write again by itself; ``None`` stands for what it would write too much.

        What the format means where nothing is said may be written again.
        """
        again = written(made.step, self._draft.origin).step
        if self._target != _MAIN:
            again["target"] = self._target
        given = {key: value for key, value in fields.value.items() if value is not None}
        left = {key: value for key, value in given.items() if key not in again or again[key] != value}
        too_much = {key: None for key, value in again.items() if key not in given and _BY_DEFAULT.get(key) != value}
        return left | too_much


def _element(fields: Fields) -> object:
    """Return what says which element a step is about."""
    return [fields.value.get(name) for name in ("target", "frame", "selectors")]
