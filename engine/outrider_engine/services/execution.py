"""Executing a claimed run: prepare what the plugin needs, let it observe (again, if retries are due), judge."""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Executor as ThreadPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from outrider_engine.assertions import is_windowed, judge, judging, rendered
from outrider_engine.contracts.check_type import AnyCheckType, AsyncCheckType, LightContext, ThreadCheckType
from outrider_engine.domain.artifact_policies import ArtifactPolicies
from outrider_engine.domain.assertions import Assertion
from outrider_engine.domain.checks import Lane
from outrider_engine.domain.login_states import LoginState
from outrider_engine.domain.observations import Failure, Observation, StepResult
from outrider_engine.domain.redaction import Redactor
from outrider_engine.domain.runs import Claim, Outcome
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import ConfigurationError, EgressDenied, InvalidInput, UnknownVariable
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.http import HttpClient, Resolver
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.slots import Slot, SlotTask

from .baselines import Baselines
from .login_states import login_states_of, sealed_states
from .surroundings import base_url_of, values_of
from .tries import Tries

log = structlog.get_logger(__name__)

OVERRUN_S = 1.0
"""How much longer than its timeout a light check may take before it is cancelled from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """A claimed run, ready to be observed."""

    claim: Claim
    check_type: AnyCheckType
    assertions: tuple[Assertion, ...] = field(repr=False)
    """What is judged: variables and secrets are filled in."""
    written: tuple[Assertion, ...]
    """The same assertions as their author wrote them, for what is kept."""
    by_default: bool
    """Whether the assertions are the check type's own, because the check has none."""
    variables: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)
    pinned: frozenset[str]
    base_url: str | None
    redactor: Redactor = field(repr=False)
    login_states: tuple[LoginState, ...] = field(default=(), repr=False)

    @property
    def lane(self) -> Lane:
        """Where it is to be observed."""
        return self.check_type.lane

    @property
    def timeout_s(self) -> float:
        """Seconds for each try."""
        return self.claim.check.definition.timeout_s


class Executions:
    """Executes claimed runs; what goes wrong with a check or a plugin is an outcome, never an exception."""

    def __init__(
        self, *, plugins: Plugins, secrets: SecretBox, clock: Clock, baselines: Baselines | None = None
    ) -> None:
        """Take the parts; without ``baselines`` no run is given any."""
        self._plugins = plugins
        self._secrets = secrets
        self._clock = clock
        self._baselines = baselines

    def prepare(self, claim: Claim) -> Execution | Outcome:
        """Return what is needed to observe, or the outcome when it is known that nothing can be observed."""
        definition = claim.check.definition
        check_type = self._plugins.check_types.get(definition.type)
        if check_type is None:
            problem = f"the check type {definition.type!r} is not installed"
            return self._unobserved(Failure(Verdict.ERROR, Reason.UNKNOWN_CHECK_TYPE, problem))
        refusal = self._plugins.refusal(definition.type)
        if refusal is not None:
            return self._unobserved(Failure(Verdict.ERROR, Reason.INVALID_DEFINITION, refusal))
        try:
            values = values_of(claim, self._own_secrets(claim), self._secrets)
            states = login_states_of(claim, self._secrets)
        except ConfigurationError as error:
            return self._unobserved(Failure(Verdict.ERROR, Reason.MISSING_SECRET, str(error)))
        if claim.surroundings.is_gone:
            problem = "the environment that this run was to find is no longer there"
            return self._unobserved(Failure(Verdict.ERROR, Reason.INVALID_DEFINITION, problem))
        redactor = Redactor(values.hidden)
        try:
            own = tuple(each for each in definition.assertions if not is_windowed(each))
            assertions = tuple(rendered(each, {**values.variables, **values.secrets}) for each in own)
        except InvalidInput as error:
            return self._unobserved(_failure_of(error, redactor))
        defaults = tuple(check_type.default_assertions)
        return Execution(
            claim=claim,
            check_type=check_type,
            assertions=assertions or defaults,
            written=own or defaults,
            by_default=not assertions,
            variables=values.variables,
            secrets=values.secrets,
            pinned=frozenset(claim.overrides.variables if claim.overrides is not None else ()),
            base_url=base_url_of(claim),
            redactor=redactor,
            login_states=states,
        )

    def _own_secrets(self, claim: Claim) -> dict[str, str]:
        """Return the check's secrets, and in their absence those of journeys that it calls.

        Raises:
            ConfigurationError: one was sealed with another key.
        """
        own: dict[str, str] = {}
        for sealed in filter(None, (*claim.called_secrets, claim.check.sealed_secrets)):
            own |= json.loads(self._secrets.open(sealed))
        called_only = own.keys() - set(claim.check.definition.secret_names)
        plain = called_only & claim.check.definition.variables.keys()
        return {name: value for name, value in own.items() if name not in plain}

    async def observe_light(
        self, execution: Execution, *, http: HttpClient, resolver: Resolver, threads: ThreadPool
    ) -> Outcome:
        """Observe on the running event loop, or in ``threads`` for check types that block."""
        context = LightContext(
            check_name=execution.claim.check.definition.name,
            location=execution.claim.location,
            timeout_s=execution.timeout_s,
            clock=self._clock,
            http=http,
            resolver=resolver,
            judge=judging(execution.redactor),
            variables={**execution.variables, **execution.secrets},
            pinned=execution.pinned,
            base_url=execution.base_url,
        )
        tries = self._tries(execution)
        while tries.due:
            began = self._clock.monotonic()
            try:
                settings = execution.check_type.settings.model_validate(execution.claim.check.definition.config)
                observing = _observing(execution.check_type, settings, context, threads)
                # not wait_for: it would run the plugin in a task of its own, and the watchdog could not tell whose
                async with asyncio.timeout(execution.timeout_s + OVERRUN_S):
                    observation = _observation(await observing)
            except Exception as error:  # noqa: BLE001 - whatever a plugin raises is the outcome of its run
                observation = self._raised(execution, error, began)
            self._judge(execution, tries, observation)
        return tries.outcome()

    def told(self, execution: Execution, seen: Observation) -> Outcome:
        """Judge what the target itself told."""
        tries = self._tries(execution)
        self._judge(execution, tries, seen)
        return tries.outcome()

    def observe_in_slot(
        self,
        execution: Execution,
        slot: Slot,
        on_step: Callable[[StepResult], None],
        on_ending: Callable[[], None] = lambda: None,
    ) -> Outcome:
        """Observe in a supervised runner process; blocks until it has ended.

        ``on_ending`` is called when the target is not needed any more, unless it may turn out that it is tried again.
        """
        definition = execution.claim.check.definition
        may_go_on = definition.max_retries > 0 and bool(execution.assertions)
        asked = execution.claim.overrides.artifacts if execution.claim.overrides is not None else {}
        policies = ArtifactPolicies.of(definition.config.get("artifacts"), asked)
        task = SlotTask(
            check_type=definition.type,
            check_name=definition.name,
            config=definition.config,
            timeout_s=execution.timeout_s,
            variables=execution.variables,
            secrets=execution.secrets,
            pinned=tuple(sorted(execution.pinned)),
            base_url=execution.base_url,
            login_states=execution.login_states,
            artifacts=policies.word,
            artifact_policies=policies.by_kind,
        )
        tries = self._tries(execution)
        kept: dict[str, LoginState] = {}
        with self._handed_baselines(execution.claim) as baselines:
            while tries.due:
                seen = slot.run(replace(task, baselines=baselines), on_step, (lambda: None) if may_go_on else on_ending)
                kept |= {state.name: state for state in seen.login_states}
                self._judge(execution, tries, seen)
        return replace(tries.outcome(), login_states=sealed_states(kept.values(), execution.claim, self._secrets))

    @contextmanager
    def _handed_baselines(self, claim: Claim) -> Iterator[Mapping[str, str]]:
        """Lay the check's baselines out, if it compares pictures at all."""
        if self._baselines is None or '"visual"' not in json.dumps(claim.check.definition.config):
            yield {}
            return
        with tempfile.TemporaryDirectory(prefix="outrider-baselines-") as folder:
            yield self._baselines.hand_over(claim, Path(folder))

    def _tries(self, execution: Execution) -> Tries:
        return Tries(clock=self._clock, max_retries=execution.claim.check.definition.max_retries)

    def _judge(self, execution: Execution, tries: Tries, seen: Observation) -> None:
        redactor = execution.redactor.also(seen.secrets)
        redact = redactor.text
        judgement = judge(seen, execution.assertions, by_default=execution.by_default, redact=redact)
        tries.add(
            _redacted(seen, redactor),
            verdict=judgement.verdict,
            reason=judgement.reason,
            error=redact(judgement.error) if judgement.error else None,
            assertions=tuple(
                replace(result, assertion=written)
                for result, written in zip(judgement.results, execution.written, strict=False)
            ),
        )

    def _raised(self, execution: Execution, error: Exception, began: float) -> Observation:
        failure = _failure_of(error, execution.redactor)
        if failure.reason is Reason.PLUGIN:
            kind = execution.check_type.kind
            log.error("check type raised", check_type=kind, run=execution.claim.run_id, error=failure.message)
        return Observation(duration_ms=(self._clock.monotonic() - began) * 1000, failure=failure)

    def _unobserved(self, failure: Failure) -> Outcome:
        now = self._clock.now()
        return Outcome(
            verdict=failure.verdict,
            reason=failure.reason,
            error=failure.message,
            started_at=now,
            completed_at=now,
            duration_ms=0.0,
        )


def _observing(
    check_type: AnyCheckType, settings: Any, context: LightContext, threads: ThreadPool
) -> Awaitable[Observation]:
    if check_type.lane is Lane.PASSIVE:
        raise InvalidInput(f"a check of the type {check_type.kind} is pinged, not run", field="type")
    if check_type.lane is Lane.THREAD:
        blocking: ThreadCheckType[Any] = check_type  # type: ignore[assignment]  # the lane tells which protocol it is
        return asyncio.get_running_loop().run_in_executor(threads, blocking.observe, settings, context)
    light: AsyncCheckType[Any] = check_type  # type: ignore[assignment]  # the lane tells which protocol it is
    return light.observe(settings, context)


def _observation(answer: object) -> Observation:
    """Return what a check type answered, if it kept to its contract."""
    if not isinstance(answer, Observation):
        raise TypeError(f"it answered {type(answer).__name__} instead of an Observation")
    return answer


def _failure_of(error: Exception, redactor: Redactor) -> Failure:
    if isinstance(error, TimeoutError):
        return Failure(Verdict.TIMED_OUT, Reason.TIMEOUT, "the check did not end within its timeout")
    if isinstance(error, ValidationError):
        return Failure(
            Verdict.ERROR, Reason.INVALID_DEFINITION, "the check's settings are no longer valid for its type"
        )
    message = redactor.text(str(error)) or type(error).__name__
    if isinstance(error, UnknownVariable):
        return Failure(Verdict.ERROR, Reason.UNKNOWN_VARIABLE, message)
    if isinstance(error, InvalidInput):
        return Failure(Verdict.ERROR, Reason.INVALID_DEFINITION, message)
    if isinstance(error, EgressDenied):
        return Failure(Verdict.ERROR, Reason.EGRESS_DENIED, message)
    return Failure(Verdict.ERROR, Reason.PLUGIN, f"the check type raised {type(error).__name__}: {message}")


def _redacted(seen: Observation, redactor: Redactor) -> Observation:
    """Return what may be kept of an observation: no secret, and neither headers nor body."""
    facts = {name: redactor.tree(value) for name, value in seen.facts.items()}
    steps = tuple(
        replace(
            step,
            name=redactor.text(step.name),
            error=redactor.text(step.error) if step.error else None,
            detail={name: redactor.tree(value) for name, value in step.detail.items()},
        )
        for step in seen.steps
    )
    return replace(seen, facts=facts, steps=steps, headers={}, body=None, secrets=(), login_states=())
