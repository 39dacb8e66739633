"""Staying signed in, and signing in with a second factor: save_login_state, use_login_state, totp."""

import base64
import binascii
from datetime import timedelta
from typing import Annotated, Literal, Self

from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from outrider_engine.domain.login_states import LoginState
from outrider_engine.domain.templates import names_in
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.browser_options import LoginStateName
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import literal
from outrider_journeys.steps import StepModel
from outrider_journeys.strict_model import Text, VariableName
from outrider_journeys.visitors import give_to, missing_state, secrets_in, taken_from

from .contract import StepFailure, StepScope

_DAY_H = 24
_LONGEST_H = 90 * _DAY_H
_BLANK = "about:blank"
_ALGORITHMS: dict[str, type[SHA1] | type[SHA256] | type[SHA512]] = {"SHA1": SHA1, "SHA256": SHA256, "SHA512": SHA512}


def _named(text: str) -> str:
    if not names_in(text):
        raise ValueError("must name a secret as {{NAME}}: a key is never part of a journey")
    return text


class SaveLoginStateStep(StepModel):
    """Keep cookies and local storage under a name, for `use_login_state` in this run and in later ones.

    They are encrypted and shown to nobody. Runs of the same project and environment can use them until they expire.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "save_login_state", "login_state": "shop", "expires_h": 12}]}
    )

    action: Literal["save_login_state"]
    login_state: LoginStateName
    """What it is called."""
    expires_h: float = Field(default=_DAY_H, gt=0, le=_LONGEST_H, allow_inf_nan=False)
    """Hours until it is used no longer, at most 90 days."""

    def summary(self) -> str:
        """Return its name."""
        return f"Keep login state {self.login_state}"


class UseLoginStateStep(StepModel):
    """Put cookies and local storage that `save_login_state` kept in place of those that there are.

    Every open page is left blank: go somewhere with `goto`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "use_login_state", "login_state": "shop", "required": False, "variable": "SIGNED_IN"}
            ]
        }
    )

    action: Literal["use_login_state"]
    login_state: LoginStateName
    """What it is called."""
    required: bool = True
    """`false`: go on without it when there is none that is still valid."""
    variable: VariableName | None = None
    """The variable that gets `true` when there was one, and `false` otherwise; for `when` of the steps that sign in."""

    def summary(self) -> str:
        """Return its name."""
        return f"Use login state {self.login_state}"

    def uses_login_state(self) -> str:
        """Return it."""
        return self.login_state

    def produces(self) -> frozenset[str]:
        """Return the variable."""
        return frozenset({self.variable} if self.variable else ())


class TotpStep(StepModel):
    """Compute the code of an authenticator app (TOTP, RFC 6238) and keep it as a secret variable."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "totp", "secret": "{{SHOP_TOTP_KEY}}", "variable": "CODE"}]}
    )

    action: Literal["totp"]
    secret: Annotated[Text, AfterValidator(_named)]
    """The secret with the key in Base32, as `{{NAME}}`; spaces in it do not matter."""
    variable: VariableName
    """The variable that gets the code."""
    digits: int = Field(default=6, ge=6, le=8)
    """Digits of the code."""
    period: int = Field(default=30, ge=15, le=300)
    """Seconds for which a code is valid."""
    algorithm: Literal["SHA1", "SHA256", "SHA512"] = "SHA1"
    """How it is computed."""
    min_validity_s: float = Field(default=0, ge=0, le=120, allow_inf_nan=False)
    """Wait for the next code when this one is not valid for so many seconds any more."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.min_validity_s >= self.period:
            raise ValueError(f"min_validity_s must be less than the period, {self.period} seconds")
        return self

    def summary(self) -> str:
        """Return the variable."""
        return f"Compute a one-time code as {self.variable}"

    def produces(self) -> frozenset[str]:
        """Return the variable."""
        return frozenset({self.variable})


class SaveLoginState:
    """Keeps a login state."""

    name = "save_login_state"
    title = "Keep a login state"
    model = SaveLoginStateStep

    def run(self, step: SaveLoginStateStep, scope: StepScope) -> None:
        """Keep it; its values are masked from then on."""
        content = taken_from(scope.context, scope.time_left_ms())
        scope.learn_secrets(*secrets_in(content))
        now = scope.now()
        state = LoginState(
            name=step.login_state, content=content, saved_at=now, expires_at=now + timedelta(hours=step.expires_h)
        )
        scope.session.login_states.keep(state)
        scope.note(expires_at=state.expires_at.isoformat(timespec="seconds"))

    def export(self, step: SaveLoginStateStep, code: CodeWriter) -> None:
        """Write it: within the test, the state is kept in memory."""
        kept = code.store("login_states")
        code.line(f"{kept}[{literal(step.login_state)}] = {code.page}.context.storage_state()")


class UseLoginState:
    """Uses a login state."""

    name = "use_login_state"
    title = "Use a login state"
    model = UseLoginStateStep

    def run(self, step: UseLoginStateStep, scope: StepScope) -> None:
        """Use it, if there is one."""
        state = scope.session.login_states.valid(step.login_state, scope.now())
        if state is not None:
            self._use(state, scope)
        elif step.required:
            raise StepFailure(missing_state(step.login_state), reason=Reason.MISSING_SECRET, verdict=Verdict.ERROR)
        scope.note(found=state is not None)
        if step.variable is not None:
            scope.set_variable(step.variable, "true" if state is not None else "false")

    def export(self, step: UseLoginStateStep, code: CodeWriter) -> None:
        """Write it: the state is one that the same test has kept."""
        kept, name = code.store("login_states"), literal(step.login_state)
        if step.variable is not None:
            code.line(f'values[{literal(step.variable)}] = "true" if {name} in {kept} else "false"')
        used = f"{code.page}.context.set_storage_state({kept}[{name}])"
        if step.required:
            code.line(used)
            return
        with code.block(f"if {name} in {kept}:"):
            code.line(used)

    def _use(self, state: LoginState, scope: StepScope) -> None:
        for page in scope.context.pages:
            if page.url != _BLANK:  # what is open holds on to what is to be replaced
                page.goto(_BLANK, timeout=scope.time_left_ms())
        give_to(scope.context, state.content, scope.time_left_ms())


class Totp:
    """Computes one-time codes."""

    name = "totp"
    title = "Compute a one-time code"
    model = TotpStep

    def run(self, step: TotpStep, scope: StepScope) -> None:
        """Compute the code that is valid now, or the next one if this one is nearly over."""
        key = scope.render(step.secret)
        scope.learn_secrets(key)
        seconds_left = step.period - scope.now().timestamp() % step.period
        if seconds_left < step.min_validity_s:
            self._wait(seconds_left, scope)
        scope.set_variable(step.variable, code_at(step, key, scope.now().timestamp()), secret=True)

    def export(self, step: TotpStep, code: CodeWriter) -> None:
        """Write it."""
        options = {name: getattr(step, name) for name in ("digits", "period", "algorithm", "min_validity_s")}
        fields = type(step).model_fields
        changed = {name: value for name, value in options.items() if value != fields[name].default}
        given = ", ".join([code.text(step.secret), *(f"{name}={literal(value)}" for name, value in changed.items())])
        code.line(f"values[{literal(step.variable)}] = {code.helper('one_time_code')}({given})")

    def _wait(self, seconds: float, scope: StepScope) -> None:
        if seconds * 1000 >= scope.time_left_ms():
            problem = f"the next code comes in {seconds:.0f} s, after the time of the step"
            raise StepFailure(problem, reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT)
        scope.page.wait_for_timeout(seconds * 1000)


def code_at(step: TotpStep, key: str, seconds: float) -> str:
    """Return the code that is valid at a time, in seconds since 1970.

    Raises:
        StepFailure: the key is not in Base32.
    """
    compact = "".join(key.split()).replace("-", "").upper().rstrip("=")
    try:
        raw = base64.b32decode(compact + "=" * (-len(compact) % 8))
    except binascii.Error:
        raw = b""
    if not raw:
        problem = f"the key that {step.secret} stands for is not in Base32"
        raise StepFailure(problem, reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR)
    algorithm = _ALGORITHMS[step.algorithm]()
    # Sites hand out keys that are shorter than the RFC asks for.
    generator = TOTP(raw, step.digits, algorithm, step.period, enforce_key_length=False)
    return generator.generate(seconds).decode()
