"""Which checks a batch runs: those that were asked for, and why some of them are skipped."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from outrider_engine.domain.batches import MOST_RUNS, SelectedCheck, Selection
from outrider_engine.domain.checks import Check, CheckStatus, Family
from outrider_engine.errors import InvalidInput
from outrider_engine.ports.storage import Transaction

from .check_types import CheckTypes
from .projects import chosen_project
from .texts import checked_texts

Permit = Callable[[Family, int], None]
"""Asked about each family of the checks that were selected, and how many they are; raises when it may not be."""

MOST_NAMED = {"tags": 50, "non_blocking_tags": 50, "names": 200, "check_ids": MOST_RUNS}
"""Words in each part of a request."""
_MOST_LISTED = 20
"""Tags that an error lists at most."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A check that was selected, and what becomes of it."""

    check: Check
    noted: SelectedCheck


def refuse_odd_selection(selection: Selection, non_blocking_tags: Sequence[str]) -> None:
    """Refuse a selection that says nothing, or too much.

    Raises:
        InvalidInput: names the field.
    """
    parts = {
        "tags": selection.tags,
        "non_blocking_tags": non_blocking_tags,
        "names": selection.names,
        "check_ids": selection.check_ids,
    }
    for field, words in parts.items():
        checked_texts(words, field, MOST_NAMED[field])
    if not (selection.tags or selection.check_ids or selection.names):
        raise InvalidInput("is required, or else check_ids or names: they say which checks to run", field="tags")


def chosen_checks(
    tx: Transaction,
    organization_id: str,
    selection: Selection,
    *,
    types: CheckTypes,
    permit: Permit,
    non_blocking_tags: Sequence[str],
    allow_empty: bool,
) -> Sequence[Chosen]:
    """Return the checks that a selection means, oldest first; paused ones run only when they are named.

    Raises:
        Forbidden: what ``permit`` raises, before anything of the checks is told.
        InvalidInput: one that was named does not exist, a name means several, there are too many, or (unless
            ``allow_empty``) there is nothing to run.
    """
    if selection.project_id is not None:
        chosen_project(tx, organization_id, selection.project_id)
    found = tx.checks.selected(organization_id, selection, MOST_RUNS + 1)
    if len(found) > MOST_RUNS:
        raise InvalidInput(f"mean more than {MOST_RUNS} checks, and a batch has at most so many runs", field="tags")
    for family, count in Counter(check.definition.family for check in found).items():
        permit(family, count)
    _refuse_unmet(found, selection)
    named = {*selection.check_ids, *selection.names}
    tolerated = set(non_blocking_tags)
    chosen = [
        Chosen(
            check,
            SelectedCheck(
                id=check.id,
                name=check.definition.name,
                family=check.definition.family,
                is_blocking=tolerated.isdisjoint(check.definition.tags),
                skipped=_problem(check, types, is_named=not named.isdisjoint((check.id, check.definition.name))),
            ),
        )
        for check in found
    ]
    if not allow_empty:
        _refuse_empty(tx, organization_id, selection, [each.noted for each in chosen])
    return chosen


def unmet_tags(chosen: Sequence[Chosen], selection: Selection) -> list[str]:
    """Return the tags that none of the chosen checks has: they may be misspelt."""
    met = {tag for each in chosen for tag in each.check.definition.tags}
    return [tag for tag in selection.tags if tag not in met]


def _refuse_unmet(found: Sequence[Check], selection: Selection) -> None:
    ids = {check.id for check in found}
    among = _among(selection)
    for index, id in enumerate(selection.check_ids):
        if id not in ids:
            raise InvalidInput(f"there is no check of this id{among}", field=f"check_ids[{index}]")
    for index, name in enumerate(selection.names):
        called = [check.id for check in found if check.definition.name == name]
        if not called:
            raise InvalidInput(f"there is no check of this name{among}", field=f"names[{index}]")
        if len(called) > 1:
            problem = f"{len(called)} checks have this name; say which in check_ids"
            raise InvalidInput(problem, field=f"names[{index}]", allowed=called)


def _problem(check: Check, types: CheckTypes, *, is_named: bool) -> str | None:
    if check.definition.status is CheckStatus.PAUSED and not is_named:
        return "it is paused"
    return types.runnable_problem(check.definition)


def _refuse_empty(tx: Transaction, organization_id: str, selection: Selection, chosen: Sequence[SelectedCheck]) -> None:
    """Refuse to run nothing: a pipeline would be green without anything having been looked at."""
    if any(check.skipped is None for check in chosen):
        return
    if chosen:
        reasons = "; ".join(f"{check.name}: {check.skipped}" for check in chosen[:3])
        raise InvalidInput(f"nothing that it means can be run ({reasons}); allow_empty accepts that", field="tags")
    known = sorted(tx.checks.tags(organization_id, selection))
    near = [close for tag in selection.tags for close in get_close_matches(tag, known, n=3)]
    listed = list(dict.fromkeys(near)) or known[:_MOST_LISTED]
    how = "all of these tags" if len(selection.tags) > 1 and selection.match == "all" else "such a tag"
    there = "" if known else "; no check has any"
    raise InvalidInput(f"no check has {how}{there}; allow_empty accepts that", field="tags", allowed=listed or None)


def _among(selection: Selection) -> str:
    """Return among which checks a selection chooses, as the end of a sentence."""
    if not selection.families and selection.project_id is None:
        return ""
    narrowed = " and ".join(map(_word, selection.families)) or "the checks"
    return f" among {narrowed}{' of the project' if selection.project_id is not None else ''}"


def _word(family: Family) -> str:
    return {Family.MONITOR: "monitors", Family.API_MONITOR: "API monitors", Family.JOURNEY: "journeys"}[family]
