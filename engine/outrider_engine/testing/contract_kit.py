"""What every plugin has to keep to, as checks that its author runs; Outrider's own plugins pass them too."""

import asyncio
import inspect
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from outrider_engine.adapters.clock import SystemClock
from outrider_engine.adapters.http.curl import CurlHttpClient
from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.assertions import validate
from outrider_engine.contracts import AsyncCheckType, Delivery, LightContext, Notifier, NotifyContext
from outrider_engine.contracts.check_type import AnyCheckType
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.notifications import Message
from outrider_engine.domain.observations import Observation
from outrider_engine.errors import InvalidInput
from outrider_engine.plugin_manager import KIND

_UNKNOWN_FIELD = "a_field_that_nobody_has"


def check_type_problems(check_type: AnyCheckType) -> list[str]:
    """Return everything in which a check type departs from its contract; an empty list is what you want."""
    problems = _offer_problems(check_type)
    if check_type.family not in list(Family):
        problems.append("family is not a Family")
    if check_type.lane not in list(Lane):
        problems.append("lane is not a Lane")
    elif inspect.iscoroutinefunction(check_type.observe) is not (check_type.lane is Lane.ASYNC):
        problems.append(f"observe is {'no ' if check_type.lane is Lane.ASYNC else ''}a coroutine function")
    for assertion in check_type.default_assertions:
        try:
            validate(assertion)
        except InvalidInput as error:
            problems.append(f"default assertion: {error}")
    return problems


def notifier_problems(notifier: Notifier[Any]) -> list[str]:
    """Return everything in which a notifier departs from its contract; an empty list is what you want."""
    problems = _offer_problems(notifier)
    if not inspect.iscoroutinefunction(notifier.deliver):
        problems.append("deliver is no coroutine function")
    return problems


def observe(
    check_type: AsyncCheckType[Any],
    config: Mapping[str, Any],
    *,
    variables: Mapping[str, str] | None = None,
    base_url: str | None = None,
    timeout_s: float = 5.0,
    egress: EgressMode = EgressMode.PRIVATE,
) -> Observation:
    """Observe once, for real: through the guarded HTTP client and resolver, on an event loop of its own."""

    async def once() -> Observation:
        resolver = GuardedResolver(EgressPolicy(egress))
        http = CurlHttpClient(resolver)
        context = LightContext(
            check_name="under test",
            location="local",
            timeout_s=timeout_s,
            clock=SystemClock(),
            http=http,
            resolver=resolver,
            variables=variables or {},
            base_url=base_url,
        )
        try:
            return await check_type.observe(check_type.settings.model_validate(dict(config)), context)
        finally:
            await http.aclose()
            resolver.close()

    return asyncio.run(once())


def deliver(
    notifier: Notifier[Any],
    config: Mapping[str, Any],
    message: Message,
    *,
    egress: EgressMode = EgressMode.PRIVATE,
) -> Delivery:
    """Deliver one message, for real, on an event loop of its own.

    Raises:
        NotifyError: it was not accepted.
    """

    async def once() -> Delivery:
        resolver = GuardedResolver(EgressPolicy(egress))
        http = CurlHttpClient(resolver)
        try:
            settings = notifier.settings.model_validate(dict(config))
            delivery: Delivery = await notifier.deliver(
                message, settings, NotifyContext(clock=SystemClock(), http=http)
            )
            return delivery
        finally:
            await http.aclose()
            resolver.close()

    return asyncio.run(once())


def _offer_problems(offer: Any) -> list[str]:
    problems = []
    if not isinstance(offer.kind, str) or not KIND.fullmatch(offer.kind):
        problems.append(f"kind {offer.kind!r} is not made of lower-case letters, digits and _")
    if not isinstance(getattr(offer, "title", None), str) or not offer.title:
        problems.append("title is missing")
    return [*problems, *_model_problems(offer.settings)]


def _model_problems(model: type[BaseModel]) -> list[str]:
    problems = [
        f"field {name} has no description" for name, field in model.model_fields.items() if not field.description
    ]
    try:
        json.dumps(model.model_json_schema())
    except (TypeError, ValueError) as error:
        problems.append(f"settings have no JSON Schema: {error}")
    try:
        model.model_validate({_UNKNOWN_FIELD: 1})
        problems.append("settings accept unknown fields")
    except ValidationError as error:
        if not any(_UNKNOWN_FIELD in problem["loc"] for problem in error.errors()):
            problems.append("settings accept unknown fields")
    return problems
