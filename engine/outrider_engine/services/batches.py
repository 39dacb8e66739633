"""Batches as pipelines ask for them, wait for them and report them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from outrider_engine.domain.batches import (
    LONGEST_FACT,
    MOST_RUNS,
    Batch,
    BatchRun,
    BatchStanding,
    PipelineFacts,
    RunGroup,
    SelectedCheck,
    Selection,
    standing_of,
)
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.runs import NewRun, Overrides, Trigger
from outrider_engine.errors import InvalidInput, NotFound
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.batch_repository import BatchQuery
from outrider_engine.ports.hints import Hints
from outrider_engine.ports.storage import Storage, Transaction

from .batch_selection import Chosen, Permit, chosen_checks, refuse_odd_selection, unmet_tags
from .check_types import CheckTypes
from .overriding import accepted, refuse_bad_overrides
from .quotas import Quotas
from .run_creation import refuse_unknown_location, requested_runs
from .texts import checked_text, checked_texts, checked_url

MOST_LOCATIONS = 50

Awaited = tuple[str, str, int | None]
"""Organization id, batch id, and how many ended runs have been seen; ``None`` waits for the end of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRequest:
    """What a pipeline asks for.

    Attributes:
        non_blocking_tags: checks with one of these are run, and the batch's verdict does not depend on them.
        overrides: what every run does differently from its check.
        locations: where all checks run; where each of them says, when it is empty.
        allow_empty: a selection that means nothing to run makes an empty batch, which passes.
    """

    selection: Selection
    non_blocking_tags: tuple[str, ...] = ()
    overrides: Overrides | None = None
    locations: tuple[str, ...] = ()
    facts: PipelineFacts = field(default_factory=PipelineFacts)
    allow_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """A batch with its runs and with what they come to; ``warnings`` only when it has just been made.

    Its runs stand in the order of their checks, oldest first, and of their locations: always the same.
    """

    batch: Batch
    standing: BatchStanding
    checks: Sequence[SelectedCheck]
    runs: Sequence[BatchRun]
    warnings: Sequence[str] = ()

    @property
    def completed_at(self) -> datetime | None:
        """When its last run ended; ``None`` while one goes on."""
        if not self.standing.status.is_terminal:
            return None
        return max((run.completed_at for run in self.runs if run.completed_at), default=self.batch.created_at)

    @property
    def names(self) -> Mapping[str, str]:
        """The names that its checks had, by id."""
        return {check.id: check.name for check in self.checks}


class BatchService:
    """Batches of one organization.

    Args:
        public_url: where people open this installation; for links in reports.
    """

    def __init__(
        self, *, storage: Storage, plugins: Plugins, hints: Hints, quotas: Quotas, public_url: str | None = None
    ) -> None:
        self.public_url = public_url
        self._storage = storage
        self._plugins = plugins
        self._types = CheckTypes(plugins=plugins)
        self._hints = hints
        self._quotas = quotas

    def start(self, organization_id: str, asked: BatchRequest, permit: Permit) -> BatchView:
        """Store a batch and queue all of its runs, or do nothing.

        Raises:
            InvalidInput: a field is wrong, or there is nothing to run.
            Forbidden: what ``permit`` raises.
            LimitReached: the plan has fewer runs left this month.
            PlanLimitReached: the plan does not allow so many locations.
        """
        _refuse_odd(asked)
        with self._storage.begin() as tx:
            known = tx.locations.names()
            for index, location in enumerate(asked.locations):
                refuse_unknown_location(location, known, field=f"locations[{index}]")
            chosen = chosen_checks(
                tx,
                organization_id,
                asked.selection,
                types=self._types,
                permit=permit,
                non_blocking_tags=asked.non_blocking_tags,
                allow_empty=asked.allow_empty,
            )
            overrides = _accepted(tx, chosen, asked.overrides)
            shown = next(iter(overrides.values()), asked.overrides)
            batch = _batch(organization_id, asked, shown, [each.noted for each in chosen], tx.now)
            batch = replace(batch, project_id=tx.project_id or asked.selection.project_id)
            runs = self._queued(batch, chosen, asked.locations, overrides)
            self._refuse_beyond(tx, organization_id, asked, runs)
            tx.batches.add(batch, [each.noted for each in chosen])
            tx.runs.add(runs, tx.now)
            view = _view(tx, batch)
        for queue, place in sorted({(run.queue, run.location) for run in runs}):
            self._hints.send(queue, place)
        return replace(view, warnings=[f"no check has the tag {tag!r}" for tag in unmet_tags(chosen, asked.selection)])

    def get(self, organization_id: str, id: str) -> BatchView:
        """Return a batch with its runs.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.read() as tx:
            return _view(tx, _found(tx, organization_id, id))

    def list(self, organization_id: str, query: BatchQuery) -> tuple[Sequence[tuple[Batch, BatchStanding]], bool]:
        """Return some batches with what they come to, newest first, and whether there are more."""
        with self._storage.read() as tx:
            found = tx.batches.list(organization_id, replace(query, limit=query.limit + 1))
            shown = found[: query.limit]
            groups = tx.batches.groups([batch.id for batch in shown])
        return [(batch, standing_of(groups.get(batch.id, ()))) for batch in shown], len(found) > query.limit

    def steps(self, view: BatchView) -> Mapping[str, Sequence[StepResult]]:
        """Return the steps of a batch's runs, by run; for reports."""
        with self._storage.read() as tx:
            return tx.runs.steps([run.id for run in view.runs])

    def news(self, wanted: Collection[Awaited]) -> set[Awaited]:
        """Return those that need not be waited for any more: all runs are over, or more than were seen."""
        with self._storage.read() as tx:
            groups = tx.batches.groups({id for _, id, _ in wanted})
        standings = {id: standing_of(groups.get(id, ())) for _, id, _ in wanted}
        return {each for each in wanted if standings[each[1]].is_news_to(each[2])}

    def _queued(
        self, batch: Batch, chosen: Sequence[Chosen], locations: Sequence[str], overrides: Mapping[str, Overrides]
    ) -> Sequence[NewRun]:
        return [
            run
            for each in chosen
            if each.noted.skipped is None
            for run in requested_runs(
                each.check,
                queue=self._plugins.queue_of(each.check.definition.type),
                trigger=Trigger.CI,
                locations=locations or each.check.definition.locations,
                now=batch.created_at,
                overrides=overrides.get(each.check.project_id),
                batch_id=batch.id,
                is_blocking=each.noted.is_blocking,
            )
        ]

    def _refuse_beyond(
        self, tx: Transaction, organization_id: str, asked: BatchRequest, runs: Sequence[NewRun]
    ) -> None:
        if len(runs) > MOST_RUNS:
            problem = f"mean {len(runs)} runs (checks times locations), and a batch has at most {MOST_RUNS}"
            raise InvalidInput(problem, field="tags")
        if asked.locations:
            self._quotas.refuse_locations(tx, organization_id, len(asked.locations))
        for family, count in Counter(run.family for run in runs).items():
            self._quotas.refuse_run(tx, organization_id, family, count)


def _refuse_odd(asked: BatchRequest) -> None:
    """Refuse what is wrong without a look at what there is.

    Raises:
        InvalidInput: names the field.
    """
    refuse_odd_selection(asked.selection, asked.non_blocking_tags)
    if asked.overrides is not None:
        refuse_bad_overrides(asked.overrides)
    checked_texts(asked.locations, "locations", MOST_LOCATIONS)
    for each in fields(PipelineFacts):
        text = getattr(asked.facts, each.name)
        if each.name == "url":
            checked_url(text, "url")
        elif text is not None:
            checked_text(text, each.name, LONGEST_FACT)


def _accepted(tx: Transaction, chosen: Sequence[Chosen], overrides: Overrides | None) -> Mapping[str, Overrides]:
    """Return what the runs of each project do differently: an environment's name means another one in each of them."""
    if overrides is None:
        return {}
    one_of_each = {each.check.project_id: each.check for each in chosen}
    return {project_id: accepted(tx, check, overrides) for project_id, check in one_of_each.items()}


def _batch(
    organization_id: str,
    asked: BatchRequest,
    overrides: Overrides | None,
    checks: Sequence[SelectedCheck],
    now: datetime,
) -> Batch:
    return Batch(
        id=new_id("batch", now),
        organization_id=organization_id,
        facts=asked.facts,
        families=tuple({check.family for check in checks}),
        selection=_shown_selection(asked),
        overrides={
            "base_url": overrides.base_url if overrides else None,
            "variables": sorted(overrides.variables) if overrides else [],
            "environment": overrides.environment if overrides else None,
            "locations": list(asked.locations),
            "artifacts": dict(overrides.artifacts) if overrides else {},
        },
        skipped=sum(check.skipped is not None for check in checks),
        created_at=now,
    )


def _shown_selection(asked: BatchRequest) -> JsonObject:
    selection = asked.selection
    return {
        "tags": list(selection.tags),
        "match": selection.match.value,
        "check_ids": list(selection.check_ids),
        "names": list(selection.names),
        "families": [family.value for family in selection.families],
        "project_id": selection.project_id,
        "non_blocking_tags": list(asked.non_blocking_tags),
    }


def _found(tx: Transaction, organization_id: str, id: str) -> Batch:
    batch = tx.batches.get(organization_id, id)
    if batch is None:
        raise NotFound("batch", id)
    return batch


def _view(tx: Transaction, batch: Batch) -> BatchView:
    checks = tx.batches.checks(batch.organization_id, batch.id)
    runs = tx.batches.runs(batch.organization_id, batch.id)
    place = {check.id: index for index, check in enumerate(checks)}
    return BatchView(
        batch=batch,
        standing=standing_of(RunGroup(run.status, run.cause, run.is_blocking) for run in runs),
        checks=checks,
        runs=sorted(runs, key=lambda run: (place[run.check_id], run.location)),
    )
