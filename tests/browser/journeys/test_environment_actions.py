"""Actions that change what pages find around them, as a page sees it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.interpreter import WalkResult
from tests.site.mirror_site import MirrorSite

pytestmark = pytest.mark.browser
Walk = Callable[..., WalkResult]

LOOK = {"action": "goto", "url": "/mirror"}
ASK = {"action": "click", "locator": "#ask"}
RECORDED = {
    "startedDateTime": "2026-01-01T00:00:00Z",
    "time": 1,
    "request": {"method": "POST", "url": "{{BASE}}/stock", "headers": [], "cookies": [], "queryString": []},
    "response": {
        "status": 200,
        "headers": [],
        "cookies": [],
        "content": {"mimeType": "text/plain", "text": "recorded"},
    },
    "timings": {},
}
HAR = json.dumps({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [RECORDED]}})


def shows(*texts: str) -> tuple[dict[str, Any], ...]:
    return tuple({"action": "assert", "locator": "#seen", "text": {"contains": text}} for text in texts)


HOLDING: dict[str, tuple[dict[str, Any], ...]] = {
    "set_viewport": (LOOK, {"action": "set_viewport", "width": 412, "height": 333}, *shows("size 412x333")),
    "set_geolocation": (
        {"action": "grant_permissions", "permissions": ["geolocation"]},
        {"action": "set_geolocation", "latitude": 64.15, "longitude": -21.94},
        LOOK,
        {"action": "click", "locator": "#where"},
        *shows("place 64.15,-21.94"),
    ),
    "grant_permissions to another site": (
        {"action": "grant_permissions", "permissions": ["geolocation"], "origin": "https://shop.example"},
        {"action": "set_geolocation", "latitude": 1, "longitude": 2},
        LOOK,
        {"action": "click", "locator": "#where"},
        *shows("place refused"),
    ),
    "grant_permissions and take them back": (
        {"action": "grant_permissions", "permissions": ["geolocation"], "origin": "{{BASE}}"},
        {"action": "grant_permissions", "permissions": []},
        LOOK,
        {"action": "click", "locator": "#where"},
        *shows("place refused"),
    ),
    "emulate_media": (
        LOOK,
        *shows("on screen; light; moving"),
        {"action": "emulate_media", "media": "print", "color_scheme": "dark"},
        {"action": "emulate_media", "reduced_motion": "reduce"},
        *shows("on paper; dark; still"),
    ),
    "set_headers": (
        {"action": "set_headers", "headers": {"X-Preview": "{{WORD}}"}},
        {"action": "goto", "url": "/anything"},
        {"action": "expect_text", "text": '"x-preview": "blue"'},
        {"action": "set_headers", "headers": {}},
        {"action": "goto", "url": "/anything"},
        {"action": "assert", "text": {"not_contains": "x-preview"}},
    ),
    "set_network offline and back": (
        LOOK,
        {"action": "set_network", "offline": True},
        *shows("offline"),
        ASK,
        *shows("get failed"),
        {"action": "set_network", "reset": True},
        *shows("online"),
        ASK,
        *shows("get 200 - 3 kettles"),
    ),
    "set_network slow and back": (
        LOOK,
        {"action": "set_network", "latency_ms": 300, "download_kbps": 5000},
        ASK,
        *shows("post 200 - 3 kettles; slow"),
        {"action": "set_network", "reset": True},
        ASK,
        *shows("post 200 - 3 kettles; quick"),
    ),
    "set_network slow for pages that open later": (
        {"action": "set_network", "latency_ms": 300},
        LOOK,
        ASK,
        *shows("post 200 - 3 kettles; slow"),
    ),
    "block_requests and unmock": (
        LOOK,
        {"action": "block_requests", "urls": ["**/nothing", "**/stock*"]},
        ASK,
        *shows("get failed; post failed"),
        {"action": "unmock", "url": "**/stock*"},
        ASK,
        *shows("get 200 - 3 kettles; post 200 - 3 kettles"),
    ),
    "mock_response with JSON, for one method": (
        LOOK,
        {
            "action": "mock_response",
            "url": "**/stock?*",
            "method": "GET",
            "status": 202,
            "json": {"left": ["{{WORD}}"]},
            "headers": {"X-Mocked": "{{WORD}}"},
        },
        {"action": "mock_response", "url": "/stock", "method": "GET", "body": "never"},
        ASK,
        *shows('get 202 blue {"left": ["blue"]}; post 200 - 3 kettles'),
    ),
    "mock_response for some times": (
        LOOK,
        {"action": "mock_response", "url": "/stock*", "body": "{{WORD}}", "times": 1},
        ASK,
        *shows("get 200 - blue; post 200 - 3 kettles"),
    ),
    "mock_response with a file, the newest first": (
        LOOK,
        {"action": "mock_response", "url": "**/stock*", "body": "older"},
        {"action": "mock_response", "url": "**/stock*", "method": "POST", "file": {"name": "a.txt", "text": "newer"}},
        ASK,
        *shows("get 200 - older; post 200 - newer"),
        {"action": "unmock"},
        ASK,
        *shows("get 200 - 3 kettles; post 200 - 3 kettles"),
    ),
    "mock_response that fails": (
        LOOK,
        {"action": "mock_response", "url": "**/stock?*", "abort": "connectionrefused"},
        ASK,
        *shows("get failed; post 200 - 3 kettles"),
    ),
    "mock_from_har": (
        LOOK,
        {
            "action": "mock_from_har",
            "file": {"name": "a.har", "text": HAR},
            "url": "**/stock*",
            "not_found": "fallback",
        },
        ASK,
        *shows("get 200 - 3 kettles; post 200 - recorded"),
        {"action": "unmock", "url": "**/stock*"},
        ASK,
        *shows("post 200 - 3 kettles"),
    ),
    "mock_from_har that lacks an answer": (
        LOOK,
        {"action": "mock_from_har", "file": {"name": "a.har", "text": HAR}, "url": "**/stock*"},
        ASK,
        *shows("get failed; post 200 - recorded"),
    ),
    "set_cookies": (
        {
            "action": "set_cookies",
            "cookies": [
                {"name": "colour", "value": "{{WORD}}"},
                {"name": "hidden", "value": "x", "url": "/mirror", "http_only": True},
                {"name": "other", "value": "x", "domain": ".shop.example"},
                {"name": "here", "value": "y", "domain": "127.0.0.1", "path": "/mirror", "same_site": "Lax"},
            ],
        },
        LOOK,
        *shows("cookie here=y; colour=blue; first plain"),
        {"action": "goto", "url": "/anything"},
        {"action": "expect_text", "text": "colour=blue"},
    ),
    "clear_state": (
        {"action": "goto", "url": "/mirror?a"},
        {"action": "set_cookies", "cookies": [{"name": "a", "value": "b"}]},
        *shows("cookie a=b; first ?a; session here"),
        {"action": "clear_state", "cookies": False},
        *shows("cookie a=b; first null; session null"),
        {"action": "clear_state", "storage": False},
        *shows("cookie ; first null"),
        {"action": "goto", "url": "/mirror?b"},
        *shows("first ?b"),
        {"action": "clear_state"},
        *shows("cookie ; first null; session null"),
    ),
}


@pytest.fixture
def on_mirror(walked: Walk, mirror: MirrorSite) -> Walk:
    def walk(*steps: dict[str, Any], **given: Any) -> WalkResult:
        written = [_with_base(step, mirror.url) for step in steps]
        return walked(*written, base_url=mirror.url, variables={"WORD": "blue", "BASE": mirror.url}, **given)

    return walk


def _with_base(step: dict[str, Any], url: str) -> dict[str, Any]:
    return {name: url if value == "{{BASE}}" else value for name, value in step.items()}


@pytest.mark.parametrize("steps", HOLDING.values(), ids=HOLDING)
def test_what_pages_find_around_them(on_mirror: Walk, steps: tuple[dict[str, Any], ...]) -> None:
    result = on_mirror(*steps)
    assert result.failure is None
    assert all(step.status is Verdict.PASSED for step in result.steps)


def test_what_is_done_to_requests_ends_with_the_walk(on_mirror: Walk, mirror: MirrorSite) -> None:
    before = len(mirror.requests)
    on_mirror(
        {"action": "mock_response", "url": "**", "body": "mocked"}, {"action": "set_network", "latency_ms": 1}, LOOK
    )
    assert len(mirror.requests) == before
    assert on_mirror(LOOK, *shows("size")).failure is None


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(
            {"action": "set_cookies", "cookies": [{"name": "__Host-a", "value": "x", "url": "http://shop.example"}]},
            id="a cookie that the browser does not take",
        ),
        pytest.param({"action": "http_request", "url": "http://shop.example:99999"}, id="an address that is none"),
        pytest.param(
            {"action": "http_request", "url": "/echo", "headers": {"X-Word": "{{BROKEN}}"}}, id="a header of two lines"
        ),
    ],
)
def test_what_the_browser_does_not_take_is_an_error_of_the_check(on_mirror: Walk, step: dict[str, Any]) -> None:
    failure = on_mirror({"action": "set_variable", "variable": "BROKEN", "value": "a\nb"}, step).failure
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.ERROR, Reason.INVALID_DEFINITION)


def without_content(har: str) -> str:
    return har.replace('"text": "recorded"', '"_file": "/etc/hostname"')


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("{}", "a.har is no HAR", id="none"),
        pytest.param("not JSON", "a.har is no HAR", id="no JSON"),
        pytest.param(without_content(HAR), "has its contents in other files", id="with contents elsewhere"),
    ],
)
def test_a_recording_that_can_not_be_used_is_an_error_of_the_check(on_mirror: Walk, content: str, message: str) -> None:
    failure = on_mirror({"action": "mock_from_har", "file": {"name": "a.har", "text": content}}).failure
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.ERROR, Reason.INVALID_DEFINITION)
    assert message in failure.message
