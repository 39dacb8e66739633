"""The scheduler: moves due checks to their next slot and inserts their runs, in one transaction.

Any number of schedulers may tick at once: due rows are locked, and a slot has at most one run per location by
constraint, so leadership is never needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from outrider_engine.domain.checks import Check, Family
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.runs import NewRun
from outrider_engine.domain.schedules import Calendar, SkipReason, SlotRange, plan_slots
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.check_repository import SkippedSlots
from outrider_engine.ports.hints import Hints
from outrider_engine.ports.storage import Storage, Transaction
from outrider_engine.ports.told import Told

from .check_types import is_passive
from .quiet import Quiet
from .quotas import Quotas
from .reported_runs import store_reports
from .run_creation import scheduled_runs
from .silence import silences

log = structlog.get_logger(__name__)

BATCH = 500


@dataclass(slots=True)
class _Tick:
    """What one tick is about to write."""

    now: datetime
    used_up: set[tuple[str, Family]]
    runs: list[NewRun] = field(default_factory=list)
    skipped: list[SkippedSlots] = field(default_factory=list)
    next_due: dict[str, datetime | None] = field(default_factory=dict)


class Scheduler:
    """Turns schedules into runs."""

    def __init__(
        self, *, storage: Storage, plugins: Plugins, calendar: Calendar, hints: Hints, told: Told, quotas: Quotas
    ) -> None:
        self._storage = storage
        self._plugins = plugins
        self._calendar = calendar
        self._hints = hints
        self._quotas = quotas
        self._told = told
        self._quiet = Quiet(storage)

    def tick(self) -> int:
        """Schedule everything that is due; returns the number of runs queued. Hints leave after the commit.

        What is due of a check that is pinged is the failure that no ping came.
        """
        made = 0
        if self._quiet.lasts():
            return 0
        while True:
            with self._storage.begin() as tx:
                due = tx.checks.lock_due(tx.now, BATCH)
                runs = self._schedule(tx, due)
                silent = store_reports(tx, silences(due, self._plugins, tx.now))
                until = None if due else tx.checks.next_due_at()
            silent.tell(hints=self._hints, told=self._told)
            for queue, location in {(run.queue, run.location) for run in runs}:
                self._hints.send(queue, location)
            made += len(runs)
            if len(due) < BATCH:
                self._quiet.found(bool(due), until=until)
                return made

    def _schedule(self, tx: Transaction, due: Sequence[Check]) -> list[NewRun]:
        if not due:
            return []
        busy = tx.runs.unfinished([check.id for check in due])
        organizations = {check.organization_id for check in due}
        tick = _Tick(tx.now, self._quotas.used_up(tx, organizations))
        for check in due:
            self._plan(tick, check, busy)
        inserted = tx.runs.add(tick.runs, tx.now)
        tx.checks.add_skipped(tick.skipped)
        tx.checks.set_next_due(tick.next_due)
        return [run for run in tick.runs if run.id in inserted]

    def _plan(self, tick: _Tick, check: Check, busy: set[tuple[str, str]]) -> None:
        schedule = check.definition.schedule
        if schedule is None or check.next_due_at is None or is_passive(check.definition, self._plugins):
            tick.next_due[check.id] = None
            return
        plan = plan_slots(schedule, check.id, check.next_due_at, tick.now, self._calendar)
        tick.next_due[check.id] = plan.next_due
        if plan.missed is not None:
            log.warning("slots missed", check=check.id, first=str(plan.missed.first), last=str(plan.missed.last))
            tick.skipped.append(_skipped(check, None, SkipReason.MISSED, plan.missed, tick.now))
        if plan.run is None:
            return
        if (check.organization_id, check.definition.family) in tick.used_up:
            once = SlotRange(plan.run, plan.run, 1)
            tick.skipped.append(_skipped(check, None, SkipReason.QUOTA, once, tick.now))
            return
        free = [place for place in check.definition.locations if (check.id, place) not in busy]
        for place in check.definition.locations:
            if place not in free:
                once = SlotRange(plan.run, plan.run, 1)
                tick.skipped.append(_skipped(check, place, SkipReason.OVERLAP, once, tick.now))
        queue = self._plugins.queue_of(check.definition.type)
        tick.runs += scheduled_runs(check, queue=queue, slot=plan.run, locations=free, now=tick.now)


def _skipped(check: Check, location: str | None, reason: SkipReason, slots: SlotRange, now: datetime) -> SkippedSlots:
    return SkippedSlots(
        id=new_id("skipped", now),
        organization_id=check.organization_id,
        check_id=check.id,
        location=location,
        reason=reason,
        slots=slots,
    )
