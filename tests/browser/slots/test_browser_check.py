"""The check type ``browser`` in a slot: what it reports, what it keeps, and what it never keeps."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from server_processes import free_port

from outrider_engine.adapters.slots.process_table import Process, all_processes, descendants, marked
from outrider_engine.adapters.slots.slot import RunnerSlot
from outrider_engine.domain.observations import ArtifactKind, Observation, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from tests.site.odd_site import ForbiddenServer, OddSite

from .conftest import Walk, shows

pytestmark = pytest.mark.browser

MISSING = shows("#never", timeout=0.5)
FILL = {"action": "fill", "locator": "#password", "value": "{{PASSWORD}}"}


def names(observation: Observation) -> set[str]:
    return {file.name.partition("-")[0] if file.name[0].isdigit() else file.name for file in observation.files}


def test_a_run_tells_what_it_saw(walk: Walk) -> None:
    seen: list[StepResult] = []
    observation = walk("/calm", shows("h1"), seen=seen)
    assert observation.failure is None
    assert [step.status for step in observation.steps] == [Verdict.PASSED, Verdict.PASSED]
    assert observation.steps == tuple(seen)
    browser = observation.facts["browser"]
    assert isinstance(browser, dict)
    assert browser["name"] == "chromium-headless-shell"
    assert str(browser["version"])[0].isdigit()
    assert str(observation.facts["url"]).endswith("/calm")
    assert observation.facts["console_errors"] == 0
    assert observation.duration_ms > 0


def test_an_option_that_the_browser_refuses_is_a_fault_of_the_journey(walk: Walk) -> None:
    failure = walk("/calm", journey={"browser": {"timezone": "Mars/Olympus"}}).failure
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.ERROR, Reason.INVALID_DEFINITION)
    assert "Invalid timezone ID: Mars/Olympus" in failure.message


def test_an_engine_that_is_not_installed_is_an_error_that_says_what_to_do(walk: Walk) -> None:
    failure = walk("/calm", journey={"browser": {"engine": "webkit"}}).failure
    if failure is None:
        pytest.skip("webkit is installed here")
    assert (failure.verdict, failure.reason) == (Verdict.ERROR, Reason.BROWSER_UNAVAILABLE)
    assert "playwright install webkit" in failure.message


ALWAYS = {"001", "console.json", "network.json", "vitals.json", "page.aria.yaml"}
FAILING = {"002", "trace.zip", "console.json", "network.json", "vitals.json", "page.aria.yaml"}


@pytest.mark.parametrize(
    ("policy", "passing", "failing"),
    [
        pytest.param("never", set(), set(), id="never"),
        pytest.param("on_failure", set(), FAILING, id="on failure"),
        pytest.param("always", ALWAYS - {"console.json"}, FAILING, id="always"),
    ],
)
def test_files_are_kept_by_policy(walk: Walk, policy: str, passing: set[str], failing: set[str]) -> None:
    assert names(walk("/calm?{{x}}", variables={"x": "1"}, artifacts=policy)) == passing
    assert names(walk("/secret", {**FILL, "value": "plain"}, MISSING, artifacts=policy)) == {
        name.replace("002", "003") for name in failing
    }


def test_a_trace_is_kept_by_a_policy_of_its_own(walk: Walk) -> None:
    assert "trace.zip" in names(walk("/calm", journey={"trace": "always"}))
    assert "trace.zip" not in names(walk("/calm", MISSING, journey={"trace": "never"}))
    assert names(walk("/calm", MISSING, journey={"trace": "always"}, artifacts="never")) == set()


def test_files_are_kept_by_kind_as_the_journey_and_then_the_run_says(walk: Walk) -> None:
    kinds = dict.fromkeys(("screenshots", "vitals", "aria"), "never") | {
        "network": "on_failure",
        "har": "always",
        "trace": "always",
    }
    journey = {"artifacts": kinds, "trace": "never"}
    assert names(walk("/calm", journey=journey)) == {"trace.zip", "network.har"}
    assert names(walk("/calm", journey=journey, artifact_policies={**kinds, "har": "never"})) == {"trace.zip"}


def test_a_film_is_made_when_asked_for(walk: Walk) -> None:
    observation = walk("/calm", {"action": "wait_for", "seconds": 0.3}, journey={"artifacts": {"video": "always"}})
    (film,) = [file for file in observation.files if file.kind is ArtifactKind.VIDEO]
    assert (film.name, film.content_type) == ("video.webm", "video/webm")
    assert film.path.read_bytes()[:4] == b"\x1a\x45\xdf\xa3"  # how Matroska, and so WebM, begins
    assert "files_left_out" not in observation.facts


def test_requests_are_summed_up(walk: Walk, site: OddSite) -> None:
    observation = walk("/hop?to=/calm", {"action": "click", "locator": "a"}, "/redirect?to=/calm")
    network = observation.facts["network"]
    assert isinstance(network, dict)
    assert (network["failed"], network["third_party_hosts"]) == (0, [])
    (file,) = [file for file in observation.files if file.kind is ArtifactKind.NETWORK]
    kept = json.loads(file.path.read_text())
    assert kept["summary"] == network
    pages = [each for each in kept["requests"] if each["type"] == "document"]
    assert [(each["url"].removeprefix(site.url), each["status"]) for each in pages] == [
        ("/hop?to=/calm", 200),
        ("/calm", 200),
        ("/redirect?to=/calm", 302),
        ("/calm", 200),
    ]
    assert [step["id"] for step in kept["steps"]] == [step.id for step in observation.steps]
    assert kept["steps"][0]["requests"] >= 1


def test_every_page_tells_its_vitals(walk: Walk, site: OddSite) -> None:
    observation = walk("/hop?to=/calm", {"action": "click", "locator": "a"}, "/state")
    (file,) = [file for file in observation.files if file.kind is ArtifactKind.VITALS]
    pages = json.loads(file.path.read_text())["pages"]
    assert [page["url"].removeprefix(site.url) for page in pages] == ["/hop?to=/calm", "/calm", "/state"]
    assert all(page["ttfb_ms"] > 0 and page["cls"] == 0 for page in pages)
    vitals = observation.facts["vitals"]
    assert isinstance(vitals, dict)
    assert (vitals["pages"], vitals["ttfb_ms"]) == (3, max(page["ttfb_ms"] for page in pages))


def test_baselines_reach_the_runner_and_pictures_come_back(walk: Walk, tmp_path: Path) -> None:
    look = {"action": "assert", "timeout": 0.4, "visual": {"name": "calm", "threshold_percent": 0}}
    (first,) = [file for file in walk("/calm", look).files if file.kind is ArtifactKind.VISUAL]
    baseline = tmp_path / "calm.png"
    baseline.write_bytes(first.path.read_bytes())
    observation = walk("/secret", look, baselines={"chromium-1280x720/calm": str(baseline)})
    assert observation.failure is not None
    assert observation.failure.reason is Reason.ASSERTION
    assert len([file for file in observation.files if file.kind is ArtifactKind.VISUAL]) == 3


def test_overrides_reach_the_walk(walk: Walk, slot: RunnerSlot) -> None:
    observation = walk("/{{page}}", shows("h1"), variables={"page": "calm"}, journey={"variables": {"page": "loop"}})
    assert observation.failure is None
    assert observation.steps[0].detail["status"] == 200


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        pytest.param([], Reason.INVALID_DEFINITION, id="no steps"),
        pytest.param([{"action": "fly"}], Reason.INVALID_DEFINITION, id="an action that nobody offers"),
        pytest.param(["/{{nobody}}"], Reason.UNKNOWN_VARIABLE, id="a variable that nothing defines"),
    ],
)
def test_what_is_wrong_with_the_journey_is_its_own_fault(walk: Walk, steps: list[object], reason: Reason) -> None:
    failure = walk(*steps).failure
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.ERROR, reason)


def test_a_header_may_name_a_variable(walk: Walk) -> None:
    browser = {"extra_headers": {"X-Who": "{{nobody}}"}}
    failure = walk("/calm", journey={"browser": browser}).failure
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.ERROR, Reason.UNKNOWN_VARIABLE)


@pytest.mark.parametrize(
    ("url", "reason", "told"),
    [
        ("http://127.0.0.1:{port}/", Reason.CONNECT, "127.0.0.1:{port} could not be reached: Connection refused"),
        ("https://127.0.0.1:{port}/", Reason.CONNECT, "127.0.0.1:{port} could not be reached: Connection refused"),
        (
            "http://nowhere.invalid/",
            Reason.DNS,
            "http://nowhere.invalid/ could not be reached: no site of this name was",
        ),
        (f"http://{ForbiddenServer.ADDRESS}/", Reason.EGRESS_DENIED, "is denied: the operator denies it"),
    ],
)
def test_a_page_that_does_not_come_is_told_alike_at_once_and_at_the_end(
    walk: Walk, url: str, reason: Reason, told: str
) -> None:
    port = free_port()
    seen: list[StepResult] = []
    group = {
        "action": "group",
        "name": "All",
        "steps": [{"action": "goto", "name": "It", "url": url.format(port=port)}],
    }
    observation = walk({"action": "times", "count": 1, "steps": [group]}, seen=seen)
    failure = observation.failure
    assert failure is not None
    assert failure.reason is reason
    assert told.format(port=port) in failure.message
    assert sorted(seen, key=lambda step: step.index) == list(observation.steps)
    assert {step.error for step in seen} == {failure.message, failure.message.removeprefix("It: ")}


def command_of(process: Process) -> str:
    try:
        return Path(f"/proc/{process.pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def is_keeper(process: Process) -> bool:
    return process.parent == os.getpid()


def is_runner(process: Process) -> bool:
    return "outrider_engine.runner" in command_of(process) and not is_keeper(process)


def is_driver(process: Process) -> bool:
    return "run-driver" in command_of(process)


def is_renderer(process: Process) -> bool:
    return "--type=renderer" in command_of(process)


def is_browser(process: Process) -> bool:
    command = command_of(process)
    return "--user-data-dir" in command and "--type=" not in command and not command.startswith("/bin/")


def tree_of(slot: RunnerSlot) -> list[Process]:
    marker = f"OUTRIDER_SLOT={slot.folder.parent.name}".encode()
    processes = all_processes()
    roots = {process.pid: process for process in marked(marker, processes.values())}
    return [*roots.values(), *descendants(roots.keys(), processes).values()]


def kill_when_seen(slot: RunnerSlot, is_wanted: Callable[[Process], bool]) -> threading.Thread:
    """Kill one process of the slot's tree, half a second after there is a renderer in it."""

    def look() -> None:
        limit = time.monotonic() + 15
        while time.monotonic() < limit:
            if any(map(is_renderer, tree_of(slot))):
                time.sleep(0.5)
                os.kill(next(filter(is_wanted, tree_of(slot))).pid, signal.SIGKILL)
                return
            time.sleep(0.05)

    thread = threading.Thread(target=look)
    thread.start()
    return thread


@pytest.mark.long
@pytest.mark.parametrize(
    ("is_wanted", "endings"),
    [
        pytest.param(is_renderer, {Reason.PAGE_CRASH}, id="renderer"),
        pytest.param(is_browser, {Reason.BROWSER_UNAVAILABLE}, id="browser"),
        pytest.param(is_driver, {Reason.BROWSER_UNAVAILABLE}, id="driver"),
        pytest.param(is_runner, {Reason.INTERNAL}, id="runner"),
        pytest.param(is_keeper, {Reason.LOCATOR, Reason.INTERNAL}, id="keeper"),
    ],
)
def test_a_process_that_is_killed_ends_no_run_but_its_own(
    walk: Walk, slot: RunnerSlot, is_wanted: Callable[[Process], bool], endings: set[Reason]
) -> None:
    killer = kill_when_seen(slot, is_wanted)
    failure = walk("/calm", shows("#never", timeout=5), timeout_s=16.0).failure
    killer.join()
    assert failure is not None
    assert failure.reason in endings
    assert walk("/calm").failure is None


def test_each_run_has_a_browser_of_its_own_whether_started_ahead_or_not(walk: Walk, slot: RunnerSlot) -> None:
    cookie = {"action": "set_cookies", "cookies": [{"name": "seen", "value": "yes"}]}
    reading = {"action": "evaluate", "script": "document.cookie || 'none'", "variable": "COOKIES"}
    slot.stand_by(30)
    ahead = min(filter(is_browser, tree_of(slot)), key=lambda process: process.pid).pid
    endings: list[bool] = []

    def look() -> None:
        endings.append(ahead in {process.pid for process in filter(is_browser, tree_of(slot))})

    first = walk("/calm", cookie, reading, on_ending=look)
    assert first.facts["variables"] == {"COOKIES": "seen=yes"}
    assert endings == [True]
    slot.sweep()
    assert not any(map(is_browser, tree_of(slot)))
    slot.stand_by(30)
    assert walk("/calm", reading).facts["variables"] == {"COOKIES": "none"}


@pytest.mark.parametrize("is_wanted", [is_browser, is_driver], ids=["browser", "driver"])
def test_a_browser_that_died_while_it_waited_is_replaced(
    walk: Walk, slot: RunnerSlot, is_wanted: Callable[[Process], bool]
) -> None:
    slot.stand_by(30)
    os.kill(next(filter(is_wanted, tree_of(slot))).pid, signal.SIGKILL)
    assert walk("/calm", shows("h1")).failure is None


def test_a_run_that_needs_another_browser_ends_the_one_that_was_started_ahead(walk: Walk, slot: RunnerSlot) -> None:
    slot.stand_by(30)
    failure = walk("/calm", journey={"browser": {"engine": "webkit"}}).failure
    if failure is None:
        pytest.skip("webkit is installed here")
    assert not any(map(is_browser, tree_of(slot)))
