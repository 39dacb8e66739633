"""The fixtures of pytest-playwright as a journey has them: as they are, and what the journey wants besides."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from outrider_engine.domain.templates import render
from outrider_engine.errors import SlotError
from outrider_journeys.browsers import choose, find_browsers
from outrider_journeys.model import Journey

from .values import given_to

if TYPE_CHECKING:
    from playwright.sync_api import Playwright


def fixtures_for(journey: Journey, module: str) -> dict[str, Any]:
    """Return fixtures that stand before those of the same name, for the journey's own module alone.

    They are of session scope, as those are: what a project's conftest file makes of them is kept.
    """

    def browser_context_args(
        browser_context_args: dict[str, Any], playwright: "Playwright", pytestconfig: pytest.Config
    ) -> dict[str, Any]:
        values = given_to(journey, pytestconfig)
        options = journey.browser
        if pytestconfig.getoption("--device", None):
            options = options.model_copy(update={"device": None})
        wanted = options.context_options(playwright.devices, lambda text: render(text, values.every))
        return {"service_workers": "block", **browser_context_args, **wanted}

    def browser_type_launch_args(
        browser_type_launch_args: dict[str, Any], playwright: "Playwright", browser_name: str
    ) -> dict[str, Any]:
        return with_a_browser(browser_type_launch_args, playwright, browser_name)

    return {each.__name__: _fixture(each, module) for each in (browser_context_args, browser_type_launch_args)}


def with_a_browser(arguments: dict[str, Any], playwright: "Playwright", browser_name: str) -> dict[str, Any]:
    """Return launch arguments that name a browser, where Playwright's own is missing or the operator chose one.

    What a project says itself (a program, a channel) stays, and so do Firefox and WebKit.
    """
    is_chosen = "executable_path" in arguments or "channel" in arguments or browser_name != "chromium"
    own = Path(playwright.chromium.executable_path)
    if is_chosen or (own.exists() and not os.environ.get("OUTRIDER_BROWSER_PATH")):
        return arguments
    try:
        program = choose(find_browsers(os.environ, own), headed=arguments.get("headless") is False)
    except SlotError as error:
        pytest.fail(str(error), pytrace=False)
    return {**arguments, "executable_path": str(program.path)}


def _fixture(function: Callable[..., Any], module: str) -> Any:
    function.__module__ = module
    return pytest.fixture(scope="session")(function)
