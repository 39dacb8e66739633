"""The check type ``banner``: what a TCP service says first."""

import asyncio
import socket

from outrider_engine.contracts import LightContext
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.verdicts import Reason, Verdict
from pydantic import BaseModel, ConfigDict, Field

LONGEST_BANNER = 512


class BannerSettings(BaseModel):
    """Where to connect to."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field(description="Name or address of the service; may name variables.", examples=["mail.example.com"])
    port: int = Field(ge=1, le=65535, description="Port of the service.", examples=[25])


class BannerCheckType:
    """Connects and reads one line; whether it is the right one is for the check's assertions to say."""

    kind = "banner"
    title = "TCP banner"
    family = Family.MONITOR
    lane = Lane.ASYNC
    settings = BannerSettings
    default_assertions: tuple[Assertion, ...] = (Assertion(Source.FACT, Operator.NOT_EMPTY, selector="banner"),)

    def runnable_problem(self, settings: BannerSettings) -> str | None:
        """Return nothing: every valid check of this type can run."""
        return None

    async def observe(self, settings: BannerSettings, context: LightContext) -> Observation:
        """Connect to an address that the egress policy allows and read the greeting."""
        began = context.clock.monotonic()
        phases: dict[str, float] = {}

        def phase(name: str) -> None:
            phases[name] = (context.clock.monotonic() - began) * 1000 - sum(phases.values())

        def seen(failure: Failure | None = None, **facts: str) -> Observation:
            duration_ms = (context.clock.monotonic() - began) * 1000
            return Observation(duration_ms=duration_ms, phases=phases, facts=facts, failure=failure)

        host = str(context.render(settings.host))
        try:
            async with asyncio.timeout(context.timeout_s):
                addresses = await context.resolver.resolve(host, timeout_s=context.timeout_s)
                phase("dns")
                reader, writer = await asyncio.open_connection(addresses[0], settings.port)
                phase("connect")
                try:
                    banner = await _first_line(reader)
                finally:
                    writer.close()
                phase("first_byte")
        except socket.gaierror as error:
            return seen(Failure(Verdict.FAILED, Reason.DNS, f"{host} does not resolve: {error}"))
        except TimeoutError:
            return seen(Failure(Verdict.TIMED_OUT, Reason.TIMEOUT, "no greeting in time"))
        except OSError as error:
            return seen(Failure(Verdict.FAILED, Reason.CONNECT, f"no connection: {error}"))
        return seen(banner=banner, ip=addresses[0])


async def _first_line(reader: asyncio.StreamReader) -> str:
    """Return what is sent before the first line break; of an endless line, the beginning."""
    received = b""
    while b"\n" not in received and len(received) < LONGEST_BANNER:
        chunk = await reader.read(LONGEST_BANNER - len(received))
        if not chunk:
            break
        received += chunk
    return received.partition(b"\n")[0].decode(errors="replace").rstrip("\r")
