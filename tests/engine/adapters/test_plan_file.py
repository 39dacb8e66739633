"""Plans from a file."""

from pathlib import Path

import pytest

from outrider_engine.adapters.plan_file import read_plans
from outrider_engine.domain.plans import PlanLimits
from outrider_engine.errors import ConfigurationError

TOML = """
[[plans]]
id = "free"
name = "Free"
limits = {monitors = 5, retention_days = 7}

[[plans]]
id = "team"
name = "Team"
price_monthly = 79
"""
YAML = """
plans:
  - {id: free, name: Free, limits: {monitors: 5, retention_days: 7}}
  - {id: team, name: Team, price_monthly: 79}
"""


@pytest.mark.parametrize(("name", "text"), [("plans.toml", TOML), ("plans.yaml", YAML)])
def test_plans_are_read_in_their_order(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    free, team = read_plans(path).all
    assert (free.id, free.limits) == ("free", PlanLimits(monitors=5, retention_days=7))
    assert (team.name, team.price_monthly, team.limits) == ("Team", 79.0, PlanLimits())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plans: []", "plans"),
        ("plans: [{id: a, name: A, limits: {monitor: 1}}]", "plans.0.limits.monitor"),
        ("plans: [{id: a, name: A, limits: {retention_days: 0}}]", "plans.0.limits.retention_days"),
        ("plans: [{id: a, name: A, limits: {retention_days: 36501}}]", "plans.0.limits.retention_days"),
        ("plans: [{id: a, name: A, limits: {retention_days: 1.5}}]", "plans.0.limits.retention_days"),
        ("plans: [{id: a, name: A}, {id: a, name: B}]", "same id"),
        ("plans: [", "plans.yaml"),
        ("[]", "the file"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "plans.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match="OUTRIDER_PLANS_FILE") as caught:
        read_plans(path)
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"gone\.toml"):
        read_plans(tmp_path / "gone.toml")
