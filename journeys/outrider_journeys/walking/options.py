"""What a walk is given, and what comes of it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from outrider_engine.domain.login_states import LoginState
from outrider_engine.domain.observations import Failure, ProducedFile, StepResult
from outrider_engine.ports.clock import Clock
from outrider_journeys.actions.registry import StepActions


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkOptions:
    """What a walk is given besides the journey and the page.

    Attributes:
        variables: values that go before the journey's own.
        secrets: values of the secrets, by name.
        pinned: names whose values no step can change.
        login_states: those that earlier runs kept, by name.
        baselines: how things should look, by what ``domain.baselines`` says they go by.
        base_url: goes before the journey's own.
        deadline: ``clock.monotonic()`` seconds after which no step starts, and beyond which no wait goes.
        folder: where files are written; it exists.
        screenshots: ``on_failure``: a picture after each step that does not hold; ``always``: one at the end as well,
            unless the last step took one; ``never``: none at all, whatever the journey asks for.
        on_step: told of each step as it ends, and of those that were not run. A step that holds others is told after
            them, and its index is before theirs.
    """

    deadline: float
    clock: Clock
    folder: Path
    actions: StepActions
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    pinned: Collection[str] = ()
    login_states: Mapping[str, LoginState] = field(default_factory=dict, repr=False)
    baselines: Mapping[str, Path] = field(default_factory=dict)
    base_url: str | None = None
    screenshots: Literal["always", "on_failure", "never"] = "on_failure"
    on_step: Callable[[StepResult], None] = lambda _: None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkResult:
    """How a walk ended.

    Attributes:
        steps: in the order in which they began, those not run among them.
        failure: ``None`` when all held; ``DEGRADED`` when only soft things did not.
        variables: the variables at the end, without secrets.
        secrets: all values that nobody may see, those that the walk learned among them.
        login_states: to be kept for later runs.
    """

    steps: tuple[StepResult, ...]
    files: tuple[ProducedFile, ...]
    failure: Failure | None
    variables: Mapping[str, str]
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    login_states: tuple[LoginState, ...] = field(default=(), repr=False)
