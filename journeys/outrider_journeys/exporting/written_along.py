"""Functions that exported tests use: they are written into the file as they stand here, when something needs them.

They know nothing of this package, not even those that live elsewhere in it: what they import is named in ``WRITTEN``,
and all else is Python and Playwright.
"""

import base64
import hmac
import importlib
import inspect
import json
import math
import re
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import jsonpath
import pytest
from playwright.sync_api import Error, Locator, Page, Request, Response

from outrider_journeys.numbers_in_texts import number_of
from outrider_journeys.page_scripts import in_script
from outrider_journeys.sites import foreign_hosts, is_address, is_same_site
from outrider_journeys.values import as_text

from .written_dialogs import DialogRule, Dialogs
from .written_pictures import differing_percent, looks_like, picture_of, secret_places


def answered(response: Response | None, fine: Iterable[int] | None = None) -> None:
    """Judge the status with which a page was answered."""
    if response is not None:
        is_fine = response.status in fine if fine is not None else response.status < 400
        assert is_fine, f"{response.url} answered {response.status}"


def squeezed(text: str) -> str:
    """Return a text with every run of white space as one space."""
    return " ".join(text.split())


def eventually(
    page: Page,
    read: Callable[[], str | None],
    holds: Callable[[str], object],
    what: str,
    timeout_ms: float,
) -> str:
    """Read a text until it holds."""
    end = time.monotonic() + timeout_ms / 1000
    while True:
        text = read()
        if text is not None and holds(" ".join(text.split())):
            return text
        if time.monotonic() >= end:
            raise AssertionError(f"{what} is {text!r}")
        page.wait_for_timeout(50)


def soon(page: Page, holds: Callable[[], object], seconds: float) -> bool:
    """Return whether something comes to hold in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() >= end:
            return False
        page.wait_for_timeout(50)
    return True


class Attempt:
    """One of several tries; a failure of it is forgiven unless it is the last."""

    def __init__(self, is_last: bool) -> None:
        self.is_last = is_last
        self.held = False

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        self.held = kind is None
        return isinstance(error, (AssertionError, Error)) and not self.is_last


def attempts(count: int, delay_s: float = 0) -> Iterator[Attempt]:
    """Yield tries until one holds."""
    for number in range(count):
        attempt = Attempt(number == count - 1)
        yield attempt
        if attempt.held:
            return
        time.sleep(delay_s)


def items_of(text: str) -> list[str]:
    """Return the items of a JSON list, or the lines of another text."""
    if text.lstrip().startswith("["):
        return [item if isinstance(item, str) else json.dumps(item) for item in json.loads(text)]
    return [line.strip() for line in text.splitlines() if line.strip()]


def numbered(items: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield items with their numbers, from 1."""
    for number, item in enumerate(items, start=1):
        yield str(number), item


def number_in(text: str | float) -> float:
    """Return the one number in a text such as ``1,234.50 EUR``; NaN if there is not one."""
    if not isinstance(text, str):
        return text
    number = number_of(text)
    return math.nan if number is None else number


def closed(pages: dict[str, Page], current: Page, page: Page) -> Page:
    """Close a page and return the one to go on with."""
    page.close()
    for name in [name for name, each in pages.items() if each is page]:
        del pages[name]
    return current if current is not page else list(pages.values())[-1]


def page_like(page: Page, fits: Callable[[int, Page], object], timeout_ms: float) -> Page:
    """Return the page that fits, once there is one."""
    end = time.monotonic() + timeout_ms / 1000
    while True:
        for position, each in enumerate(page.context.pages):
            if fits(position, each):
                return each
        addresses = [each.url for each in page.context.pages]
        if time.monotonic() >= end:
            raise AssertionError(f"no page is like that; there are: {addresses}")
        page.wait_for_timeout(50)


def point_of(element: Locator, position: Mapping[str, float] | None) -> tuple[float, float]:
    """Return a point of an element on the screen."""
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    assert box is not None, "the element is not visible"
    if position is not None:
        return box["x"] + position["x"], box["y"] + position["y"]
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def filled(element: Locator, text: str, timeout: float | None = None) -> None:
    """Fill a field, or choose the option of this value or label where it is a list."""
    if element.evaluate("element => element.tagName == 'SELECT'", timeout=timeout):
        element.select_option(text, timeout=timeout)
    else:
        element.fill(text, timeout=timeout)


def reselect(element: Locator, add: bool, **by: list[Any]) -> None:
    """Add options to those that are chosen, or take some away."""
    ((kind, wanted),) = by.items()
    options = element.evaluate(
        "select => [...select.options].map((each, index) =>"
        " ({value: each.value, label: each.label.trim(), index, selected: each.selected}))"
    )
    chosen = [each["index"] for each in options if (add if each[kind] in wanted else each["selected"])]
    element.select_option(index=chosen)


def one_time_code(
    secret: str,
    digits: int = 6,
    period: int = 30,
    algorithm: str = "SHA1",
    min_validity_s: float = 0,
) -> str:
    """Return the one-time code of now (RFC 6238)."""
    left = period - time.time() % period
    if left < min_validity_s:
        time.sleep(left)
    key = base64.b32decode("".join(secret.split()).replace("-", "").upper().rstrip("=") + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(time.time() // period))
    mac = hmac.new(key, counter, algorithm.lower()).digest()
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def taken(text: str | None, pattern: "re.Pattern[str] | None" = None) -> str:
    """Return what a pattern finds in a text: its first group, or all of it if it has none."""
    assert text is not None, "there is no text"
    if pattern is None:
        return text.strip()
    match = pattern.search(text)
    assert match is not None, f"{text!r} does not match {pattern.pattern}"
    groups = [group for group in match.groups() if group is not None]
    return groups[0] if groups else match[0]


def until(page: Page, read: Callable[[], Any], holds: Callable[[Any], object], what: str, timeout_ms: float) -> Any:
    """Read something until it holds, and return it."""
    end = time.monotonic() + timeout_ms / 1000
    while True:
        found = read()
        if holds(found):
            return found
        if time.monotonic() >= end:
            raise AssertionError(f"{what}: {found!r}")
        page.wait_for_timeout(50)


def untaken(kept: dict[str, Any], kind: str, found: Iterable[Any]) -> Any:
    """Return the first of what was found that no step has waited for before."""
    taken_ones = kept.setdefault(kind, [])
    fresh = next((each for each in found if each not in taken_ones), None)
    if fresh is not None:
        taken_ones.append(fresh)
    return fresh


def printed(messages: Iterable[Any], errors: Iterable[Any]) -> list[tuple[str, str]]:
    """Return level and text of what pages printed and threw."""
    lines = [(message.type, message.text) for message in messages]
    return [*lines, *(("error", f"uncaught {error.error}") for error in errors)]


def status_of(request: Request) -> float:
    """Return the status with which a request was answered; not a number while it is not."""
    response = request.response() if request.timing["responseStart"] >= 0 else None
    return response.status if response is not None else math.nan


def bytes_of(requests: Iterable[Request]) -> int:
    """Return the bytes of all answers that have ended."""
    sizes = [request.sizes() for request in requests if request.timing["responseEnd"] >= 0]
    return sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes)


def secret(environment: Mapping[str, str], name: str) -> str:
    """Return the value of a secret."""
    if name not in environment:
        pytest.fail(f"the test needs a secret: set the environment variable {name}")
    return environment[name]


def selected(document: Any, path: str, several: bool = False) -> Any:
    """Return what a JSONPath selects, or its length; ``None``, or no values, for nothing."""
    values = jsonpath.findall(path, document)
    if not values and path.endswith(".length"):
        holders = jsonpath.findall(path.removesuffix(".length"), document)
        values = [len(each) for each in holders if isinstance(each, (list, str))]
    return values if several else next(iter(values), None)


def custom_step(
    page: Page,
    name: str,
    parameters: Mapping[str, Any],
    values: dict[str, str],
    *,
    secrets: Iterable[str],
    timeout_ms: float,
) -> None:
    """Have the plugin do a step that Outrider does not know itself."""
    try:
        outrider = importlib.import_module("outrider_journeys")
    except ImportError:
        pytest.fail(f"a plugin of Outrider does the step {name}: install outrider, and the plugin")
    outrider.do_custom_step(page, name, parameters, values, secrets=secrets, timeout_ms=timeout_ms)


@dataclass(frozen=True, slots=True)
class Written:
    """One of them; ``needs`` are lines that import something, ``others`` what it uses of this module."""

    source: Any
    needs: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


_CALLABLE = "from collections.abc import Callable"
_ITERABLE = "from collections.abc import Iterable"
_ITERATOR = "from collections.abc import Iterator"
_MAPPING = "from collections.abc import Mapping"
_ANY = "from typing import Any"


def _playwright(name: str) -> str:
    return f"from playwright.sync_api import {name}"


WRITTEN: Mapping[str, Written] = {
    "Attempt": Written(Attempt, (_playwright("Error"), "from types import TracebackType")),
    "Dialogs": Written(
        Dialogs,
        ("import contextlib", "import time", _ITERATOR, _playwright("BrowserContext"), _playwright("Dialog")),
        ("DialogRule",),
    ),
    "DialogRule": Written(
        DialogRule, ("import math", _CALLABLE, "from dataclasses import dataclass", "from dataclasses import field")
    ),
    "as_text": Written(as_text, ("from decimal import Decimal", "import json")),
    "bytes_of": Written(bytes_of, (_ITERABLE, _playwright("Request"))),
    "foreign_hosts": Written(foreign_hosts, ("from urllib.parse import urlsplit",), ("is_same_site",)),
    "is_address": Written(is_address, ("import ipaddress",)),
    "is_same_site": Written(is_same_site, (), ("is_address",)),
    "in_script": Written(in_script, ("import re",)),
    "printed": Written(printed, (_ANY, _ITERABLE)),
    "status_of": Written(status_of, ("import math", _playwright("Request"))),
    "until": Written(until, (_ANY, _CALLABLE, "import time")),
    "untaken": Written(untaken, (_ANY, _ITERABLE)),
    "answered": Written(answered, (_ITERABLE, _playwright("Response"))),
    "attempts": Written(attempts, (_ITERATOR, "import time"), ("Attempt",)),
    "closed": Written(closed),
    "custom_step": Written(custom_step, ("import importlib", _ANY, _ITERABLE, _MAPPING, "import pytest")),
    "differing_percent": Written(differing_percent, ("import base64",)),
    "eventually": Written(eventually, (_CALLABLE, "import time")),
    "items_of": Written(items_of, ("import json",)),
    "looks_like": Written(
        looks_like,
        ("import time", "import warnings", _ITERABLE, "from pathlib import Path", _playwright("Locator")),
        ("differing_percent", "picture_of", "secret_places"),
    ),
    "number_in": Written(number_in, ("import math",), ("number_of",)),
    "number_of": Written(number_of, ("import re",)),
    "numbered": Written(numbered, (_ITERABLE, _ITERATOR)),
    "one_time_code": Written(one_time_code, ("import base64", "import hmac", "import struct", "import time")),
    "page_like": Written(page_like, (_CALLABLE, "import time")),
    "picture_of": Written(picture_of, (_playwright("Locator"),)),
    "point_of": Written(point_of, (_MAPPING, _playwright("Locator"))),
    "filled": Written(filled, (_playwright("Locator"),)),
    "reselect": Written(reselect, (_ANY, _playwright("Locator"))),
    "selected": Written(selected, (_ANY, "import jsonpath")),
    "secret_places": Written(secret_places, (_ITERABLE, _ITERATOR, _playwright("Locator"))),
    "secret": Written(secret, (_MAPPING, "import pytest")),
    "soon": Written(soon, (_CALLABLE, "import time")),
    "squeezed": Written(squeezed),
    "taken": Written(taken, ("import re",)),
}


def source_of(name: str) -> str:
    """Return a function as it is written into a file."""
    return inspect.getsource(WRITTEN[name].source)
