"""Plans: what an organization may use. ``None`` is no limit, everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .checks import Family


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLimits:
    """How much a plan allows.

    Attributes:
        monitors: active monitors and API monitors.
        browser_runs: executions of journeys in a calendar month (UTC), each location counted.
        api_runs: the same of API monitors.
        members: people in the organization, invited ones counted.
        shortest_interval_seconds: between two runs of a check.
        locations: of one check.
        api_calls: calls of the API in a calendar month, by all keys.
        retention_days: for how long runs are kept, with their steps and files.
    """

    monitors: int | None = None
    browser_runs: int | None = None
    api_runs: int | None = None
    members: int | None = None
    shortest_interval_seconds: int | None = None
    locations: int | None = None
    api_calls: int | None = None
    retention_days: int | None = None

    def runs_of(self, family: Family) -> int | None:
        """Return how many runs of a family a month may have."""
        return {Family.JOURNEY: self.browser_runs, Family.API_MONITOR: self.api_runs}.get(family)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan that the operator offers; ``price_monthly`` is for show."""

    id: str
    name: str
    price_monthly: float | None = None
    limits: PlanLimits = field(default_factory=PlanLimits)


SELF_HOSTED = Plan(id="self-hosted", name="Self-hosted", price_monthly=0.0)


@dataclass(frozen=True, slots=True)
class Plans:
    """All plans, at least one; the first is that of organizations without another, or with one that is gone."""

    all: Sequence[Plan] = (SELF_HOSTED,)

    def named(self, id: str | None) -> Plan:
        """Return the plan with that id, the first one when there is none."""
        return next((plan for plan in self.all if plan.id == id), self.all[0])

    @property
    def are_unlimited(self) -> bool:
        """Whether no plan limits what somebody does; for how long it is kept is another matter."""
        return all(replace(plan.limits, retention_days=None) == PlanLimits() for plan in self.all)

    def within(self, retention_days: int) -> "Plans":
        """Return the plans of a server that keeps no runs for longer than this."""
        return Plans(tuple(_kept_at_most(plan, retention_days) for plan in self.all))


def _kept_at_most(plan: Plan, days: int) -> Plan:
    own = plan.limits.retention_days
    return replace(plan, limits=replace(plan.limits, retention_days=days if own is None else min(own, days)))
