"""Environments and variables: what they can be called, what a check needs of them, and what it sees."""

from datetime import UTC, datetime

import pytest

from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import CheckDefinition, Family
from outrider_engine.domain.environments import (
    Variable,
    is_environment_name,
    is_variable_name,
    names_used,
    visible_in,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def variable(name: str, value: str, environment_id: str | None = None, project_id: str | None = None) -> Variable:
    return Variable(
        id=f"var_{value}",
        organization_id="org_1",
        environment_id=environment_id,
        environment=environment_id,
        name=name,
        is_secret=False,
        value=value,
        created_at=NOW,
        updated_at=NOW,
        project_id=project_id,
    )


@pytest.mark.parametrize("name", ["production", "PR 4711", "a.b-c_d", "7", "x" * 64])
def test_what_an_environment_can_be_called(name: str) -> None:
    assert is_environment_name(name)


@pytest.mark.parametrize("name", ["", " a", "a ", "-a", "a/b", "ü", "x" * 65, "env_1", "a\nb"])
def test_what_an_environment_can_not_be_called(name: str) -> None:
    assert not is_environment_name(name)


def test_what_a_variable_can_be_called() -> None:
    assert [name for name in ("A", "_a9", "9a", "a-b", "a.b", "", "x" * 65, "ä") if is_variable_name(name)] == [
        "A",
        "_a9",
    ]


def test_a_check_needs_what_its_settings_and_assertions_name_and_does_not_define_itself() -> None:
    definition = CheckDefinition(
        name="a",
        type="browser",
        family=Family.JOURNEY,
        config={
            "secrets": ["PASSWORD"],
            "steps": [
                {"action": "goto", "url": "{{ HOST }}/{{OWN}}", "when": {"variable": "COUNTRY", "equals": "de"}},
                {"action": "fill", "value": "{{PASSWORD}}", "headers": {"X": ["{{DEEP}}", 1, None]}},
            ],
        },
        assertions=(Assertion(Source.JSON, Operator.EQUALS, "{{EXPECTED}}", "$.{{FIELD}}"),),
        variables={"OWN": "1"},
        secret_names=("OWN_SECRET",),
    )
    assert names_used(definition) == {"HOST", "COUNTRY", "PASSWORD", "DEEP", "EXPECTED", "FIELD"}


def test_an_environment_sees_its_own_values_before_those_of_the_organization_and_none_of_another() -> None:
    known = [
        variable("A", "staging's", "env_1"),
        variable("A", "everybody's"),
        variable("B", "everybody's b"),
        variable("C", "production's", "env_2"),
    ]
    assert {name: seen.value for name, seen in visible_in("env_1", known).items()} == {
        "A": "staging's",
        "B": "everybody's b",
    }
    assert {name: seen.value for name, seen in visible_in(None, known).items()} == {
        "A": "everybody's",
        "B": "everybody's b",
    }


def test_the_nearest_wins_of_organization_project_and_environment() -> None:
    known = [
        variable("A", "environment's", "env_1", "proj_1"),
        *(variable(name, f"project's {name}", None, "proj_1") for name in "AB"),
        *(variable(name, f"other project's {name}", None, "proj_2") for name in "ABCD"),
        *(variable(name, f"everybody's {name}") for name in "ABC"),
    ]
    seen = visible_in("env_1", known, project_id="proj_1")
    assert {name: one.value for name, one in seen.items()} == {
        "A": "environment's",
        "B": "project's B",
        "C": "everybody's C",
    }
