"""One file, one verdict: a journey in the engine's slot, as a test under pytest, and within a suite."""

import base64
import io
import json
import os
import re
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from outrider_api.cli.web_server import WebServer, listener
from outrider_api.demo.shop import Switches, create_shop
from outrider_engine.adapters.egress import EgressProxy
from outrider_engine.adapters.slots.factory import RunnerSlots
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.ports.slots import SlotTask

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(240)]
SAMPLE = files("outrider_api.demo") / "journeys" / "shop-checkout.journey.yaml"

Steps = list[tuple[str, str]]


@pytest.fixture(params=["works", "broken"])
def shop(request: pytest.FixtureRequest) -> Iterator[str]:
    switches = Switches() if request.param == "works" else Switches(checkout="broken")
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    with listener("127.0.0.1", port) as listening, WebServer(create_shop(switches), listening):
        yield f"http://127.0.0.1:{port}"


def python(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def in_the_engine(folder: Path, shop: str) -> tuple[bool, Steps]:
    done = python("outrider_api.cli", "run", "sample.journey.yaml", "--base-url", shop, "--json", folder=folder)
    [result] = json.loads(done.stdout)["runs"]
    return done.returncode == 0, [(step["name"], step["status"]) for step in result["steps"]]


def under_pytest(folder: Path, shop: str) -> tuple[bool, Steps]:
    done = python("pytest", "-q", "sample.journey.yaml", f"--base-url={shop}", "--junitxml=report.xml", folder=folder)
    told = [each.attrib for each in ET.parse(folder / "report.xml").iter("property")]
    values = [each["value"] for each in told if each["name"] == "outrider_step"]
    found = [re.fullmatch(r"(.*?): (passed|failed|not run|degraded|timed_out)\b.*", each, re.DOTALL) for each in values]
    return done.returncode == 0, [(each[1].rpartition(" > ")[2], each[2]) for each in found if each is not None]


def in_a_suite(shop: str) -> tuple[bool, Steps]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("sample.journey.yaml", SAMPLE.read_text())
    config = {"archive": base64.b64encode(buffer.getvalue()).decode(), "base_url": shop}
    task = SlotTask(check_type="suite", check_name="Sample", config=config, timeout_s=120)
    proxy = EgressProxy(EgressPolicy(EgressMode.PRIVATE))
    proxy.start()
    environment = {**os.environ, "OUTRIDER_SUITES": "if_namespaces"}
    slot = RunnerSlots(proxy=proxy, environment=environment, blocked_plugins=("browser",)).create()
    try:
        told = slot.run(task, lambda _: None)
    finally:
        slot.close()
        proxy.close()
    return told.failure is None, [(step.name, step.status.value) for step in told.steps if step.action == "step"]


def test_a_journey_comes_to_the_same_wherever_it_is_walked(tmp_path: Path, shop: str) -> None:
    (tmp_path / "sample.journey.yaml").write_text(SAMPLE.read_text())
    holds, steps = in_the_engine(tmp_path, shop)
    unrun = [(name, "not run" if status == "cancelled" else status) for name, status in steps]
    assert len(steps) > 3
    assert under_pytest(tmp_path, shop) == (holds, unrun)
    assert in_a_suite(shop) == (holds, steps)
