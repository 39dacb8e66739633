"""What actions of environment, network and identity write as Python does the same as they do."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from playwright.sync_api import Page

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.written_along import WRITTEN
from tests.site.mirror_site import MirrorSite

from .test_environment_actions import HAR

pytestmark = pytest.mark.browser


class Written:
    """Runs steps as the Python that they write."""

    def __init__(self, page: Page, actions: StepActions, url: str) -> None:
        self.page = page
        self.values = {"WORD": "blue", "BASE": url}
        self._actions = actions
        self._url = url
        self._kept: dict[str, dict[str, Any]] = {}

    def run(self, *steps: dict[str, Any]) -> None:
        journey = self._actions.parse({"base_url": self._url, "steps": list(steps)})
        code = CodeWriter(self._actions, journey.defaults, base_url=self._url, is_called=True)
        code.steps(journey.steps)
        for name in code.stores:
            self._kept.setdefault(name, {})
        given = {"page": self.page, "values": self.values, "kept": self._kept, "step": step, "base_url": None}
        given |= {name: WRITTEN[name].source for name in code.helpers}
        exec("\n".join([*sorted(code.imports), *code.lines]), given)

    def sees(self, text: str) -> None:
        self.page.locator("#seen", has_text=text).wait_for(timeout=3000)


def step(name: str, **options: object) -> AbstractContextManager[None]:
    return nullcontext()


@pytest.fixture
def written(blank: Page, actions: StepActions, mirror: MirrorSite) -> Written:
    return Written(blank, actions, mirror.url)


def test_what_pages_find_around_them(written: Written, mirror: MirrorSite) -> None:
    written.run(
        {"action": "set_viewport", "width": 412, "height": 333},
        {"action": "grant_permissions", "permissions": ["geolocation"]},
        {"action": "set_geolocation", "latitude": 64.15, "longitude": -21.94},
        {"action": "emulate_media", "media": "print", "color_scheme": "dark"},
        {"action": "set_headers", "headers": {"X-Preview": "{{WORD}}"}},
        {"action": "set_cookies", "cookies": [{"name": "colour", "value": "{{WORD}}"}]},
    )
    written.page.goto(f"{mirror.url}/mirror")
    written.page.click("#where")
    written.sees("size 412x333; place 64.15,-21.94; on paper; dark")
    written.sees("cookie colour=blue")
    written.run(
        {
            "action": "http_request",
            "method": "POST",
            "url": "/echo",
            "query": {"a": "{{WORD}}"},
            "json": {"word": "{{WORD}}"},
            "assertions": [
                {"source": "status", "operator": "equals", "expected": 200},
                {"source": "json", "selector": "$.headers['x-preview']", "operator": "equals", "expected": "{{WORD}}"},
                {"source": "json", "selector": "$.headers.cookie", "operator": "contains", "expected": "colour=blue"},
                {"source": "json", "selector": "$.body", "operator": "matches", "expected": '"word":'},
                {"source": "json", "selector": "$..['x-preview']", "operator": "equals", "expected": ["blue"]},
                {"source": "json", "selector": "$.path", "operator": "exists"},
                {"source": "json", "selector": "$.gone", "operator": "not_exists"},
                {"source": "json", "selector": "$.path.length", "operator": "greater_or_equal", "expected": 5},
                {"source": "header", "selector": "X-Gone", "operator": "not_exists"},
                {"source": "status", "operator": "between", "expected": [200, 299]},
                {"source": "response_time", "operator": "less_than", "expected": 5000},
            ],
            "extract": [{"name": "PATH", "path": "$.path", "pattern": "a=(.+)"}, {"name": "STATUS", "from": "status"}],
        }
    )
    assert (written.values["PATH"], written.values["STATUS"]) == ("blue", "200")
    written.run({"action": "clear_state"}, {"action": "grant_permissions", "permissions": []})
    written.sees("cookie ; first null")


def test_what_becomes_of_requests(written: Written, mirror: MirrorSite) -> None:
    def ask(seen: str) -> None:
        written.page.click("#ask")
        written.sees(seen)

    written.page.goto(f"{mirror.url}/mirror")
    written.run({"action": "block_requests", "urls": ["**/stock?*"]})
    ask("get failed; post 200 - 3 kettles")
    mock = {
        "action": "mock_response",
        "url": "**/stock*",
        "method": "POST",
        "status": 202,
        "headers": {"X-Mocked": "a"},
    }
    written.run({"action": "unmock", "url": "**/stock?*"}, {**mock, "json": {"left": "{{WORD}}"}})
    ask('get 200 - 3 kettles; post 202 a {"left":"blue"}')
    written.run({**mock, "file": {"name": "a.txt", "text": "the {{WORD}}", "content_type": "text/plain"}, "times": 1})
    ask("post 202 a the blue")
    written.run({"action": "unmock"}, {"action": "mock_response", "url": "**/stock?*", "abort": "failed"})
    ask("get failed; post 200 - 3 kettles")
    har = HAR.replace("{{BASE}}", mirror.url)
    written.run(
        {"action": "unmock"},
        {
            "action": "mock_from_har",
            "file": {"name": "a.har", "text": har},
            "url": "**/stock*",
            "not_found": "fallback",
        },
    )
    ask("get 200 - 3 kettles; post 200 - recorded")
    written.run({"action": "unmock"}, {"action": "set_network", "latency_ms": 300})
    ask("post 200 - 3 kettles; slow")
    written.run({"action": "set_network", "offline": True})
    written.sees("offline")
    written.run({"action": "set_network", "reset": True})
    written.sees("online")


def test_who_is_signed_in(written: Written, mirror: MirrorSite) -> None:
    use = {"action": "use_login_state", "login_state": "shop", "required": False, "variable": "SIGNED_IN"}
    written.run(use)
    assert written.values["SIGNED_IN"] == "false"
    written.run(
        {"action": "http_request", "method": "POST", "url": "/sign-in"},
        {"action": "save_login_state", "login_state": "shop"},
        {"action": "clear_state"},
        use,
    )
    assert written.values["SIGNED_IN"] == "true"
    written.page.goto(f"{mirror.url}/anything")
    assert "session=s3ss10n-of-ada" in written.page.content()
