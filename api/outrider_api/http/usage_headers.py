"""What answers tell of the calls that were counted."""

from starlette.datastructures import MutableHeaders

from outrider_engine.domain.rates import Allowance
from outrider_engine.domain.usage import CallUsage

from .wire.moments import shown


def tell_usage(headers: MutableHeaders, usage: CallUsage) -> None:
    """Add the ``X-API-*`` headers to an answer."""
    headers["X-API-Limit"] = "unlimited" if usage.limit is None else str(usage.limit)
    headers["X-API-Usage"] = str(usage.organization_calls)
    headers["X-API-Key-Usage"] = str(usage.key_calls)
    headers["X-API-Reset"] = shown(usage.resets_at)
    if usage.remaining is not None:
        headers["X-API-Remaining"] = str(usage.remaining)


def tell_allowance(headers: MutableHeaders, allowance: Allowance, *, now_s: int = 0) -> None:
    """Add the ``RateLimit-*`` headers, and the same under their older names.

    ``X-RateLimit-Reset`` is a number of seconds from now, or with ``now_s`` (Unix seconds) a Unix time.
    """
    told = {"Limit": allowance.limit, "Remaining": allowance.remaining, "Reset": allowance.full_after_s}
    for name, value in told.items():
        headers[f"RateLimit-{name}"] = headers[f"X-RateLimit-{name}"] = str(value)
    headers["X-RateLimit-Reset"] = str(now_s + allowance.full_after_s)
