import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_engine.assertions import judge_window, read_assertions, show_assertions, validate
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.errors import InvalidInput

P95 = {"type": "latency_p95", "operator": "lt", "value_ms": 400}


def test_one_slow_run_among_many_breaks_no_p95() -> None:
    (assertion,) = read_assertions([P95])
    assert judge_window(assertion, [*[20.0] * 30, 600.0]).passed
    assert not judge_window(assertion, [500.0] * 30).passed


def test_the_message_tells_how_many_runs_in_which_window() -> None:
    (assertion,) = read_assertions([{**P95, "window_minutes": 5}])
    result = judge_window(assertion, [500.0, 300.0])
    assert result.message == "latency p95: expected less than 400, got 500 (2 runs in 5 min)"


@given(st.lists(st.floats(0, 60_000), min_size=1, max_size=200), st.sampled_from(["p1", "p50", "p95", "p99.9"]))
def test_a_percentile_is_a_duration_that_the_share_did_not_exceed(durations: list[float], selector: str) -> None:
    rounded = [round(duration, 1) for duration in durations]
    assertion = Assertion(Source.LATENCY, Operator.LESS_THAN, 1, selector)
    actual = judge_window(assertion, rounded).actual
    assert actual in rounded
    assert sum(duration <= actual for duration in rounded) >= float(selector[1:]) / 100 * len(rounded)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param({**P95, "window_minutes": 0}, "options.window_minutes", id="no-window"),
        pytest.param({**P95, "window_minutes": True}, "options.window_minutes", id="not-a-number"),
        pytest.param({**P95, "value_ms": "{{LIMIT}}"}, "expected", id="a-variable"),
        pytest.param({**P95, "operator": "in", "value_ms": [1]}, "operator", id="operator"),
        pytest.param(
            {"source": "latency", "selector": "p0", "operator": "less_than", "expected": 1}, "selector", id="p0"
        ),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object], field: str) -> None:
    (assertion,) = read_assertions([wrong])  # type: ignore[list-item]
    with pytest.raises(InvalidInput) as refusal:
        validate(assertion)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"type": "status", "operator": "eq", "value": 200}, Assertion(Source.STATUS, Operator.EQUALS, 200)),
        ({"type": "status", "operator": "not_in", "value": [500]}, Assertion(Source.STATUS, Operator.NOT_IN, [500])),
        (
            {"type": "header", "name": "X-Kind", "operator": "neq", "value": "b"},
            Assertion(Source.HEADER, Operator.NOT_EQUALS, "b", "X-Kind"),
        ),
        (
            {"type": "json_path", "path": "$.a", "operator": "eq", "value": 1},
            Assertion(Source.JSON, Operator.EQUALS, 1, "$.a"),
        ),
        (
            {"type": "body_contains", "value": "ok", "case_insensitive": True},
            Assertion(Source.BODY, Operator.CONTAINS, "ok", options={"case_sensitive": False}),
        ),
    ],
)
def test_brilys_words_mean_the_same_and_are_read_back_unchanged(written: dict[str, object], meant: Assertion) -> None:
    (read,) = read_assertions([written])  # type: ignore[list-item]
    assert (read.source, read.operator, read.expected) == (meant.source, meant.operator, meant.expected)
    assert (read.selector, read.options) == (meant.selector, meant.options)
    assert show_assertions([read]) == [written]


@pytest.mark.parametrize("lacking", ["operator", "value"])
def test_an_operator_and_a_value_have_to_be_given(lacking: str) -> None:
    given = {"type": "status", "operator": "eq", "value": 200}
    del given[lacking]
    with pytest.raises(InvalidInput) as refusal:
        read_assertions([given])
    assert refusal.value.field == f"assertions[0].{lacking}"
