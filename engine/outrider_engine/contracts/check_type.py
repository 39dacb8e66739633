"""Check types: how to observe something. They return observations and judge nothing; the engine does."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel

from outrider_engine.domain.assertions import Assertion, Judgement
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.domain.login_states import LoginState
from outrider_engine.domain.observations import Observation, StepResult
from outrider_engine.domain.templates import render_tree
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.http import HttpClient, Resolver

SettingsT = TypeVar("SettingsT", bound=BaseModel)


class Judge(Protocol):
    """Judges a part of what was observed (one step) by the same grammar as the engine judges the whole."""

    def __call__(
        self,
        observation: Observation,
        assertions: Sequence[Assertion],
        *,
        by_default: bool = False,
        secrets: Collection[str] = (),
    ) -> Judgement:
        """Return the judgement, without the secrets of the check and without ``secrets``, learned on the way.

        Args:
            observation: what was seen of the part.
            assertions: what must hold; variables are filled in.
            by_default: the assertions are the check type's own: a status that does not hold is ``http_status``.
            secrets: further values that must not be told.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class LightContext:
    """What the engine hands to one observation on the event loop or in a thread.

    Attributes:
        timeout_s: seconds for this observation; the engine ends it a little later if the plugin does not.
        variables: the values for ``{{name}}``, secrets among them: the check's own, and those of its surroundings that
            its settings name.
        pinned: names that keep their values whatever is extracted: whoever started the run has given them.
        base_url: goes before the check's own, or stands in for one that it does not have.
        judge: for check types of several steps, whose steps have assertions of their own.
        http, resolver: every connection goes through these, or through addresses that ``resolver`` returned.
    """

    check_name: str
    location: str
    timeout_s: float
    clock: Clock
    http: HttpClient
    resolver: Resolver
    judge: Judge = field(repr=False)
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    pinned: Collection[str] = ()
    base_url: str | None = None

    def render(self, value: JsonValue) -> JsonValue:
        """Return ``value`` with ``{{name}}`` replaced in all its texts.

        Raises:
            UnknownVariable: a name that the check does not define; the run ends as an error of the check.
        """
        return render_tree(value, self.variables)

    def addresses(self, host: str) -> tuple[str, ...]:
        """Return the addresses of ``host`` that may be connected to, best first; for check types in threads.

        Blocks: on the event loop await ``resolver.resolve`` instead.

        Raises:
            EgressDenied: the policy forbids the name or one of its addresses.
            OSError: the name does not resolve (``socket.gaierror``) or not in time (``TimeoutError``).
        """
        return asyncio.run(self.resolver.resolve(host, timeout_s=self.timeout_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessContext:
    """What the engine hands to one observation in a runner process.

    Attributes:
        timeout_s: seconds for this observation; soon after them the process is killed from outside.
        folder: a folder of the run's own; files named in the observation must be in it.
        proxy: ``http://host:port`` through which all traffic must go; ``None`` only in a run without egress policy.
        artifacts: the artifact policy: ``always``, ``on_failure`` or ``never``.
        artifact_policies: the same by kind of file (``trace``, ``video``, …), for those of which anything was said.
        pinned: names that keep their values whatever a step sets: whoever started the run has given them.
        baselines: pictures of how something should look, by what ``domain.baselines`` says they go by.
        login_states: those that the check uses, by name; what it keeps itself goes into the observation.
        on_step: to be called with each step as it ends, so that nothing is lost when the process is killed.
        on_ending: may be called when nothing has failed and the target is not needed any more: the next run may begin
            elsewhere, while this one puts its files in order.
        options: wishes of the one who started the run (``headed``, ``har``: a file that stands for the network).
    """

    check_name: str
    timeout_s: float
    clock: Clock
    folder: Path
    proxy: str | None
    artifacts: Literal["always", "on_failure", "never"]
    on_step: Callable[[StepResult], None]
    on_ending: Callable[[], None] = lambda: None
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    pinned: Collection[str] = ()
    base_url: str | None = None
    baselines: Mapping[str, Path] = field(default_factory=dict)
    login_states: Mapping[str, LoginState] = field(default_factory=dict, repr=False)
    artifact_policies: Mapping[str, Literal["always", "on_failure", "never"]] = field(default_factory=dict)
    options: JsonObject = field(default_factory=dict)


class CheckType(Protocol[SettingsT]):
    """What every check type tells about itself.

    Attributes:
        kind: the name that checks give as their type: lower-case letters, digits and ``_``.
        settings: model of what a check of this type needs, with descriptions and examples; it forbids extra fields.
            Its JSON Schema is published through the API. A property ``ids_by_place`` (``{"steps[0]": "open"}``)
            tells comparisons of versions which of its steps are the same.
        default_assertions: what is judged when a check has no assertions.
        runs_code: optional; ``True`` for a type that runs code which authors of checks write. Operators switch such
            types off as a whole (``OUTRIDER_SUITES``).
        largest_config: optional; characters that settings of this type may have as JSON (1,000,000).
    """

    kind: str
    title: str
    family: Family
    lane: Lane
    settings: type[SettingsT]
    default_assertions: tuple[Assertion, ...]

    def runnable_problem(self, settings: SettingsT) -> str | None:
        """Return why such a check is stored but can't be run (a journey without steps), ``None`` when it can."""


class AsyncCheckType(CheckType[SettingsT], Protocol[SettingsT]):
    """Observes on the event loop (``lane`` is ``Lane.ASYNC``), beside hundreds of others: it must never block."""

    async def observe(self, settings: SettingsT, context: LightContext) -> Observation:
        """Observe once.

        A failure of the target is part of the observation. What is raised (but for ``InvalidInput`` and
        ``EgressDenied``) ends the run as ``error`` with reason ``plugin``.
        """


class ThreadCheckType(CheckType[SettingsT], Protocol[SettingsT]):
    """Observes in a thread of a bounded pool (``lane`` is ``Lane.THREAD``), for libraries that block.

    ``context.http`` belongs to the event loop and is not for use here. ``context.addresses(host)`` says where to
    connect; hand the library one of those addresses, never the name. A thread cannot be ended from outside: give the
    library ``context.timeout_s`` as its own time limit, or the thread is missing to others.
    """

    def observe(self, settings: SettingsT, context: LightContext) -> Observation:
        """Observe once; see ``AsyncCheckType.observe``."""


class ProcessCheckType(CheckType[SettingsT], Protocol[SettingsT]):
    """Observes in a supervised runner process (``lane`` is ``Lane.PROCESS``), one run at a time."""

    def prepare(self, environment: Mapping[str, str]) -> None:
        """Get ready to run, once per process: start drivers, look for programs.

        Raises:
            SlotError: it can't run on this machine; the message says what to install.
        """

    def observe(self, settings: SettingsT, context: ProcessContext) -> Observation:
        """Observe once; see ``AsyncCheckType.observe``. Nothing of one run may be left for the next."""

    def close(self) -> None:
        """End what ``prepare`` started."""


@runtime_checkable
class StandingBy(Protocol):
    """What a check type in a process may offer besides: to start early what its next run needs, and only that."""

    def stand_by(self, proxy: str | None) -> None:
        """Start it, fresh, behind the proxy that the run will have.

        A run of another kind may come first. What can't be started now is left to the run, which says why.
        """

    def stand_down(self) -> None:
        """End it: the run did not come."""


class PassiveCheckType(CheckType[SettingsT], Protocol[SettingsT]):
    """Observes nothing: what it watches pings it (``lane`` is ``Lane.PASSIVE``), and each ping is a run.

    The engine gives each such check a token, takes its pings, and stores a failed run when none comes in time.
    ``runnable_problem`` says that it can't be run.
    """

    def allowed_silence(self, settings: SettingsT) -> timedelta:
        """Return how long after a ping the next one may be awaited."""


AnyCheckType = AsyncCheckType[Any] | ThreadCheckType[Any] | ProcessCheckType[Any] | PassiveCheckType[Any]
