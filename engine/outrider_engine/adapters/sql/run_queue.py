"""Runs on their way: inserted, claimed, kept, given back, found stranded."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, bindparam, delete, func, select, tuple_, update

from outrider_engine.domain.checks import Check
from outrider_engine.domain.events import EventType
from outrider_engine.domain.runs import Claim, NewRun, Trigger
from outrider_engine.domain.verdicts import Reason, RunStatus
from outrider_engine.ports.run_repository import StrandedRun

from .check_rows import check_of
from .narrowing import of_checks_in_project
from .run_events import note_run, note_started
from .run_rows import new_run_values, overrides_of, stranded_of
from .schema import QUEUED, RUNNING, UNFINISHED, checks, runs, steps, where
from .session import Session

_CLAIMED = (
    runs.c.id,
    runs.c.organization_id,
    runs.c.check_id,
    runs.c.claim_token,
    runs.c.attempt,
    runs.c.lease_until,
    runs.c.location,
    runs.c.trigger,
    runs.c.due_at,
    runs.c.overrides,
    runs.c.batch_id,
)
_ABOUT = (runs.c.id, runs.c.organization_id, runs.c.check_id, runs.c.location, runs.c.trigger, runs.c.batch_id)
_VERSION = select(checks.c.version).where(checks.c.id == runs.c.check_id).scalar_subquery()
_UNCLAIMED = {"claim_token": None, "lease_until": None, "worker": None}


class RunQueue:
    """The part of ``RunRepository`` that moves runs.

    Whoever changes several runs locks them in the order of their ids, or leaves alone what others hold: so no two
    transactions wait for one another.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: Sequence[NewRun], now: datetime) -> set[str]:
        """Insert runs as queued; a slot that already has its run is left alone. Returns the ids inserted."""
        if not new:
            return set()
        statement = self._session.insert(runs).on_conflict_do_nothing().returning(runs.c.id)
        added = set(self._session.run(statement, [new_run_values(run, now) for run in new]).scalars())
        for run in new:
            if run.id in added:
                note_run(self._session, EventType.RUN_QUEUED, run, run_id=run.id, trigger=run.trigger.value)
        return added

    def add_begun(self, new: Sequence[NewRun], now: datetime) -> None:
        """Insert runs that nobody has to execute, as begun; ``finish`` ends them in the same transaction."""
        if new:
            begun = {"status": RunStatus.RUNNING.value, "started_at": now, "attempt": 1}
            self._session.run(runs.insert(), [new_run_values(run, now) | begun for run in new])

    def unfinished(self, check_ids: Collection[str]) -> set[tuple[str, str]]:
        """Return (check id, location) of scheduled runs that are queued or running."""
        if not check_ids:
            return set()
        wanted = select(runs.c.check_id, runs.c.location).where(
            where(UNFINISHED), runs.c.check_id.in_(check_ids), runs.c.trigger == Trigger.SCHEDULE.value
        )
        return {(row.check_id, row.location) for row in self._session.all(wanted)}

    def claim(
        self, queue: str, locations: Collection[str] | None, *, worker: str, token: str, limit: int, lease: timedelta
    ) -> Sequence[Claim]:
        """Take up to ``limit`` queued runs, longest due first; runs of deleted checks are cancelled on the way."""
        taken = {
            "status": RunStatus.RUNNING.value,
            "worker": worker,
            "claim_token": token,
            "attempt": runs.c.attempt + 1,
            "started_at": self._session.now,
            "lease_until": self._session.now + lease,
            "check_version": _VERSION,
        }
        claims: list[Claim] = []
        while len(claims) < limit:
            picked = self._picked(queue, locations, limit - len(claims))
            rows = self._session.all(
                update(runs).where(runs.c.id.in_(select(picked.c.id))).values(**taken).returning(*_CLAIMED)
            )
            known = self._checks({row.check_id for row in rows})
            claims += [_claim(row, known[row.check_id]) for row in rows if row.check_id in known]
            orphaned = [row.id for row in rows if row.check_id not in known]
            if not orphaned:
                break
            self._cancel(runs.c.id.in_(orphaned), now=self._session.now)
        for claim in claims:
            note_started(self._session, claim)
        return sorted(claims, key=lambda claim: claim.due_at)

    def renew(self, token: str, run_ids: Collection[str], lease: timedelta) -> set[str]:
        """Prolong leases; returns the runs still held."""
        if not run_ids:
            return set()
        held = self._held(token, run_ids)
        prolonged = update(runs).where(runs.c.id.in_(select(held.c.id))).values(lease_until=self._session.now + lease)
        return set(self._session.run(prolonged.returning(runs.c.id)).scalars())

    def release(self, token: str, run_ids: Collection[str]) -> int:
        """Give back runs that were claimed and not begun: queued again, the attempt not charged."""
        if not run_ids:
            return 0
        held = self._held(token, run_ids)
        back = self._queued_again() | {"attempt": runs.c.attempt - 1}
        given_back = update(runs).where(runs.c.id.in_(select(held.c.id))).values(**back).returning(*_ABOUT)
        rows = self._session.all(given_back)
        self._note_queued(rows)
        return len(rows)

    def hold(self, tokens: Mapping[str, str]) -> set[str]:
        """Lock the runs (id → token) that are still running under that token, in id order; returns their ids."""
        if not tokens:
            return set()
        pairs = tuple_(runs.c.id, runs.c.claim_token).in_(list(tokens.items()))
        # The ids alone repeat what the pairs say, for SQLite, which finds no index behind pairs.
        held = select(runs.c.id).where(where(RUNNING), runs.c.id.in_(tokens), pairs).order_by(runs.c.id)
        return {row.id for row in self._session.all(self._session.locked(held))}

    def expired(self, now: datetime, limit: int) -> Sequence[StrandedRun]:
        """Return and lock running runs whose lease is over."""
        return self._stranded(RUNNING, runs.c.lease_until, now, limit)

    def late(self, now: datetime, limit: int) -> Sequence[StrandedRun]:
        """Return and lock queued runs past their ``not_after``."""
        return self._stranded(QUEUED, runs.c.not_after, now, limit)

    def requeue(self, run_ids: Collection[str]) -> None:
        """Make locked, expired runs queued again, with as much time to be begun as they had at first.

        What their lost worker had streamed of them is forgotten.
        """
        rows = self._session.all(
            select(*_ABOUT, runs.c.queued_at, runs.c.not_after).where(where(RUNNING), runs.c.id.in_(run_ids))
        )
        if not rows:
            return
        now = self._session.now
        again = update(runs).where(runs.c.id == bindparam("run"))
        self._session.run(
            again.values(**self._queued_again(), not_after=bindparam("until")),
            [{"run": row.id, "until": now + max(row.not_after - row.queued_at, timedelta())} for row in rows],
        )
        self._session.run(delete(steps).where(steps.c.run_id.in_([row.id for row in rows])))
        self._note_queued(rows)

    def cancel_queued(self, check_id: str, now: datetime) -> int:
        """End the queued runs of a check as cancelled by its owner."""
        return self._cancel(where(QUEUED), where(UNFINISHED), runs.c.check_id == check_id, now=now)

    def lock_going(
        self, organization_id: str, *, id: str | None = None, batch_id: str | None = None
    ) -> Sequence[StrandedRun]:
        """Return and lock the run of an id, or the runs of a batch, as far as they have not ended."""
        meant = runs.c.id == id if id is not None else runs.c.batch_id == batch_id
        mine = (runs.c.organization_id == organization_id, *of_checks_in_project(self._session, runs.c.check_id))
        found = select(runs).where(meant, where(UNFINISHED), *mine)
        return [stranded_of(row) for row in self._session.all(self._session.locked(found.order_by(runs.c.id)))]

    def going(self, ids: Collection[str]) -> set[tuple[str, str]]:
        """Return (organization id, run id) of those runs that have not ended."""
        found = select(runs.c.organization_id, runs.c.id).where(runs.c.id.in_(ids), where(UNFINISHED))
        return {(row.organization_id, row.id) for row in self._session.all(found)}

    def waiting(self, queued_before: datetime) -> set[tuple[str, str]]:
        """Return (queue, location) of runs that have been waiting since before that time."""
        wanted = select(runs.c.queue, runs.c.location).where(where(QUEUED), runs.c.queued_at < queued_before)
        return {(row.queue, row.location) for row in self._session.all(wanted.distinct())}

    def oldest_queued_at(self) -> datetime | None:
        """Return since when the longest-waiting run waits."""
        row = self._session.first(select(func.min(runs.c.queued_at).label("oldest")).where(where(QUEUED)))
        return row.oldest if row else None

    def _picked(self, queue: str, locations: Collection[str] | None, limit: int) -> CTE:
        """Return the query for claimable ids: a CTE, which PostgreSQL evaluates exactly once."""
        wanted = select(runs.c.id).where(where(QUEUED), runs.c.queue == queue, runs.c.not_after > self._session.now)
        if locations is not None:
            wanted = wanted.where(runs.c.location.in_(locations))
        return self._session.locked(wanted.order_by(runs.c.due_at).limit(limit), skip_locked=True).cte("picked")

    def _held(self, token: str, run_ids: Collection[str]) -> CTE:
        held = select(runs.c.id).where(where(RUNNING), runs.c.id.in_(run_ids), runs.c.claim_token == token)
        return self._session.locked(held.order_by(runs.c.id)).cte("held")

    def _stranded(self, condition: str, limit_of: ColumnElement[Any], now: datetime, limit: int) -> list[StrandedRun]:
        found = select(runs).where(where(condition), limit_of <= now).order_by(limit_of).limit(limit)
        return [stranded_of(row) for row in self._session.all(self._session.locked(found, skip_locked=True))]

    def _checks(self, ids: Iterable[str]) -> dict[str, Check]:
        wanted = list(ids)
        if not wanted:
            return {}
        query = select(checks).where(checks.c.id.in_(wanted), checks.c.deleted_at.is_(None))
        return {row.id: check_of(row) for row in self._session.all(query)}

    def _queued_again(self) -> dict[str, Any]:
        again = {"status": RunStatus.QUEUED.value, "queued_at": self._session.now}
        return {**_UNCLAIMED, **again, "started_at": None, "check_version": None}

    def _cancel(self, *conditions: Any, now: datetime) -> int:
        ended = {"status": RunStatus.CANCELLED.value, "reason": Reason.BY_USER.value, "completed_at": now}
        never_begun = {**_UNCLAIMED, "started_at": None, "check_version": None}
        over = update(runs).where(*conditions).values(**never_begun, **ended).returning(*_ABOUT)
        rows = self._session.all(over)
        for row in rows:
            facts = {"status": RunStatus.CANCELLED.value, "reason": Reason.BY_USER.value}
            note_run(self._session, EventType.RUN_FINISHED, row, run_id=row.id, **facts)
        return len(rows)

    def _note_queued(self, rows: Iterable[Row[Any]]) -> None:
        for row in rows:
            note_run(self._session, EventType.RUN_QUEUED, row, run_id=row.id, trigger=row.trigger)


def _claim(row: Row[Any], check: Check) -> Claim:
    return Claim(
        run_id=row.id,
        organization_id=row.organization_id,
        token=row.claim_token,
        attempt=row.attempt,
        lease_until=row.lease_until,
        check=check,
        location=row.location,
        trigger=Trigger(row.trigger),
        due_at=row.due_at,
        overrides=overrides_of(row.overrides),
        batch_id=row.batch_id,
    )
