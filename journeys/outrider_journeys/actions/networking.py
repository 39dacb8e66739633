"""The network as pages find it: set_network slows it down or takes it away, block_requests keeps some from it."""

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from outrider_journeys.bounded_calls import within_time
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import literal
from outrider_journeys.steps import StepModel, shortened
from outrider_journeys.walking.throttling import COMMAND, NetworkConditions

from .addresses import AddressGlob, glob_of
from .contract import StepScope

if TYPE_CHECKING:
    from playwright.sync_api import Request, Route

Kilobits = Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)]


class SetNetworkStep(StepModel):
    """Slow the network of all pages down, take it away, or (`reset`) give it back as it is.

    What an earlier step said holds no longer. Only Chromium can be slowed down; frames of other sites are not.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "set_network", "download_kbps": 1600, "upload_kbps": 750, "latency_ms": 150},
                {"action": "set_network", "offline": True},
                {"action": "set_network", "reset": True},
            ]
        }
    )

    action: Literal["set_network"]
    offline: bool = False
    """Without a network at all."""
    download_kbps: Kilobits | None = None
    """Kilobits per second that come in at most."""
    upload_kbps: Kilobits | None = None
    """Kilobits per second that go out at most."""
    latency_ms: float = Field(default=0, ge=0, le=60_000, allow_inf_nan=False)
    """Milliseconds that pass at least between a request and the beginning of its answer."""
    reset: bool = False
    """As if there had been no such step."""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        wishes = [self.offline, not self.conditions.is_unlimited, self.reset]
        if wishes.count(True) != 1:
            raise ValueError("give either offline, or reset, or some of download_kbps, upload_kbps and latency_ms")
        return self

    @property
    def conditions(self) -> NetworkConditions:
        """How slow it is to be."""
        return NetworkConditions(
            download_kbps=self.download_kbps, upload_kbps=self.upload_kbps, latency_ms=self.latency_ms
        )

    def summary(self) -> str:
        """Return what is done to it."""
        if self.offline:
            return "Go offline"
        return "Give the network back" if self.reset else "Slow the network down"


class BlockRequestsStep(StepModel):
    """Let requests to some addresses fail from now on, those of an advertiser for instance; `unmock` ends it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "block_requests", "urls": ["**/*.woff2", "**/analytics/**"]}]}
    )

    action: Literal["block_requests"]
    urls: tuple[AddressGlob, ...] = Field(min_length=1, max_length=100)
    """Globs of the addresses: `*` stands for anything but `/`, `**` for anything, `{a,b}` for one of several."""

    def summary(self) -> str:
        """Return the first of them."""
        more = f" and {len(self.urls) - 1} more" if len(self.urls) > 1 else ""
        return f"Block {shortened(self.urls[0], 40)}{more}"


class SetNetwork:
    """Changes the network."""

    name = "set_network"
    title = "Change the network"
    model = SetNetworkStep

    def run(self, step: SetNetworkStep, scope: StepScope) -> None:
        """Change it."""
        with within_time(scope.context, scope.time_left_ms()):
            # Whichever of the two comes last says whether there is a network at all.
            if step.offline:
                scope.session.throttle.apply(step.conditions)
            scope.context.set_offline(step.offline)
            if not step.offline:
                scope.session.throttle.apply(step.conditions)

    def export(self, step: SetNetworkStep, code: CodeWriter) -> None:
        """Write it."""
        if not step.reset and not step.offline:
            code.line(f"network = {code.page}.context.new_cdp_session({code.page})")
            code.call("network.send", literal(COMMAND), literal(step.conditions.command()))
            return
        code.line(f"{code.page}.context.set_offline({step.offline})")


class BlockRequests:
    """Blocks requests."""

    name = "block_requests"
    title = "Block requests"
    model = BlockRequestsStep

    def run(self, step: BlockRequestsStep, scope: StepScope) -> None:
        """Block them from now on."""
        with within_time(scope.context, scope.time_left_ms()):
            for url in step.urls:
                scope.session.interception.add(glob_of(url, scope), _refuse)

    def export(self, step: BlockRequestsStep, code: CodeWriter) -> None:
        """Write it."""
        for url in step.urls:
            code.line(f"{code.page}.context.route({code.text(url)}, lambda route: route.abort())")


def _refuse(route: "Route", _request: "Request") -> None:
    route.abort("blockedbyclient")
