"""One walk through the steps of an API monitor, and what it came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from outrider_engine.assertions import STATUS_IS_FINE, NothingThere, as_written, rendered
from outrider_engine.contracts import LightContext
from outrider_engine.contracts.http_exchanges import observation_of
from outrider_engine.domain.assertions import Judgement
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Failure, Observation, StepResult
from outrider_engine.domain.templates import names_in
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import InvalidInput, UnknownVariable
from outrider_engine.ports.http import CookieJar

from .requests import names_of, request_of
from .settings import ApiSettings, ApiStep

_SHOWN_FACTS = ("status", "ip", "http_version", "size", "hops")


@dataclass(frozen=True, slots=True)
class _Begun:
    """When a step began, by the wall clock and by the one that measures."""

    at: datetime
    mark: float


@dataclass(slots=True)
class _Ended:
    """What a step has come to so far."""

    seen: Observation | None = None
    failure: Failure | None = None
    detail: dict[str, JsonValue] = field(default_factory=dict)


class Walk:
    """Walks once; variables of the check win over built-in values, extracted ones over both, pinned ones over all."""

    def __init__(
        self, settings: ApiSettings, context: LightContext, built_in: Mapping[str, str], *, boundary: str
    ) -> None:
        self._steps = settings.steps
        self._context = context
        self._base_url = context.base_url or settings.base_url
        self._values = {**built_in, **context.variables}
        self._boundary = boundary
        self._began = context.clock.monotonic()
        self._cookies = CookieJar()
        self._secrets: list[str] = []
        self._results: list[StepResult] = []
        self._phases: dict[str, float] = {}
        self._last: Observation | None = None
        self._stopped: Failure | None = None
        self._degraded: Failure | None = None

    async def observed(self) -> Observation:
        """Walk until a step fails; the others are cancelled. What the last answer showed is that of the whole."""
        doomed = self._doomed()
        for index, step in enumerate(self._steps):
            begun = _Begun(self._context.clock.now(), self._context.clock.monotonic())
            if doomed is not None and index == doomed[0]:
                self._conclude(index, step, begun, _Ended(failure=doomed[1]))
            elif doomed is not None or self._stopped is not None:
                self._report(index, step, begun, Verdict.CANCELLED)
            else:
                self._conclude(index, step, begun, await self._ended(step))
        last = self._last or Observation(duration_ms=0.0)
        return replace(
            last,
            duration_ms=self._elapsed_ms(self._began),
            phases=self._phases,
            failure=self._stopped or self._degraded,
            steps=tuple(self._results),
            secrets=tuple(self._secrets),
        )

    def _doomed(self) -> tuple[int, Failure] | None:
        """Return the first step that needs a value which nobody defines: then no request is made at all."""
        known = set(self._values)
        for index, step in enumerate(self._steps):
            unknown = sorted(names_of(step) - known)
            if self._base_url is not None and not unknown:
                unknown = _unknown_in(self._base_url, known)
            if unknown:
                return index, _failure_of(UnknownVariable(unknown[0], sorted(known)))
            known |= {one.name for one in step.extract}
        return None

    async def _ended(self, step: ApiStep) -> _Ended:
        ended = _Ended()
        left_s = self._context.timeout_s - (self._context.clock.monotonic() - self._began)
        if left_s <= 0:
            problem = f"the time limit of {self._context.timeout_s:g} s was over before this step began"
            ended.failure = Failure(Verdict.TIMED_OUT, Reason.TIMEOUT, problem)
            return ended
        try:
            await self._request(step, min(left_s, step.timeout or left_s), ended)
            if ended.failure is None or ended.failure.verdict is Verdict.DEGRADED:
                self._extract(step, ended)
        except InvalidInput as error:
            ended.failure = _failure_of(error)
        return ended

    async def _request(self, step: ApiStep, timeout_s: float, ended: _Ended) -> None:
        request = request_of(
            step.request,
            self._values,
            base_url=self._base_url,
            timeout_s=timeout_s,
            boundary=self._boundary,
            cookies=self._cookies,
        )
        ended.detail |= {"method": request.method, "url": request.url}
        written = step.judged() or STATUS_IS_FINE
        assertions = [rendered(each, self._values) for each in written]
        ended.seen = seen = observation_of(await self._context.http.send(request))
        ended.detail |= {name: seen.facts[name] for name in _SHOWN_FACTS if name in seen.facts}
        ended.detail["phases"] = dict(seen.phases)
        judgement = self._context.judge(seen, assertions, by_default=not step.assertions, secrets=self._secrets)
        ended.detail["assertions"] = as_written(judgement, written)
        ended.failure = _failure_in(judgement)

    def _extract(self, step: ApiStep, ended: _Ended) -> None:
        if ended.seen is None:
            return
        names: list[JsonValue] = []
        for index, wanted in enumerate(step.extract):
            try:
                value = wanted.value(ended.seen, self._values, self._cookies.value)
            except NothingThere as problem:
                text = f"extract[{index}] {wanted.name}: {wanted.place}: {problem}"
                ended.failure = Failure(Verdict.FAILED, Reason.ASSERTION, text)
                break
            if wanted.name not in self._context.pinned:
                self._values[wanted.name] = value
            names.append(wanted.name)
            if wanted.secret:
                self._secrets.append(value)
        if names:
            ended.detail["extracted"] = names

    def _conclude(self, index: int, step: ApiStep, begun: _Begun, ended: _Ended) -> None:
        failure = ended.failure
        if ended.seen is not None:
            self._last = ended.seen
            for phase, spent_ms in ended.seen.phases.items():
                self._phases[phase] = round(self._phases.get(phase, 0.0) + spent_ms, 3)
        if failure is not None and failure.verdict is Verdict.DEGRADED:
            self._degraded = self._degraded or _told_of(step, failure)
        elif failure is not None:
            self._stopped = _told_of(step, failure)
        self._report(index, step, begun, failure.verdict if failure else Verdict.PASSED, ended)

    def _report(self, index: int, step: ApiStep, begun: _Begun, verdict: Verdict, ended: _Ended | None = None) -> None:
        failure = ended.failure if ended is not None else None
        self._results.append(
            StepResult(
                index=index,
                id=step.id or f"step-{index + 1}",
                name=step.name,
                action="request",
                status=verdict,
                started_at=begun.at,
                duration_ms=self._elapsed_ms(begun.mark),
                reason=failure.reason if failure else None,
                error=failure.message if failure else None,
                detail=ended.detail if ended is not None else {},
            )
        )

    def _elapsed_ms(self, since: float) -> float:
        return round((self._context.clock.monotonic() - since) * 1000, 3)


def _unknown_in(text: str, known: set[str]) -> list[str]:
    return sorted(names_in(text) - known)


def _told_of(step: ApiStep, failure: Failure) -> Failure:
    return replace(failure, message=f"{step.name}: {failure.message}")


def _failure_in(judgement: Judgement) -> Failure | None:
    if judgement.verdict is Verdict.PASSED:
        return None
    return Failure(judgement.verdict, judgement.reason or Reason.ASSERTION, judgement.error or "it does not hold")


def _failure_of(error: InvalidInput) -> Failure:
    reason = Reason.UNKNOWN_VARIABLE if isinstance(error, UnknownVariable) else Reason.INVALID_DEFINITION
    return Failure(Verdict.ERROR, reason, str(error))
