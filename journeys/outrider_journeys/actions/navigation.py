"""Going to pages: goto, reload, back, forward."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import ConfigDict, Field

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.faults import UNREACHED
from outrider_journeys.steps import StepModel, shortened
from outrider_journeys.strict_model import Text

from .contract import StepFailure, StepScope

if TYPE_CHECKING:
    from playwright.sync_api import Response

PROXY_HEADER = "x-outrider-proxy"
"""Header of answers that the egress proxy gives itself; it lets nobody else set it."""
_REFUSALS = {
    "egress-denied": (Verdict.ERROR, Reason.EGRESS_DENIED),
    "dns": (Verdict.FAILED, Reason.DNS),
    "connect": (Verdict.FAILED, Reason.CONNECT),
    "protocol": (Verdict.FAILED, Reason.PROTOCOL),
}

WaitUntil = Literal["load", "domcontentloaded", "networkidle", "commit"]
StatusCode = Annotated[int, Field(ge=100, le=599)]


class NavigatingStep(StepModel):
    """A step that loads a page."""

    wait_until: WaitUntil = "load"
    """When the page counts as loaded; `commit` is when its first bytes have come."""
    status: Literal["any"] | tuple[StatusCode, ...] | None = None
    """HTTP status codes that are fine, or `any`; every one below 400 when absent."""

    @property
    def navigates(self) -> bool:
        """Whether it loads a page: it does."""
        return True


class GotoStep(NavigatingStep):
    """Open an address."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "goto", "url": "/"}]})

    action: Literal["goto"]
    url: Text = Field(min_length=1)
    """Absolute, or relative to the journey's base URL."""
    referer: Text | None = None
    """The page that the site is told one comes from."""

    def summary(self) -> str:
        """Return `Open` and the address."""
        return f"Open {shortened(self.url)}"


class ReloadStep(NavigatingStep):
    """Load the page again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "reload"}]})

    action: Literal["reload"]


class BackStep(NavigatingStep):
    """Go back in the browser's history."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "back"}]})

    action: Literal["back"]

    def summary(self) -> str:
        """Return the step in words."""
        return "Go back"


class ForwardStep(NavigatingStep):
    """Go forward in the browser's history."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "forward"}]})

    action: Literal["forward"]

    def summary(self) -> str:
        """Return the step in words."""
        return "Go forward"


class Goto:
    """Opens an address."""

    name = "goto"
    title = "Open an address"
    model = GotoStep

    def run(self, step: GotoStep, scope: StepScope) -> None:
        """Load it and judge its status."""
        address = scope.address(step.url)
        referer = scope.address(step.referer) if step.referer else None
        response = scope.page.goto(address, wait_until=step.wait_until, timeout=scope.time_left_ms(), referer=referer)
        _judge(step, response, scope)

    def export(self, step: GotoStep, code: CodeWriter) -> None:
        """Load it and judge its status."""
        code.goto(step.url, step, wait_until=step.wait_until, status=step.status, referer=step.referer)


class Reload:
    """Loads the page again."""

    name = "reload"
    title = "Reload the page"
    model = ReloadStep

    def run(self, step: ReloadStep, scope: StepScope) -> None:
        """Reload and judge the status."""
        _judge(step, scope.page.reload(wait_until=step.wait_until, timeout=scope.time_left_ms()), scope)

    def export(self, step: ReloadStep, code: CodeWriter) -> None:
        """Reload and judge the status."""
        code.loads(f"{code.page}.reload", step, wait_until=step.wait_until, status=step.status)


class Back:
    """Goes back."""

    name = "back"
    title = "Go back"
    model = BackStep

    def run(self, step: BackStep, scope: StepScope) -> None:
        """Go back; that there is no earlier page is a failure."""
        before = scope.page.url
        response = scope.page.go_back(wait_until=step.wait_until, timeout=scope.time_left_ms())
        _moved(step, response, before, scope)

    def export(self, step: BackStep, code: CodeWriter) -> None:
        """Go back."""
        code.loads(f"{code.page}.go_back", step, wait_until=step.wait_until, status=step.status)


class Forward:
    """Goes forward."""

    name = "forward"
    title = "Go forward"
    model = ForwardStep

    def run(self, step: ForwardStep, scope: StepScope) -> None:
        """Go forward; that there is no later page is a failure."""
        before = scope.page.url
        response = scope.page.go_forward(wait_until=step.wait_until, timeout=scope.time_left_ms())
        _moved(step, response, before, scope)

    def export(self, step: ForwardStep, code: CodeWriter) -> None:
        """Go forward."""
        code.loads(f"{code.page}.go_forward", step, wait_until=step.wait_until, status=step.status)


def refusal_in(url: str, headers: Mapping[str, str]) -> StepFailure | None:
    """Return the failure that the egress proxy tells in the headers of an answer; ``None`` if that is the site's."""
    refusal = _REFUSALS.get(headers.get(PROXY_HEADER, ""))
    if refusal is None:
        return None
    verdict, reason = refusal
    return StepFailure(f"{url} could not be reached: {UNREACHED[reason]}", reason=reason, verdict=verdict)


def _moved(step: BackStep | ForwardStep, response: "Response | None", before: str, scope: StepScope) -> None:
    if response is None and scope.page.url == before:
        raise StepFailure(f"there is no page to go {step.action} to", reason=Reason.NAVIGATION)
    _judge(step, response, scope)


def _judge(step: NavigatingStep, response: "Response | None", scope: StepScope) -> None:
    scope.note(url=scope.page.url)
    loaded(response, step.status, scope)


def loaded(response: "Response | None", fine: Literal["any"] | tuple[int, ...] | None, scope: StepScope) -> None:
    """Judge the answer to the request for a page.

    Raises:
        StepFailure: it is of the egress proxy, which forbids the page or did not reach it, or its status is not fine.
    """
    if response is None:
        return
    refusal = refusal_in(response.url, response.headers)
    if refusal is not None:
        raise refusal
    scope.note(status=response.status)
    if not (response.status < 400 if fine is None else fine == "any" or response.status in fine):
        raise StepFailure(
            f"{response.url} answered {response.status}", reason=Reason.HTTP_STATUS, verdict=Verdict.FAILED
        )
