"""What it takes to walk through a run of a journey again, elsewhere: its version and values, but for its secrets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from outrider_engine.domain.checks import CheckDefinition, Family
from outrider_engine.domain.runs import Artifact, Claim, Run
from outrider_engine.domain.templates import names_in_tree
from outrider_engine.errors import NotFound, NotRunnable
from outrider_engine.ports.storage import Storage, Transaction

from .calling import with_called
from .found_checks import found_check
from .surroundings import base_url_of, surrounded, values_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A run of a journey, to be walked again.

    Attributes:
        definition: what it executed, with the journeys that it calls as they are now; of a run that nobody has begun,
            what it would.
        number: the version that this was.
        variables: the plain values that it found, as they are now.
        pinned: the plain values that whoever started it gave.
        secrets: names of the secrets that it used.
        base_url: goes before the journey's own.
    """

    run: Run
    number: int
    definition: CheckDefinition
    variables: Mapping[str, str] = field(repr=False)
    pinned: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...]
    base_url: str | None
    artifacts: Sequence[Artifact]


class _Blind:
    """Implements ``SecretBox`` and tells nothing."""

    def seal(self, text: str) -> str:
        """Return nothing."""
        return text[:0]

    def open(self, sealed: str) -> str:
        """Return nothing."""
        return sealed[:0]

    def renewed(self, sealed: str) -> None:
        """Return that there is nothing to renew."""


class Replays:
    """Looks up what runs were told."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    def of_run(self, organization_id: str, id: str) -> Replay:
        """Return what it takes to walk through a run again.

        Raises:
            NotFound: there is no such run, or its version is kept no more.
            NotRunnable: it is no run of a journey.
        """
        with self._storage.read() as tx:
            run = tx.runs.get(organization_id, id)
            if run is None:
                raise NotFound("run", id)
            if run.family is not Family.JOURNEY:
                raise NotRunnable("only runs of journeys can be replayed")
            return _replay(tx, run)


def _replay(tx: Transaction, run: Run) -> Replay:
    check = found_check(tx, run.organization_id, run.check_id, run.family, deleted_too=True)
    number = run.check_version or check.version
    version = tx.versions.get(run.organization_id, run.check_id, number)
    if version is None:
        raise NotFound("version", str(number))
    own = check.definition.secret_names
    definition = replace(version.definition, secret_names=own)
    claim = Claim(
        run_id=run.id,
        organization_id=run.organization_id,
        token="",
        attempt=run.attempt,
        lease_until=tx.now,
        check=replace(check, definition=definition),
        location=run.location,
        trigger=run.trigger,
        due_at=run.due_at,
        overrides=run.overrides,
    )
    (claim,) = surrounded(tx, with_called(tx, [claim]))
    definition = claim.check.definition
    values = values_of(claim, dict.fromkeys(own, ""), _Blind())
    asked = run.overrides.variables if run.overrides is not None else {}
    declared = _declared(definition)
    named = names_in_tree(definition.config)
    return Replay(
        run=run,
        number=number,
        definition=definition,
        variables={name: text for name, text in values.variables.items() if name not in asked},
        pinned={name: text for name, text in asked.items() if name in values.variables},
        secrets=tuple(sorted(declared | {name for name in values.secrets if name in named})),
        base_url=base_url_of(claim),
        artifacts=tx.runs.artifacts([run.id]).get(run.id, ()),
    )


def _declared(definition: CheckDefinition) -> set[str]:
    declared = definition.config.get("secrets")
    return {name for name in declared if isinstance(name, str)} if isinstance(declared, list | tuple) else set()
