"""The check type ``banner``: what a TCP service says first."""

import asyncio
import socket

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.contracts import LightContext
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.verdicts import Reason, Verdict

LONGEST_BANNER = 512


class BannerSettings(BaseModel):
    """Where to connect to."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field(description="Name or address of the service.", examples=["mail.example.com"])
    port: int = Field(ge=1, le=65535, description="Port of the service.", examples=[25])


class BannerCheckType:
    """Connects and reads one line; whether it is the right one is for the check's assertions to say."""

    kind = "banner"
    title = "TCP banner"
    family = Family.MONITOR
    lane = Lane.ASYNC
    settings = BannerSettings
    default_assertions = (Assertion(Source.FACT, Operator.NOT_EMPTY, selector="banner"),)

    def runnable_problem(self, settings: BannerSettings) -> str | None:
        """Return nothing: every valid check of this type can run."""
        return None

    async def observe(self, settings: BannerSettings, context: LightContext) -> Observation:
        """Connect to an address that the egress policy allows and read the greeting."""
        began = context.clock.monotonic()
        phases: dict[str, float] = {}

        def passed() -> float:
            return (context.clock.monotonic() - began) * 1000

        try:
            addresses = await context.resolver.resolve(settings.host, timeout_s=context.timeout_s)
            phases["dns"] = passed()
            async with asyncio.timeout(context.timeout_s):
                reader, writer = await asyncio.open_connection(addresses[0], settings.port)
                phases["connect"] = passed() - phases["dns"]
                banner = await reader.readline()
                phases["first_byte"] = passed() - phases["connect"] - phases["dns"]
                writer.close()
                await writer.wait_closed()
        except socket.gaierror as error:
            return _failed(passed(), phases, Verdict.FAILED, Reason.DNS, f"{settings.host} does not resolve: {error}")
        except TimeoutError:
            return _failed(passed(), phases, Verdict.TIMED_OUT, Reason.TIMEOUT, "no greeting in time")
        except OSError as error:
            return _failed(passed(), phases, Verdict.FAILED, Reason.CONNECT, f"no connection: {error}")
        text = banner[:LONGEST_BANNER].decode(errors="replace").rstrip("\r\n")
        return Observation(duration_ms=passed(), phases=phases, facts={"banner": text, "ip": addresses[0]})


def _failed(
    duration_ms: float, phases: dict[str, float], verdict: Verdict, reason: Reason, message: str
) -> Observation:
    return Observation(duration_ms=duration_ms, phases=phases, failure=Failure(verdict, reason, message))
