"""What is different between a run and the last good one before it: the same answer whenever it is asked."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from .json_values import JsonObject, JsonValue
from .observations import StepResult
from .verdicts import Verdict

MOST = 100
"""Entries of each list; the others are counted."""
_SLOWER_BY = 1.5
_SLOWER_MS = 250.0
"""A step or request is slower when it takes that many times as long, and that many milliseconds more."""
_LONGEST = 500
_CONTEXT_LINES = 2
_BUSTERS = re.compile(r"\b(?:[0-9a-f]{8,}|\d{5,})\b", re.IGNORECASE)
"""Parts of addresses and messages that are new in each run: times, hashes, numbers of orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What was kept of a run.

    Attributes:
        url: of the page on which it ended.
        network, console: the content of ``network.json`` and ``console.json``; ``None`` when they were not kept.
        aria: the page on which it ended, as Playwright's aria snapshot.
    """

    run_id: str
    steps: Sequence[StepResult] = ()
    url: str | None = None
    network: JsonObject | None = None
    console: JsonObject | None = None
    aria: str | None = None


def difference(good: RunRecord, bad: RunRecord) -> dict[str, JsonValue]:
    """Return what a run did otherwise than a good one.

    What the good run did after the step at which the other one stopped is not counted as missing.
    """
    broken = _broken(bad.steps)
    return {
        "version": 1,
        "run_id": bad.run_id,
        "good_run_id": good.run_id,
        "broken_step": broken.id if broken else None,
        "steps": _steps(good.steps, bad.steps),
        "page": _page(good, bad),
        "requests": _requests(good, bad, broken),
        "console": _console(good.console, bad.console),
        "aria": _aria(good, bad),
    }


def _broken(steps: Sequence[StepResult]) -> StepResult | None:
    wrong = [step for step in steps if step.status in (Verdict.FAILED, Verdict.TIMED_OUT, Verdict.ERROR)]
    innermost = [step for step in wrong if not step.detail.get("block")]
    return next(iter([*innermost, *wrong]), None)


def _steps(good: Sequence[StepResult], bad: Sequence[StepResult]) -> list[JsonValue]:
    before = {step.id: step for step in good}
    told: list[JsonValue] = []
    for step in bad:
        then = before.get(step.id)
        slower = then is not None and _is_slower(then.duration_ms, step.duration_ms)
        if then is not None and then.status is step.status and not slower:
            continue
        told.append(
            {
                "id": step.id,
                "name": step.name,
                "status": step.status.value,
                "duration_ms": round(step.duration_ms, 1),
                "error": step.error,
                "good_status": then.status.value if then else None,
                "good_duration_ms": round(then.duration_ms, 1) if then else None,
                "slower": slower,
            }
        )
    return told[:MOST]


def _page(good: RunRecord, bad: RunRecord) -> dict[str, JsonValue]:
    return {"url": bad.url, "good_url": good.url, "same": _place(good.url) == _place(bad.url)}


def _place(url: str | None) -> str:
    """Return an address without what follows ``?`` and without what is new in each run."""
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}{_BUSTERS.sub('*', parts.path)}"


@dataclass(frozen=True, slots=True)
class _Traffic:
    """The requests to one place: their answers and times."""

    answers: Counter[str]
    slowest_ms: float


def _requests(good: RunRecord, bad: RunRecord, broken: StepResult | None) -> dict[str, JsonValue] | None:
    if good.network is None or bad.network is None:
        return None
    until_ms = _end_of(good.network, broken)
    before, after = _traffic(good.network, until_ms), _traffic(bad.network, None)
    both = sorted(before.keys() & after.keys())
    changed = [key for key in both if set(before[key].answers) != set(after[key].answers)]
    slower = [key for key in both if _is_slower(before[key].slowest_ms, after[key].slowest_ms)]
    return {
        "added": _listed({**_named(key), "answers": _answers(after[key])} for key in sorted(after.keys() - before)),
        "removed": _listed({**_named(key), "answers": _answers(before[key])} for key in sorted(before.keys() - after)),
        "changed": _listed(
            {**_named(key), "good_answers": _answers(before[key]), "answers": _answers(after[key])} for key in changed
        ),
        "slower": _listed(
            {**_named(key), "good_ms": before[key].slowest_ms, "ms": after[key].slowest_ms} for key in slower
        ),
    }


def _end_of(network: JsonObject, broken: StepResult | None) -> float | None:
    """Return when, in the good run, the step ended at which the other one stopped."""
    steps = network.get("steps")
    for step in steps if isinstance(steps, list | tuple) else ():
        if isinstance(step, Mapping) and broken is not None and step.get("id") == broken.id:
            return _number(step.get("at_ms")) + _number(step.get("duration_ms"))
    return None


def _traffic(network: JsonObject, until_ms: float | None) -> dict[tuple[str, str], _Traffic]:
    found: dict[tuple[str, str], _Traffic] = {}
    listed = network.get("requests")
    for request in listed if isinstance(listed, list | tuple) else ():
        if not isinstance(request, Mapping) or (until_ms is not None and _number(request.get("at_ms")) > until_ms):
            continue
        key = (str(request.get("method")), _place(str(request.get("url"))))
        known = found.setdefault(key, _Traffic(Counter(), 0.0))
        answer = str(request.get("status") or request.get("failure") or "no answer")
        known.answers[answer] += 1
        slowest = max(known.slowest_ms, _number(request.get("duration_ms")))
        found[key] = _Traffic(known.answers, slowest)
    return found


def _named(key: tuple[str, str]) -> dict[str, JsonValue]:
    return {"method": key[0], "url": key[1][:_LONGEST]}


def _answers(traffic: _Traffic) -> dict[str, JsonValue]:
    return {answer: traffic.answers[answer] for answer in sorted(traffic.answers)}


def _listed(entries: Iterable[dict[str, JsonValue]]) -> list[JsonValue]:
    listed: list[JsonValue] = list(entries)
    return listed if len(listed) <= MOST else [*listed[:MOST], {"more": len(listed) - MOST}]


def _console(good: JsonObject | None, bad: JsonObject | None) -> dict[str, JsonValue]:
    """Compare what was printed; a run that keeps no file printed nothing."""
    before, after = _messages(good), _messages(bad)
    return {
        "added": _listed({"level": level, "text": after[level, text]} for level, text in sorted(after.keys() - before)),
        "removed": _listed(
            {"level": level, "text": before[level, text]} for level, text in sorted(before.keys() - after)
        ),
    }


def _messages(console: JsonObject | None) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    listed = console.get("messages") if console is not None else ()
    for message in listed if isinstance(listed, list | tuple) else ():
        if isinstance(message, Mapping):
            text = str(message.get("text"))
            found.setdefault((str(message.get("level")), _BUSTERS.sub("*", text)), text[:_LONGEST])
    return found


def _aria(good: RunRecord, bad: RunRecord) -> list[JsonValue] | None:
    """Compare the last pages line by line, if they are the same page; ``None`` when they can't be compared."""
    if good.aria is None or bad.aria is None or _place(good.url) != _place(bad.url):
        return None
    lines = difflib.unified_diff(good.aria.splitlines(), bad.aria.splitlines(), n=_CONTEXT_LINES, lineterm="")
    told: list[JsonValue] = [line[:_LONGEST] for line in lines if not line.startswith(("---", "+++"))]
    return told[: 4 * MOST]


def _is_slower(before_ms: float, after_ms: float) -> bool:
    return after_ms > before_ms * _SLOWER_BY and after_ms > before_ms + _SLOWER_MS


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
