"""Plans, kept: the one place that says no when an organization wants more than its plan allows."""

import math
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

from outrider_engine.domain.audit import Action
from outrider_engine.domain.checks import CheckDefinition, CheckStatus, Family
from outrider_engine.domain.plans import Plan, Plans
from outrider_engine.domain.schedules import Calendar, CronSchedule, Schedule
from outrider_engine.domain.usage import family_of, month_of, next_month
from outrider_engine.errors import InvalidInput, LimitReached, NotFound, PlanLimitReached
from outrider_engine.ports.run_repository import FinishedRun
from outrider_engine.ports.storage import Storage, Transaction

from .auditing import record

COUNTED = (Family.API_MONITOR, Family.JOURNEY)
"""Families whose runs are counted by the month; those of monitors are free."""

MONITORS = (Family.MONITOR, Family.API_MONITOR)
_CRON_TIMES = 24
"""How many of its next times tell how close a cron expression's runs lie."""


class Quotas:
    """What plans allow. Unlimited plans cost no query."""

    def __init__(self, plans: Plans = Plans()) -> None:  # noqa: B008 - it is immutable
        self.plans = plans

    def plan_of(self, tx: Transaction, organization_id: str) -> Plan:
        """Return the plan of an organization."""
        return self.plans.named(tx.plans.of(organization_id))

    def refuse_check(
        self, tx: Transaction, organization_id: str, definition: CheckDefinition, calendar: Calendar, *, is_new: bool
    ) -> None:
        """Refuse a check that is about to become active, or is made, beyond the plan.

        Raises:
            PlanLimitReached: says which limit, and what it is.
        """
        if self.plans.are_unlimited:
            return
        plan = self.plan_of(tx, organization_id)
        limits = plan.limits
        _refuse_many_locations(plan, len(definition.locations))
        least = limits.shortest_interval_seconds
        if least is not None and definition.schedule is not None:
            shortest = _shortest(definition.schedule, tx.now, calendar)
            if shortest is not None and shortest < least:
                raise _beyond(plan, "interval", f"intervals of {least} seconds and more")
        if limits.monitors is not None and is_new and definition.family in MONITORS:
            tx.plans.lock(organization_id)
            active = tx.plans.active_checks(organization_id)
            if definition.status is CheckStatus.ACTIVE and sum(map(active.get, MONITORS, (0, 0))) >= limits.monitors:
                raise _beyond(plan, "monitors", f"{limits.monitors} active monitors")

    def refuse_member(self, tx: Transaction, organization_id: str) -> None:
        """Refuse to let one more person in than the plan allows.

        Raises:
            PlanLimitReached: says how many it allows.
        """
        if self.plans.are_unlimited:
            return
        plan = self.plan_of(tx, organization_id)
        if plan.limits.members is None:
            return
        tx.plans.lock(organization_id)
        if tx.members.list(organization_id, 1, 1)[1] >= plan.limits.members:
            raise _beyond(plan, "members", f"{plan.limits.members} members")

    def refuse_run(self, tx: Transaction, organization_id: str, family: Family, count: int = 1) -> None:
        """Refuse runs that somebody asks for when fewer than ``count`` are left of the month's.

        Raises:
            LimitReached: says when there are runs again.
        """
        if self.plans.are_unlimited or family not in COUNTED:
            return
        plan = self.plan_of(tx, organization_id)
        limit = plan.limits.runs_of(family)
        used = tx.plans.runs([organization_id], month_of(tx.now)).get((organization_id, family), 0)
        if limit is None or used + count <= limit:
            return
        left = f"{limit - used} of {count} are left" if used < limit else "they are used up"
        resets_at = next_month(tx.now)
        raise LimitReached(
            f"the plan {plan.name} allows {limit} runs of this kind a month, and {left}; "
            f"there are new ones from {resets_at:%Y-%m-%d} on",
            code="plan_limit_reached",
            retry_after_s=math.ceil((resets_at - tx.now).total_seconds()),
        )

    def refuse_locations(self, tx: Transaction, organization_id: str, count: int) -> None:
        """Refuse to run checks at more locations than the plan allows for each.

        Raises:
            PlanLimitReached: says how many it allows.
        """
        if not self.plans.are_unlimited:
            _refuse_many_locations(self.plan_of(tx, organization_id), count)

    def used_up(self, tx: Transaction, organization_ids: Collection[str]) -> set[tuple[str, Family]]:
        """Return the organizations and families that have had their runs of this month."""
        if self.plans.are_unlimited:
            return set()
        assigned = tx.plans.of_all(organization_ids)
        used = tx.plans.runs(organization_ids, month_of(tx.now))
        found: set[tuple[str, Family]] = set()
        for organization_id in organization_ids:
            limits = self.plans.named(assigned.get(organization_id)).limits
            for family in COUNTED:
                limit = limits.runs_of(family)
                if limit is not None and used.get((organization_id, family), 0) >= limit:
                    found.add((organization_id, family))
        return found

    def assign(self, storage: Storage, organization_id: str, plan_id: str) -> Plan:
        """Give an organization a plan.

        Raises:
            NotFound: there is no such organization.
            InvalidInput: there is no such plan.
        """
        plan = next((plan for plan in self.plans.all if plan.id == plan_id), None)
        if plan is None:
            raise InvalidInput(
                "is not a plan", field="plan", allowed=[each.id for each in self.plans.all], given=plan_id
            )
        with storage.begin() as tx:
            organization = tx.organizations.get(organization_id, lock=True)
            if organization is None:
                raise NotFound("organization", organization_id)
            before, after = ({"plan": each.id} for each in (self.plan_of(tx, organization_id), plan))
            tx.plans.assign(organization_id, plan.id, tx.now)
            record(
                tx,
                organization_id,
                Action.UPDATED,
                "organization",
                organization_id,
                before=before,
                after=after,
                name=organization.name,
            )
        return plan


def count_executed(tx: Transaction, finished: Iterable[FinishedRun]) -> None:
    """Count runs that were executed, in the transaction that stores what came of them."""
    families = ((run.organization_id, family_of(run.check_id)) for run in finished)
    executed = Counter(pair for pair in families if pair[1] in COUNTED)
    if executed:
        tx.plans.count_runs(executed, month_of(tx.now))


def _refuse_many_locations(plan: Plan, count: int) -> None:
    allowed = plan.limits.locations
    if allowed is not None and count > allowed:
        raise _beyond(plan, "locations", f"{allowed} locations for a check")


def _beyond(plan: Plan, field: str, allowed: str) -> PlanLimitReached:
    return PlanLimitReached(f"the plan {plan.name} allows {allowed}", field=field)


def _shortest(schedule: Schedule, now: datetime, calendar: Calendar) -> float | None:
    """Return the seconds between the closest runs of a schedule."""
    if not isinstance(schedule, CronSchedule):
        return schedule.seconds
    gaps: list[float] = []
    before: datetime | None = calendar.next_after(schedule, now)
    while before is not None and len(gaps) < _CRON_TIMES:
        after = calendar.next_after(schedule, before)
        if after is None:
            break
        gaps.append((after - before).total_seconds())
        before = after
    return min(gaps, default=None)
