"""What answers tell of the calls that were counted."""

from starlette.datastructures import MutableHeaders

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
