"""How ``http`` observes: one exchange through the engine's guarded client, told as facts; nothing is judged here."""

import json
from typing import Any, cast

from outrider_engine.assertions import STATUS_IS_FINE
from outrider_engine.contracts import LightContext
from outrider_engine.contracts.http_exchanges import moved, observation_of
from outrider_engine.domain.assertions import Assertion
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Observation
from outrider_engine.ports.http import HttpRequest

from .settings import HttpSettings


class HttpCheckType:
    """Requests a URL once."""

    kind = "http"
    title = "HTTP"
    family = Family.MONITOR
    lane = Lane.ASYNC
    settings = HttpSettings
    default_assertions: tuple[Assertion, ...] = STATUS_IS_FINE

    def runnable_problem(self, settings: HttpSettings) -> str | None:
        """Return nothing: what is valid can run."""
        return None

    async def observe(self, settings: HttpSettings, context: LightContext) -> Observation:
        """Make the request once.

        Raises:
            InvalidInput: what the variables make of the settings is no request.
        """
        return observation_of(await context.http.send(_request(settings, context)))


def _request(settings: HttpSettings, context: LightContext) -> HttpRequest:
    parts: JsonValue = {"url": settings.url, "headers": settings.headers, "body": settings.body}
    rendered = cast("dict[str, Any]", context.render(parts))
    headers, body = rendered["headers"], rendered["body"]
    if body is not None and not isinstance(body, str):
        body = json.dumps(body, ensure_ascii=False)
        if "content-type" not in {name.lower() for name in headers}:
            headers["Content-Type"] = "application/json"
    return HttpRequest(
        url=moved(rendered["url"], context.base_url),
        method=settings.method,
        headers=headers,
        body=body.encode() if body is not None else None,
        timeout_s=context.timeout_s,
        max_redirects=settings.max_redirects if settings.follow_redirects else 0,
        max_body=settings.max_body,
        verify_tls=settings.verify_tls,
    )
