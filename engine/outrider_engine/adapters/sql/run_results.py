"""What runs come to: steps while they go on; verdict, steps and artifacts when they end."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import BindParameter, Executable, bindparam, case, delete, func, insert, literal, select, update

from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import RunStatus
from outrider_engine.ports.run_repository import FinishedRun

from .run_events import note_finished, note_step
from .run_rows import artifact_values, began_values, outcome_values, step_values
from .schema import RUNNING, UNFINISHED, artifacts, runs, steps, where
from .session import Session, insert_into

_OUTCOME = (
    "status",
    "cause",
    "reason",
    "error",
    "completed_at",
    "check_revision",
    "phases",
    "facts",
    "assertions",
    "tries",
)
_BEGAN = ("started_at", "duration_ms")


def _given(name: str) -> BindParameter[object]:
    return bindparam(f"new_{name}", type_=runs.c[name].type)


_ENDING = (
    update(runs)
    .where(where(UNFINISHED), runs.c.id == bindparam("run"))
    .values(
        **{name: _given(name) for name in _OUTCOME},
        **{name: case((runs.c.status == RunStatus.RUNNING.value, _given(name)), else_=runs.c[name]) for name in _BEGAN},
        check_version=func.coalesce(_given("check_version"), runs.c.check_version),
        claim_token=None,
        lease_until=None,
    )
)


_HELD = (
    where(RUNNING),
    runs.c.id == bindparam("run"),
    runs.c.claim_token == bindparam("token"),
    runs.c.attempt == bindparam("attempt"),
)
_BEFORE = delete(steps).where(
    steps.c.run_id == select(runs.c.id).where(*_HELD).scalar_subquery(), steps.c.started_at < bindparam("began")
)
_OF_STEP = tuple(column.name for column in steps.c if column.name != "organization_id")
_ABOUT = select(runs.c.id, runs.c.organization_id, runs.c.check_id, runs.c.location, runs.c.batch_id).where(
    runs.c.id == bindparam("run")
)


@cache
def _added_step(*, is_postgresql: bool) -> Executable:
    """Return the statement that stores a step of a run that is held; made once, for that takes longer than to run it.

    The lock on the run keeps a finish by somebody else from passing between the look and the insert.
    """
    given = [bindparam(f"new_{name}", type_=steps.c[name].type).label(f"given_{name}") for name in _OF_STEP]
    source = select(runs.c.organization_id, *given).where(*_HELD).with_for_update(read=True)
    statement = insert_into(steps, is_postgresql=is_postgresql).from_select(["organization_id", *_OF_STEP], source)
    replaced = {name: statement.excluded[name] for name in _OF_STEP if name not in ("run_id", "position")}
    stored = statement.on_conflict_do_update(index_elements=["run_id", "position"], set_=replaced)
    return stored.returning(literal(1))


class RunResults:
    """The part of ``RunRepository`` that stores results."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def finish(self, finished: Sequence[FinishedRun]) -> None:
        """Write verdicts, steps and artifacts of locked runs; four statements whatever their number.

        A verdict that is already there is never replaced.
        """
        if not finished:
            return
        self._session.run(_ENDING, [_ending_values(run) for run in finished])
        self._session.run(delete(steps).where(steps.c.run_id.in_([run.run_id for run in finished])))
        walked = [step_values(step, run.run_id, run.organization_id) for run in finished for step in run.outcome.steps]
        if walked:
            self._session.run(insert(steps), walked)
        kept = [artifact_values(artifact) for run in finished for artifact in run.artifacts]
        if kept:
            self._session.run(insert(artifacts), kept)
        for run in finished:
            note_finished(self._session, run)

    def add_step(self, run_id: str, token: str, attempt: int, step: StepResult) -> bool:
        """Store the step of a run that is still going on, for live views; ``False`` when the claim was lost.

        The first step of another try takes the place of all that the try before it had left.
        """
        held = {"run": run_id, "token": token, "attempt": attempt}
        if step.index == 0:
            # Steps within the first one are told before it; they began after it.
            self._session.run(_BEFORE, held | {"began": step.started_at})
        given = {f"new_{name}": value for name, value in step_values(step, run_id, "").items() if name in _OF_STEP}
        added = _added_step(is_postgresql=self._session.is_postgresql)
        if self._session.run(added, held | given).first() is None:
            return False
        if (run := self._session.run(_ABOUT, {"run": run_id}).first()) is not None:
            note_step(self._session, run, step)
        return True


def _ending_values(run: FinishedRun) -> dict[str, object]:
    values = outcome_values(run) | began_values(run.outcome)
    return {"run": run.run_id} | {f"new_{name}": value for name, value in values.items()}
