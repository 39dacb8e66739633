"""Imported samples are walked in a browser, on the shop that they were recorded in."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from outrider_api.cli.web_server import WebServer, listener
from outrider_api.demo.shop import Switches, create_shop
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.importing.registry import Importers
from outrider_journeys.interpreter import WalkOptions, walk
from outrider_journeys.plugin import outrider_register_importers

from .conftest import RealClock, Walk

pytestmark = pytest.mark.browser
SAMPLES = Path(__file__).parents[2] / "journeys" / "importing" / "samples"
RECORDED = ("shop.recorder.json", "shop.jsonl", "shop.py", "shop_async.py", "shop_fixtures.py", "shop.side")


@pytest.fixture
def importers(actions: StepActions) -> Importers:
    return Importers([("journeys", outrider_register_importers())], actions)


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    with listener("127.0.0.1", port) as listening, WebServer(create_shop(Switches()), listening):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("sample", RECORDED)
def test_what_was_recorded_passes(
    chromium: Browser, importers: Importers, actions: StepActions, shop: str, sample: str, tmp_path: Path
) -> None:
    clock = RealClock()
    definition = importers.import_text((SAMPLES / sample).read_bytes(), file_name=sample).checks[0].definition
    options = WalkOptions(deadline=clock.monotonic() + 60, clock=clock, folder=tmp_path, actions=actions, base_url=shop)
    with chromium.new_context(viewport={"width": 1280, "height": 800}) as context:
        ended = walk(actions.parse(definition), context.new_page(), options)
    assert ended.failure is None, ended.failure


def test_filling_a_list_chooses_the_option_of_that_value_or_label(walked: Walk) -> None:
    for value, action in (("is", "fill"), ("Germany", "fill"), ("Germany", "select_option")):
        chosen = {"action": action, "locator": {"label": "Country"}, "value": value}
        assert walked({"action": "goto", "url": "/form"}, chosen).failure is None
    refused = walked({"action": "goto", "url": "/form"}, {"action": "fill", "locator": "#zone", "value": "x"})
    assert refused.failure is not None
    assert "<input>" in refused.failure.message
