"""Letting a check type or a notifier do its work once, for real, without a server."""

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from outrider_engine.adapters.clock import SystemClock
from outrider_engine.adapters.http.curl import CurlHttpClient
from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.assertions import judging
from outrider_engine.contracts import (
    AsyncCheckType,
    Delivery,
    LightContext,
    Notifier,
    NotifyContext,
    ProcessCheckType,
    ProcessContext,
    ThreadCheckType,
)
from outrider_engine.domain.checks import Lane
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.notifications import Message
from outrider_engine.domain.observations import Observation, StepResult
from outrider_engine.domain.redaction import Redactor
from outrider_engine.ports.mail import Mailer

_NAME = "under test"


def observe(
    check_type: AsyncCheckType[Any] | ThreadCheckType[Any],
    config: Mapping[str, Any],
    *,
    variables: Mapping[str, str] | None = None,
    pinned: Collection[str] = (),
    base_url: str | None = None,
    timeout_s: float = 5.0,
    egress: EgressMode = EgressMode.PRIVATE,
) -> Observation:
    """Observe once, through the guarded HTTP client and resolver, on an event loop or in a thread as in a worker.

    What the check type raises is raised here too; in a worker it ends the run as an error.
    """

    async def once() -> Observation:
        async with _network(egress) as (http, resolver):
            context = LightContext(
                check_name=_NAME,
                location="local",
                timeout_s=timeout_s,
                clock=SystemClock(),
                http=http,
                resolver=resolver,
                judge=judging(Redactor(())),
                variables=variables or {},
                pinned=pinned,
                base_url=base_url,
            )
            seen: Observation = await (
                asyncio.to_thread(plugin.observe, settings, context)
                if plugin.lane is Lane.THREAD
                else plugin.observe(settings, context)
            )
            return seen

    plugin: Any = check_type
    settings = check_type.settings.model_validate(dict(config))
    return asyncio.run(once())


def observe_in_process(
    check_type: ProcessCheckType[Any],
    config: Mapping[str, Any],
    folder: Path,
    *,
    proxy: str | None = None,
    variables: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    base_url: str | None = None,
    timeout_s: float = 30.0,
) -> Observation:
    """Prepare, observe once and close a check type of the process lane, here and now; its files are in ``folder``.

    In a worker this happens in a supervised process behind the egress proxy; here nothing limits it but itself.
    """
    steps: dict[int, StepResult] = {}

    def on_step(step: StepResult) -> None:
        steps[step.index] = step

    settings = check_type.settings.model_validate(dict(config))
    check_type.prepare(dict(os.environ))
    try:
        seen = check_type.observe(
            settings,
            ProcessContext(
                check_name=_NAME,
                timeout_s=timeout_s,
                clock=SystemClock(),
                folder=folder,
                proxy=proxy,
                artifacts="always",
                on_step=on_step,
                variables=variables or {},
                secrets=secrets or {},
                base_url=base_url,
            ),
        )
    finally:
        check_type.close()
    steps |= {step.index: step for step in seen.steps}
    return replace(seen, steps=tuple(steps[index] for index in sorted(steps)))


def deliver(
    notifier: Notifier[Any],
    config: Mapping[str, Any],
    message: Message,
    *,
    egress: EgressMode = EgressMode.PRIVATE,
    public_url: str | None = None,
    mailer: Mailer | None = None,
    place: str | None = None,
) -> Delivery:
    """Deliver one message, for real, on an event loop of its own.

    Raises:
        NotifyError: it was not accepted.
    """

    async def once() -> Delivery:
        async with _network(egress) as (http, _):
            context = NotifyContext(clock=SystemClock(), http=http, public_url=public_url, mailer=mailer, place=place)
            delivery: Delivery = await notifier.deliver(message, settings, context)
            return delivery

    settings = notifier.settings.model_validate(dict(config))
    return asyncio.run(once())


@asynccontextmanager
async def _network(egress: EgressMode) -> AsyncIterator[tuple[CurlHttpClient, GuardedResolver]]:
    resolver = GuardedResolver(EgressPolicy(egress))
    http = CurlHttpClient(resolver)
    try:
        yield http, resolver
    finally:
        await http.aclose()
        resolver.close()
