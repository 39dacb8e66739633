"""How ``tcp`` observes: connect, secure, talk; what was learned on the way is told, whatever came of it."""

import asyncio
import functools
import ssl
from pathlib import Path
from typing import cast

from outrider_engine.contracts import LightContext
from outrider_engine.domain.assertions import Assertion
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.observations import Observation

from .settings import TcpSettings
from .visit import Trust, Visit, Wanted


class TcpCheckType:
    """Connects once.

    Args:
        ca_file: certificate authorities in PEM form; the machine's own by default.
    """

    kind = "tcp"
    title = "TCP"
    family = Family.MONITOR
    lane = Lane.ASYNC
    settings = TcpSettings
    default_assertions: tuple[Assertion, ...] = ()

    def __init__(self, *, ca_file: Path | None = None) -> None:
        self._ca_file = ca_file

    def runnable_problem(self, settings: TcpSettings) -> str | None:
        """Return nothing: what is valid can run."""
        return None

    async def observe(self, settings: TcpSettings, context: LightContext) -> Observation:
        """Connect once.

        Raises:
            InvalidInput: a variable is not known.
            EgressDenied: the host may not be reached.
        """
        texts = {"host": settings.host, "send": settings.send, "expect": settings.expect}
        rendered = cast("dict[str, str | None]", context.render(texts))
        wanted = Wanted(
            host=str(rendered["host"]).strip().removeprefix("[").removesuffix("]"),
            port=settings.port,
            tls=settings.tls,
            send=rendered["send"],
            expect=rendered["expect"],
        )
        visit = Visit(wanted, context, self._trust if settings.tls.enabled else None)
        try:
            async with asyncio.timeout(context.timeout_s):
                await visit.make()
        except TimeoutError:
            visit.timed_out()
        return visit.observation()

    @functools.cached_property
    def _trust(self) -> Trust:
        """Made at the first handshake and kept: reading the authorities takes about 20 ms."""
        verifying = ssl.create_default_context(cafile=self._ca_file)
        trusting = ssl.create_default_context(cafile=self._ca_file)
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        return Trust(verifying, trusting)
