"""How pages should look: pictures of each check, made by its first good run or promoted by hand."""

import shutil
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

from outrider_engine.domain.audit import Action
from outrider_engine.domain.baselines import baseline_key, key_of_current
from outrider_engine.domain.checks import Family
from outrider_engine.domain.observations import ArtifactKind, ProducedFile
from outrider_engine.domain.runs import Artifact, Claim, Outcome
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.errors import InvalidInput, NotFound
from outrider_engine.ports.artifacts import ArtifactStore
from outrider_engine.ports.storage import Storage

from .auditing import record
from .found_checks import found_check, require_check

MOST_HANDED = 200
"""Baselines that a run is given."""


class Baselines:
    """Keeps baselines in the store of artifacts, under the check that they belong to."""

    def __init__(self, *, storage: Storage, artifacts: ArtifactStore) -> None:
        self._storage = storage
        self._artifacts = artifacts

    def list(self, organization_id: str, check_id: str) -> Sequence[str]:
        """Return what the baselines of a journey go by: ``chromium-1280x720/cart``.

        Raises:
            NotFound: there is no such journey.
        """
        with self._storage.read() as tx:
            require_check(tx, organization_id, check_id, Family.JOURNEY)
        return self._keys(check_id)

    def promote(self, organization_id: str, check_id: str, run_id: str, names: Collection[str] = ()) -> Sequence[str]:
        """Make the pictures of a run the baselines of its journey; returns those that are.

        Args:
            organization_id: of the journey.
            check_id: the journey.
            run_id: the run that took them.
            names: only pictures of these names; none stands for all.

        Raises:
            NotFound: there is no such journey, or it has no such run.
            InvalidInput: the run has kept no picture, or none of a name.
        """
        with self._storage.read() as tx:
            require_check(tx, organization_id, check_id, Family.JOURNEY)
            run = tx.runs.get(organization_id, run_id)
            if run is None or run.check_id != check_id:
                raise NotFound("run of the journey", run_id)
            files = tx.runs.artifacts([run_id]).get(run_id, ())
        taken = {key: file for file in files if (key := _key_of(file)) is not None}
        missing = sorted(set(names) - {key.partition("/")[2] for key in taken})
        if missing:
            raise InvalidInput(f"the run has kept no picture {missing[0]!r}", field="names")
        if not taken:
            problem = "the run has kept no picture that could become a baseline: nothing differed, nothing was new"
            raise InvalidInput(problem, field="run_id")
        wanted = [key for key in sorted(taken) if not names or key.partition("/")[2] in names]
        for key in wanted:
            self._copy(taken[key], _place(check_id, key))
        return wanted

    def delete(self, organization_id: str, check_id: str, key: str) -> None:
        """Delete one baseline; the next good run of the journey makes another.

        Args:
            organization_id: of the journey.
            check_id: the journey.
            key: what the baseline goes by, as ``chromium-1280x720/cart``.

        Raises:
            NotFound: there is no such journey, or it has no such baseline.
        """
        with self._storage.read() as tx:
            journey = found_check(tx, organization_id, check_id, Family.JOURNEY)
        if key not in self._keys(check_id):
            raise NotFound("baseline of the journey", key)
        self._artifacts.delete(_place(check_id, key))
        with self._storage.begin() as tx:
            name = f"{key} of {journey.definition.name}"
            gone = {"journey_id": check_id, "baseline": key}
            record(tx, organization_id, Action.DELETED, "baseline", check_id, before=gone, name=name)

    def keep_first(self, claim: Claim, outcome: Outcome, files: Sequence[Artifact]) -> None:
        """Make baselines of the pictures of a good run where there are none yet; runs with overrides make none."""
        taken = {key: file for file in files if (key := _key_of(file)) is not None}
        if not taken or outcome.verdict is not Verdict.PASSED or claim.overrides is not None:
            return
        known = set(self._keys(claim.check.id))
        for key in taken.keys() - known:
            self._copy(taken[key], _place(claim.check.id, key))

    def hand_over(self, claim: Claim, folder: Path) -> dict[str, str]:
        """Copy the baselines of a check into a folder; returns their paths by what they go by."""
        handed: dict[str, str] = {}
        for key in self._keys(claim.check.id)[:MOST_HANDED]:
            path = folder / f"{len(handed)}.png"
            try:
                place = _place(claim.check.id, key)
                with self._artifacts.open(place) as source, path.open("wb") as target:
                    shutil.copyfileobj(source, target)
            except FileNotFoundError:
                continue
            handed[key] = str(path)
        return handed

    def _keys(self, check_id: str) -> Sequence[str]:
        prefix = folder_of_check(check_id)
        found = [Path(key.removeprefix(prefix)) for key in self._artifacts.keys(prefix)]
        return sorted(baseline_key(path.parent.name, path.stem) for path in found)

    def _copy(self, file: Artifact, place: str) -> None:
        with tempfile.NamedTemporaryFile(suffix=".png") as copy:
            with self._artifacts.open(file.key) as source:
                shutil.copyfileobj(source, copy)
            copy.flush()
            self._artifacts.put(place, Path(copy.name))


def _key_of(file: Artifact | ProducedFile) -> str | None:
    return key_of_current(file.name) if file.kind is ArtifactKind.VISUAL else None


def _place(check_id: str, key: str) -> str:
    return f"{folder_of_check(check_id)}{key}.png"


def folder_of_check(check_id: str) -> str:
    """Return how the keys of a check's baselines begin."""
    return f"baselines/{check_id}/"
