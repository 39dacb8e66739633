"""Reports of batches: JUnit's XML and Markdown, whatever people and targets write into names and errors."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from api_house import House
from batch_runs import BATCHES, OURS, SLOW, WRONG, failing, finish, scripted, started
from engine_world import FAILED, PASSED
from httpx2 import Response

from outrider_api.http.reports.markdown import code
from outrider_engine.domain.observations import Failure, Observation, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict

HOSTILE = "a|b `c` <img src=x onerror=alert(1)> [d](http://e.test) @f \\| www.g.test ```\n\n# h"

UNSAID = (Verdict.PASSED, Verdict.DEGRADED, Verdict.CANCELLED)


def walked(house: House, *steps: tuple[str, Verdict], failure: Failure | None = None) -> Observation:
    """Return an observation with steps."""
    began = house.world.clock.now()
    return Observation(
        duration_ms=1234.5,
        failure=failure,
        steps=tuple(
            StepResult(
                index=index,
                id=f"s{index}",
                name=name,
                action="goto",
                status=verdict,
                started_at=began,
                duration_ms=617.0,
                reason=None if verdict in UNSAID else Reason.LOCATOR,
                error=None if verdict in UNSAID else "no button\x1b[1m 'Pay' \x00\ufffe",
            )
            for index, (name, verdict) in enumerate(steps)
        ),
    )


def reported(house: House, batch: Any, kind: str) -> Response:
    response = house.owner.send("GET", f"{BATCHES}/{batch['id']}/{kind}")
    assert response.status_code == 200
    return response


def parsed(house: House, batch: Any) -> ET.Element:
    response = reported(house, batch, "junit")
    assert response.headers["Content-Type"] == "application/xml"
    assert response.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return ET.fromstring(response.content)


def outcomes(root: ET.Element) -> dict[str, str]:
    """Return what came of each case, by its suite and name."""
    return {
        f"{suite.get('name')}: {case.get('name')}": next(iter([child.tag for child in case]), "passed")
        for suite in root
        for case in suite.findall("testcase")
    }


def test_the_xml_has_a_suite_for_each_run_and_a_case_for_each_step(house: House) -> None:
    for name in ("fine", "slow", "broken", "ours", "wrong", "between"):
        scripted(house, name, "smoke")
    scripted(house, "flaky", "smoke", "tolerated")
    scripted(house, "resting", "smoke", status="paused")
    batch = started(house, "smoke", non_blocking_tags=["tolerated"], title="Deploy <7>", commit="9fceb02", branch="b")
    no_button = Failure(Verdict.FAILED, Reason.LOCATOR, "no button")
    seen = {
        "slow": SLOW,
        "broken": walked(
            house, ("Open", Verdict.PASSED), ("Pay", Verdict.FAILED), ("Thanks", Verdict.CANCELLED), failure=no_button
        ),
        "between": walked(
            house,
            ("Open", Verdict.PASSED),
            ("Thanks", Verdict.CANCELLED),
            failure=Failure(Verdict.FAILED, Reason.HTTP_STATUS, "500"),
        ),
        "fine": walked(house, ("Open", Verdict.PASSED), ("Close the banner", Verdict.FAILED)),
        "ours": OURS,
        "wrong": WRONG,
        "flaky": FAILED,
    }
    finish(house, seen)
    root = parsed(house, batch)
    assert outcomes(root) == {
        "fine (local): 1 Open": "passed",
        "fine (local): 2 Close the banner": "skipped",
        "slow (local): slow": "passed",
        "broken (local): 1 Open": "passed",
        "broken (local): 2 Pay": "failure",
        "broken (local): 3 Thanks": "skipped",
        "ours (local): ours": "error",
        "wrong (local): wrong": "error",
        "between (local): 1 Open": "passed",
        "between (local): 2 Thanks": "skipped",
        "between (local): between": "failure",
        "flaky (local): flaky": "skipped",
        "resting: resting": "skipped",
    }
    assert {name: root.get(name) for name in ("name", "tests", "failures", "errors", "skipped")} == {
        "name": "Deploy <7>",
        "tests": "13",
        "failures": "2",
        "errors": "2",
        "skipped": "5",
    }
    broken = next(suite for suite in root if suite.get("name") == "broken (local)")
    assert {name: broken.get(name) for name in ("tests", "failures", "time", "hostname")} == {
        "tests": "3",
        "failures": "1",
        "time": "1.234",
        "hostname": "local",
    }
    known = {one.get("name"): one.get("value") for one in broken.iter("property")}
    run = next(run for run in batch["runs"] if run["name"] == "broken")
    assert known["run_url"] == f"http://testserver{run['run_url']}"
    assert (known["run_id"], known["commit"], known["branch"]) == (run["id"], "9fceb02", "b")
    (failure,) = broken.iter("failure")
    assert (failure.get("type"), failure.text) == ("locator", "no button\ufffd[1m 'Pay' \ufffd\ufffd")
    assert known["run_url"] in (broken.findtext("system-out") or "")


@pytest.mark.parametrize(
    "seen", [{}, {"a": SLOW}, {"a": FAILED}, {"a": WRONG}, {"a": OURS}, {"flaky": FAILED}], ids=str
)
def test_the_xml_is_clean_exactly_when_the_exit_status_is_0(house: House, seen: dict[str, Observation]) -> None:
    scripted(house, "a", "smoke")
    scripted(house, "flaky", "smoke", "tolerated")
    batch = started(house, "smoke", non_blocking_tags=["tolerated"])
    waiting = parsed(house, batch)
    assert (waiting.get("errors"), waiting.get("skipped")) == ("1", "1")
    finish(house, seen)
    root = parsed(house, batch)
    is_clean = (root.get("failures"), root.get("errors")) == ("0", "0")
    assert is_clean == (house.owner.get(f"{BATCHES}/{batch['id']}")["exit_status"] == 0)


def test_what_was_called_off_is_no_success(house: House) -> None:
    scripted(house, "a", "smoke")
    batch = started(house, "smoke")
    house.owner.post(f"{BATCHES}/{batch['id']}/cancel")
    assert outcomes(parsed(house, batch)) == {"a (local): a": "error"}
    assert "### ❌ Outrider: cancelled" in reported(house, batch, "summary").text


def test_the_summary_names_what_failed_where_and_leads_there(house: House) -> None:
    for name in ("fine", "slow", "broken"):
        scripted(house, name, "smoke")
    scripted(house, "flaky", "smoke", "tolerated")
    scripted(house, "resting", "smoke", status="paused")
    facts = {"title": "Deploy 7", "commit": "9fceb02", "branch": "main", "url": "https://ci.test/7?a=(1)"}
    batch = started(house, "smoke", non_blocking_tags=["tolerated"], base_url="https://preview.test", **facts)
    assert "### ⏳ `Deploy 7`: queued (not over yet)" in reported(house, batch, "summary").text
    no_button = Failure(Verdict.FAILED, Reason.LOCATOR, "no button")
    broken = walked(house, ("Open", Verdict.PASSED), ("Pay", Verdict.FAILED), failure=no_button)
    finish(house, {"broken": broken, "slow": SLOW, "flaky": FAILED, "fine": PASSED})
    response = reported(house, batch, "summary")
    assert response.headers["Content-Type"] == "text/markdown; charset=utf-8"
    runs = {run["name"]: f"http://testserver{run['run_url']}" for run in batch["runs"]}
    assert [line for line in response.text.splitlines() if line] == [
        "### ❌ `Deploy 7`: failed (a site failed)",
        "1 passed · 1 degraded · 2 failed · 1 of them not counted · 1 skipped · 1.2 s",
        "commit `9fceb02` · branch `main` · base URL `https://preview.test` · [pipeline](https://ci.test/7?a=%281%29)",
        "| | check | location | took | what happened |",
        "|---|---|---|---:|---|",
        f"| ❌ | [`broken`]({runs['broken']}) | `local` | 1.2 s | failed: step `Pay`: `no button [1m 'Pay' \ufffd` |",
        f"| ⚠️ | [`slow`]({runs['slow']}) | `local` | 5 ms | degraded: `took 5 s` |",
        f"| ⚪ | [`flaky`]({runs['flaky']}) | `local` | 5 ms | failed (does not count): `connection refused` |",
        "<details>",
        "<summary>1 passed</summary>",
        "| | check | location | took | what happened |",
        "|---|---|---|---:|---|",
        f"| ✅ | [`fine`]({runs['fine']}) | `local` | 5 ms | passed |",
        "</details>",
        "Skipped:",
        "- `resting`: `it is paused`",
    ]


def test_no_name_breaks_a_table_or_gets_out_of_its_code_span(house: House) -> None:
    hostile = " ".join(HOSTILE.split())
    scripted(house, hostile, "smoke")
    batch = started(house, "smoke", title=hostile, branch=hostile)
    finish(house, {hostile: failing(Verdict.FAILED, Reason.CONNECT, HOSTILE)})
    text = reported(house, batch, "summary").text
    rows = [line for line in text.splitlines() if line.startswith("| ❌")]
    cells = re.split(r"(?<!\\)(?:\\\\)*\|", rows[0])
    assert len(cells) == 7
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert [odd for odd in ("<img", "e.test", "@f", "www.g", "# h") if odd in outside] == []
    assert outcomes(parsed(house, batch)) == {f"{hostile} (local): {hostile}": "failure"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "`plain`"),
        ("", "`-`"),
        (" \n\t ", "`-`"),
        ("a`b", "``a`b``"),
        ("`a`", "`` `a` ``"),
        ("a``b`c", "```a``b`c```"),
        ("a|b", "`a\\|b`"),
        ("a\\|b", "`a\\ \\|b`"),
        ("one\r\ntwo", "`one two`"),
        ("\u202egnp.exe\u2066", "`gnp.exe`"),
        ("x" * 201, f"`{'x' * 200}…`"),
    ],
)
def test_any_text_is_one_code_span_on_one_line(text: str, expected: str) -> None:
    assert code(text) == expected


def test_links_lead_to_where_the_operator_says_that_people_find_the_server(house: House) -> None:
    scripted(house, "a", "smoke")
    batch = started(house, "smoke")
    house.services.batches.public_url = "https://outrider.test/"
    assert f"https://outrider.test/api/v1/runs/{batch['runs'][0]['id']}" in reported(house, batch, "summary").text
    assert "https://outrider.test/api/v1/runs/" in reported(house, batch, "junit").text
