"""Why a page could not be reached: the browser only says that its proxy refused, the proxy knows more."""

import http.client
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import structlog

from outrider_engine.domain.observations import Failure, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict

from .watching import Target

log = structlog.get_logger(__name__)

_ASK_S = 2.0
_LONGEST = 1_000_000
VAGUE = frozenset({Reason.CONNECT, Reason.NAVIGATION, Reason.PROTOCOL})
"""Reasons that say no more than that a page did not come."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """What the proxy refused or could not reach since the run began, by host and port."""

    denied: Mapping[Target, str] = field(default_factory=dict)
    unreachable: Mapping[Target, tuple[Reason, str]] = field(default_factory=dict)


def ask(proxy: str) -> Refusals:
    """Ask a proxy; one that does not answer as ours does knows nothing."""
    parts = urlsplit(proxy)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_ASK_S)
    try:
        connection.request("GET", "/report")
        return _refusals(json.loads(connection.getresponse().read(_LONGEST)))
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        log.info("proxy gave no report", error=repr(error))
        return Refusals()
    finally:
        connection.close()


def explained(
    failure: Failure, steps: tuple[StepResult, ...], pages: Iterable[Target], refusals: Refusals
) -> tuple[Failure, tuple[StepResult, ...]]:
    """Return failure and steps with the proxy's reason, when the page that failed is one that it refused.

    Args:
        failure: what the walk ended with.
        steps: of the walk; the one that failed is told anew.
        pages: hosts and ports of the main pages that may be the cause, the likeliest first.
        refusals: what the proxy knows.
    """
    for page in pages:
        found = explanation(failure, page, refusals)
        if found is not None:
            return retold(failure, steps, found)
    return failure, steps


def retold(old: Failure, steps: tuple[StepResult, ...], new: Failure) -> tuple[Failure, tuple[StepResult, ...]]:
    """Return a better reason for a walk that failed, for the step that broke as well; ``new`` does not name it.

    What is told of the step is told of the blocks around it, which broke with it.
    """
    alike = [step for step in steps if (step.status, step.reason) == (old.verdict, old.reason)]
    broken = next((step for step in alike if "block" not in step.detail), None)
    if broken is None:
        return new, steps
    named = Failure(new.verdict, new.reason, f"{broken.name}: {new.message}")
    around = [step for step in alike if step is broken or _is_within(broken.id, step.id)]

    def told(step: StepResult) -> StepResult:
        error = new.message if step is broken else named.message
        return replace(step, status=new.verdict, reason=new.reason, error=error)

    return named, tuple(told(step) if step in around else step for step in steps)


def _is_within(id: str, block: str) -> bool:
    """Return whether a step is within a block, whichever round or try of it: ``cart[2]/pay`` is within ``cart``."""
    return id.startswith(block) and id[len(block) :].startswith(("/", "[", "~"))


def explanation(failure: Failure, page: Target, refusals: Refusals) -> Failure | None:
    """Return what the proxy knows of a page that failed, ``None`` if nothing."""
    if page in refusals.denied:
        return Failure(Verdict.ERROR, Reason.EGRESS_DENIED, refusals.denied[page])
    if page in refusals.unreachable and failure.reason in VAGUE:
        reason, why = refusals.unreachable[page]
        return Failure(failure.verdict, reason, f"{page[0]}:{page[1]} could not be reached: {why}")
    return None


def _refusals(report: Any) -> Refusals:
    return Refusals(
        denied={(each["host"], each["port"]): str(each["why"]) for each in report["denied"]},
        unreachable={
            (each["host"], each["port"]): (Reason(each["reason"]), str(each["why"])) for each in report["unreachable"]
        },
    )
