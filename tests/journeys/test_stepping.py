"""Steps of Python tests, without pytest and without a browser."""

import pytest

from outrider_journeys import secret, step, variable
from outrider_journeys.given import NotGiven, hand_over, secret_in, variables_in
from outrider_journeys.stepping import StepRecord, Watch, watched


def taken(act: object) -> list[StepRecord]:
    """The steps that a function takes, in the order in which they began."""
    found: list[StepRecord] = []
    with watched(Watch(found.append)):
        act()  # type: ignore[operator]
    return sorted(found, key=lambda each: each.number)


def test_steps_know_what_they_are_in() -> None:
    @step("Decorated")
    def decorated() -> None:
        return

    def act() -> None:
        with step("Sign in"):
            with step("Type  the\nname"):
                pass
            decorated()
        with step("Buy"):
            pass

    paths = [each.path for each in taken(act)]
    assert paths == [("Sign in",), ("Sign in", "Type the name"), ("Sign in", "Decorated"), ("Buy",)]


def test_a_step_tells_how_it_failed_and_hides_nothing_from_the_test() -> None:
    def act() -> None:
        with pytest.raises(ZeroDivisionError), step("Outer"), step("Inner"):
            _ = 1 / 0
        with pytest.raises(pytest.skip.Exception), step("Skipped"):
            pytest.skip("not today\nnor tomorrow")

    assert [(each.status, each.error) for each in taken(act)] == [
        ("failed", "division by zero"),
        ("failed", "division by zero"),
        ("skipped", "not today"),
    ]


def test_a_step_means_nothing_where_nobody_listens() -> None:
    with step("Alone"):
        pass
    with pytest.raises(ValueError, match="a step needs a name"), step(" "):
        pass


def test_values_come_from_the_engine_or_else_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTRIDER_SECRET_PASSWORD", "from outside")
    monkeypatch.setenv("OUTRIDER_VAR_WHO", "Ada")
    assert (secret("PASSWORD"), variable("WHO"), variable("NOBODY", "x")) == ("from outside", "Ada", "x")
    with pytest.raises(NotGiven, match="TOKEN: set OUTRIDER_SECRET_TOKEN"):
        secret("TOKEN")
    with pytest.raises(NotGiven, match="NOBODY: set OUTRIDER_VAR_NOBODY"):
        variable("NOBODY")
    hand_over(variables={"WHO": "Grace"}, secrets={"PASSWORD": "handed over"})
    try:
        assert (secret("PASSWORD"), variable("WHO")) == ("handed over", "Grace")
    finally:
        hand_over(variables={"WHO": "Ada"}, secrets={"PASSWORD": ""})


def test_the_key_of_a_server_is_no_secret_of_a_test() -> None:
    environment = {"OUTRIDER_SECRET_KEY": "opens all", "OUTRIDER_SECRET_TOKEN": "t", "OUTRIDER_VAR_A": "1"}
    assert secret_in(environment, "KEY") is None
    assert secret_in(environment, "TOKEN") == "t"
    assert variables_in(environment) == {"A": "1"}
    with pytest.raises(NotGiven, match="is the key of a server"):
        secret("KEY")
