"""The difference between two runs is told the same way each time, and names what matters."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.run_diffs import RunRecord, difference
from outrider_engine.domain.verdicts import Reason, Verdict

BEGAN = datetime(2026, 1, 15, 12, tzinfo=UTC)
SHOP = "https://shop.example"


def step(index: int, id: str, at_ms: float, ms: float, status: Verdict = Verdict.PASSED, **more: Any) -> StepResult:
    return StepResult(
        index=index,
        id=id,
        name=id.capitalize(),
        action="click",
        status=status,
        started_at=BEGAN + timedelta(milliseconds=at_ms),
        duration_ms=ms,
        **more,
    )


def request(
    path: str, at_ms: float, ms: float = 20.0, status: int | None = 200, method: str = "GET", **more: Any
) -> Any:
    return {"method": method, "url": SHOP + path, "status": status, "at_ms": at_ms, "duration_ms": ms, **more}


GOOD = RunRecord(
    run_id="run_good",
    url=f"{SHOP}/orders/1001938/thanks?from=pay",
    steps=(step(0, "open", 0, 210), step(1, "cart", 220, 90), step(2, "pay", 320, 400), step(3, "thanks", 730, 20)),
    network={
        "steps": [
            {"id": "open", "at_ms": 0.0, "duration_ms": 210.0},
            {"id": "cart", "at_ms": 220.0, "duration_ms": 90.0},
            {"id": "pay", "at_ms": 320.0, "duration_ms": 400.0},
            {"id": "thanks", "at_ms": 730.0, "duration_ms": 20.0},
        ],
        "requests": [
            request("/?v=1", 5),
            request("/assets/app.3f2a9c1e77.js", 30),
            request("/api/stock", 50, 35.0),
            request("/cart", 225),
            request("/api/pay", 330, 90.0, 201, "POST"),
            request("/api/receipt", 735),
        ],
    },
    console={"messages": [{"level": "log", "text": "session 48213377 ready"}]},
    aria='- heading "Thank you"\n- text: Order 1001938',
)
BAD = RunRecord(
    run_id="run_bad",
    url=f"{SHOP}/cart",
    steps=(
        step(0, "open", 0, 1900),
        step(1, "cart", 1910, 95),
        step(2, "pay", 2010, 10_000, Verdict.FAILED, reason=Reason.LOCATOR, error="button “Pay” was not found in time"),
        step(3, "thanks", 12_020, 0, Verdict.CANCELLED),
    ),
    network={
        "steps": [],
        "requests": [
            request("/?v=2", 5, 1500.0),
            request("/assets/app.99d01b4c02.js", 1600),
            request("/api/stock", 1620, 40.0, 503),
            request("/api/stock", 1700, 30.0, 503),
            request("/banner.js", 1710, 3.0, None, failure="net::ERR_NAME_NOT_RESOLVED"),
            request("/cart", 1915),
        ],
    },
    console={
        "messages": [
            {"level": "log", "text": "session 90210001 ready"},
            {"level": "error", "text": "stock is not available"},
        ]
    },
    aria='- heading "Cart"',
)

EXPECTED = {
    "version": 1,
    "run_id": "run_bad",
    "good_run_id": "run_good",
    "broken_step": "pay",
    "steps": [
        {
            "id": "open",
            "name": "Open",
            "status": "passed",
            "duration_ms": 1900,
            "error": None,
            "good_status": "passed",
            "good_duration_ms": 210,
            "slower": True,
        },
        {
            "id": "pay",
            "name": "Pay",
            "status": "failed",
            "duration_ms": 10_000,
            "error": "button “Pay” was not found in time",
            "good_status": "passed",
            "good_duration_ms": 400,
            "slower": True,
        },
        {
            "id": "thanks",
            "name": "Thanks",
            "status": "cancelled",
            "duration_ms": 0,
            "error": None,
            "good_status": "passed",
            "good_duration_ms": 20,
            "slower": False,
        },
    ],
    "page": {"url": f"{SHOP}/cart", "good_url": f"{SHOP}/orders/1001938/thanks?from=pay", "same": False},
    "requests": {
        "added": [{"method": "GET", "url": f"{SHOP}/banner.js", "answers": {"net::ERR_NAME_NOT_RESOLVED": 1}}],
        "removed": [{"method": "POST", "url": f"{SHOP}/api/pay", "answers": {"201": 1}}],
        "changed": [{"method": "GET", "url": f"{SHOP}/api/stock", "good_answers": {"200": 1}, "answers": {"503": 2}}],
        "slower": [{"method": "GET", "url": f"{SHOP}/", "good_ms": 20.0, "ms": 1500.0}],
    },
    "console": {"added": [{"level": "error", "text": "stock is not available"}], "removed": []},
    "aria": None,
}


def test_a_recorded_pair_differs_as_people_would_say_it() -> None:
    assert difference(GOOD, BAD) == EXPECTED


def test_the_order_in_which_requests_came_makes_no_difference() -> None:
    assert BAD.network is not None
    for seed in range(10):
        requests: list[Any] = list(BAD.network["requests"])  # type: ignore[arg-type]
        random.Random(seed).shuffle(requests)
        assert difference(GOOD, replace(BAD, network={**BAD.network, "requests": requests})) == EXPECTED


def test_a_run_does_not_differ_from_itself() -> None:
    same = difference(GOOD, replace(GOOD, run_id="run_again"))
    assert (same["steps"], same["aria"], same["broken_step"]) == ([], [], None)
    assert same["requests"] == {"added": [], "removed": [], "changed": [], "slower": []}
    assert same["console"] == {"added": [], "removed": []}


def test_the_same_page_is_compared_line_by_line() -> None:
    other = replace(
        GOOD, run_id="run_x", url=f"{SHOP}/orders/1001944/thanks", aria='- heading "Sorry"\n- text: Order 1001944'
    )
    assert difference(GOOD, other)["aria"] == [
        "@@ -1,2 +1,2 @@",
        '-- heading "Thank you"',
        "-- text: Order 1001938",
        '+- heading "Sorry"',
        "+- text: Order 1001944",
    ]


def test_what_was_not_kept_is_not_compared() -> None:
    bare = RunRecord(run_id="run_bare", url=GOOD.url)
    told = difference(GOOD, bare)
    assert (told["requests"], told["aria"]) == (None, None)
    assert difference(bare, BAD)["requests"] is None
