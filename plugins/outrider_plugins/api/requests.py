"""From a step to the request that is sent: variables filled in, the body encoded, the address absolute."""

from collections.abc import Mapping
from typing import Any, cast

from outrider_engine.contracts.http_exchanges import absolute
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.templates import names_in_tree, render, render_tree
from outrider_engine.ports.http import CookieJar, HttpRequest

from .bodies import encoded
from .settings import ApiRequest, ApiStep


def request_of(
    asked: ApiRequest,
    values: Mapping[str, str],
    *,
    base_url: str | None,
    timeout_s: float,
    boundary: str,
    cookies: CookieJar,
) -> HttpRequest:
    """Return the request of a step.

    Raises:
        UnknownVariable: it names a value that there is not.
        InvalidInput: what the values make of it is no request.
    """
    parts: JsonValue = {"url": asked.url, "headers": asked.headers, "body": asked.body}
    rendered = cast("dict[str, Any]", render_tree(parts, values))
    headers: dict[str, str] = rendered["headers"]
    body, content_type = encoded(rendered["body"], boundary)
    if content_type is not None and "content-type" not in {name.lower() for name in headers}:
        headers["Content-Type"] = content_type
    return HttpRequest(
        url=absolute(rendered["url"], render(base_url, values) if base_url is not None else None),
        method=asked.method,
        headers=headers,
        body=body,
        timeout_s=timeout_s,
        max_redirects=asked.max_redirects if asked.follow_redirects else 0,
        max_body=asked.max_body,
        verify_tls=asked.verify_tls,
        cookies=cookies,
    )


def names_of(step: ApiStep) -> set[str]:
    """Return the values that a step needs."""
    request = step.request
    tree: list[JsonValue] = [request.url, dict(request.headers), request.body]
    tree += [[one.expected, one.selector] for one in step.judged()]
    tree += [one.path for one in step.extract]
    return names_in_tree(tree)
