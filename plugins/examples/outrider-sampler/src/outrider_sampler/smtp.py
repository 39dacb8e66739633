"""The check type ``smtp``: what a mail server offers, asked with a library that blocks."""

import smtplib
import socket
import time

from outrider_engine.contracts import LightContext
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.verdicts import Reason, Verdict
from pydantic import BaseModel, ConfigDict, Field


class SmtpSettings(BaseModel):
    """Which mail server to ask."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field(description="Name or address of the mail server.", examples=["mx.example.com"])
    port: int = Field(default=25, ge=1, le=65535, description="Its port.")


class SmtpCheckType:
    """Says EHLO and leaves."""

    kind = "smtp"
    title = "Mail server"
    family = Family.MONITOR
    lane = Lane.THREAD
    settings = SmtpSettings
    default_assertions: tuple[Assertion, ...] = (Assertion(Source.FACT, Operator.EQUALS, 250, selector="code"),)

    def runnable_problem(self, settings: SmtpSettings) -> str | None:
        """Return nothing: every valid check of this type can run."""
        return None

    def observe(self, settings: SmtpSettings, context: LightContext) -> Observation:
        """Connect to an address that the egress policy allows, and say EHLO."""
        began = time.perf_counter()

        def passed_ms() -> float:
            return (time.perf_counter() - began) * 1000

        def failed(verdict: Verdict, reason: Reason, message: str) -> Observation:
            return Observation(duration_ms=passed_ms(), failure=Failure(verdict, reason, message))

        try:
            address = context.addresses(settings.host)[0]
            with smtplib.SMTP(address, settings.port, local_hostname="outrider", timeout=context.timeout_s) as session:
                code, _ = session.ehlo()
                facts: dict[str, JsonValue] = {"code": code, "offers": sorted(session.esmtp_features), "ip": address}
        except socket.gaierror as error:
            return failed(Verdict.FAILED, Reason.DNS, f"{settings.host} does not resolve: {error}")
        except TimeoutError:
            return failed(Verdict.TIMED_OUT, Reason.TIMEOUT, "the mail server did not answer in time")
        except smtplib.SMTPException as error:
            return failed(Verdict.FAILED, Reason.PROTOCOL, f"that is no mail server that serves: {error}")
        except OSError as error:
            return failed(Verdict.FAILED, Reason.CONNECT, f"no connection: {error}")
        return Observation(duration_ms=passed_ms(), facts=facts)
