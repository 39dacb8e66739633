"""Putting the journeys that a run's journey calls into its settings, when it is claimed: as they are at that time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from outrider_engine.domain.batches import Selection
from outrider_engine.domain.calls import MOST_CALLED, as_called, journeys_called, with_journeys
from outrider_engine.domain.checks import Check, Family
from outrider_engine.domain.runs import Claim
from outrider_engine.ports.storage import Transaction


def with_called(tx: Transaction, claims: Sequence[Claim]) -> Sequence[Claim]:
    """Return claims whose journeys hold those that they call, of the same project, by id or by name.

    What is not found stays away: the run tells so before its first step. Of several journeys of a name the oldest is
    called. No statement when nothing is called; else one for each level of calls.
    """
    return [_completed(tx, claim) if _calls(claim) else claim for claim in claims]


def _calls(claim: Claim) -> set[str]:
    definition = claim.check.definition
    return journeys_called(definition.config) if definition.family is Family.JOURNEY else set()


def _completed(tx: Transaction, claim: Claim) -> Claim:
    found = _found(tx, claim.check, _calls(claim))
    definition = claim.check.definition
    called = {name: as_called(check.definition) for name, check in found.items()}
    whole = replace(definition, config=with_journeys(definition.config, called))
    sealed = tuple(dict.fromkeys(check.sealed_secrets for check in found.values() if check.sealed_secrets))
    return replace(claim, check=replace(claim.check, definition=whole), called_secrets=sealed)


def _found(tx: Transaction, caller: Check, names: Iterable[str]) -> Mapping[str, Check]:
    found: dict[str, Check] = {}
    wanted = set(names)
    while wanted and len(found) + len(wanted) <= MOST_CALLED:
        chosen = Selection(
            check_ids=tuple(wanted),
            names=tuple(wanted),
            families=(Family.JOURNEY,),
            project_id=caller.project_id,
        )
        among = tx.checks.selected(caller.organization_id, chosen, limit=10 * MOST_CALLED)
        level = {name: check for check in reversed(among) for name in (check.definition.name, check.id)}
        level = {name: level[name] for name in sorted(wanted) if name in level}
        found |= level
        wanted = {name for check in level.values() for name in journeys_called(check.definition.config)} - set(found)
    return found
