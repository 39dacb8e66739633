"""Visitors who have signed in: their cookies and local storage, taken from a browser and given to another."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from outrider_engine.domain.login_states import LARGEST
from outrider_engine.domain.verdicts import Reason, Verdict

from .actions.contract import StepFailure
from .bounded_calls import within_time

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, StorageState

SHORTEST_SECRET = 8
"""Characters; a shorter value of a cookie or of the storage is a setting rather than a secret."""
_TELLING = 64
_MOST_SECRETS = 100
_KEY = re.compile(r"(?=.*\d)[\w.~+/=%|:-]{16,}")
"""What a key in the storage looks like: long, without spaces, and with digits."""


def taken_from(context: "BrowserContext", timeout_ms: float) -> str:
    """Return cookies and local storage of a browser as JSON.

    Raises:
        StepFailure: they are too large to be kept, or a page does not answer.
    """
    with within_time(context, timeout_ms):
        state = context.storage_state()
    content = json.dumps({"cookies": state.get("cookies", []), "origins": state.get("origins", [])})
    if len(content) > LARGEST:
        problem = f"cookies and local storage have {len(content):,} bytes; at most {LARGEST:,} can be kept"
        raise StepFailure(problem, reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR)
    return content


def give_to(context: "BrowserContext", content: str, timeout_ms: float) -> None:
    """Put cookies and local storage in place of those that a browser has; its pages should be blank.

    Raises:
        StepFailure: the browser does not answer.
        playwright.sync_api.Error: it does not take them.
    """
    with within_time(context, timeout_ms):
        context.set_storage_state(cast("StorageState", json.loads(content)))


def missing_state(name: str) -> str:
    """Return what is said when there is no login state of a name."""
    return f"there is no login state {name!r} that is still valid; a journey keeps one with save_login_state"


def secrets_in(content: str) -> frozenset[str]:
    """Return what nobody else may see: values of cookies, and texts in the storage that could be keys.

    Of a long one only its beginning, for looking for a text costs time by its length: without it nothing opens.
    """
    state = json.loads(content)
    cookies = [cookie["value"] for cookie in state["cookies"]]
    stored = [item["value"] for origin in state["origins"] for item in origin["localStorage"]]
    keys = [text for value in stored for text in _texts(value) if _KEY.fullmatch(text)]
    values = dict.fromkeys(text[:_TELLING] for text in (*cookies, *keys) if len(text) >= SHORTEST_SECRET)
    return frozenset(list(values)[:_MOST_SECRETS])


def _texts(value: str) -> Iterator[str]:
    """Yield a text, or the texts in it if it is JSON."""
    if value[:1] not in ("{", "[", '"'):
        yield value
        return
    try:
        yield from _leaves(json.loads(value))
    except (ValueError, RecursionError):
        yield value


def _leaves(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        for each in tree.values() if isinstance(tree, dict) else tree:
            yield from _leaves(each)
