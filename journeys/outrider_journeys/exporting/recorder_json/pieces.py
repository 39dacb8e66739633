"""Steps that Recorder says with several of its own, or in another way."""

from collections.abc import Iterator, Mapping
from typing import Any

from outrider_journeys.importing.receipt import Outcome

Piece = tuple[dict[str, Any], Outcome, str]
"""A step that Recorder has, how exact it is, and what differs."""
_ELEMENT = ("locator", "locators", "timeout", "expects", "page")


def spelled_out(step: Mapping[str, Any]) -> Iterator[Piece]:
    """Yield the steps that together do what one does; itself when there is nothing to take apart."""
    action = step["action"]
    element = {key: step[key] for key in _ELEMENT if key in step}
    if action == "group":
        for each in step.get("steps", ()):
            yield from spelled_out(each)
    elif action == "press" and not {"locator", "locators"} & set(step):
        yield from _keys(str(step["key"]), element)
    elif action in ("check", "uncheck"):
        note = f"Recorder clicks: the box must not be {'checked' if action == 'check' else 'unchecked'} before"
        yield {"action": "click", **element}, Outcome.APPROXIMATED, note
    elif action == "expect_text":
        wait = {"action": "wait_for", "locator": {"text": step["text"]}, **element}
        yield wait, Outcome.APPROXIMATED, "Recorder waits for the smallest element with the text"
    elif action == "clear":
        yield {"action": "fill", "value": "", **element}, Outcome.EXACT, ""
    else:
        yield dict(step), Outcome.EXACT, ""


def _keys(combination: str, further: Mapping[str, Any]) -> Iterator[Piece]:
    keys = combination.split("+") if not combination.endswith("+") else [*combination[:-1].rstrip("+").split("+"), "+"]
    keys = [key for key in keys if key]
    for position, key in enumerate(keys):
        last = further if position == len(keys) - 1 else {}
        yield {"action": "key_down", "key": key, **last}, Outcome.EXACT, ""
    for key in reversed(keys):
        yield {"action": "key_up", "key": key}, Outcome.EXACT, ""
