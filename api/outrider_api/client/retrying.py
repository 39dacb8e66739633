"""Whether and when a request that was turned away is sent again."""

MOST_RETRIES = 4
LONGEST_PAUSE_S = 30.0
"""A server that asks for more is believed, and the caller is told instead of kept."""
_FIRST_PAUSE_S = 0.5


def retry_after(text: str | None) -> float | None:
    """Return the seconds of a ``Retry-After`` header; ``None`` when it has none (dates are not ours)."""
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def pause_before_retry(status: int, retry_after_s: float | None, retries: int) -> float | None:
    """Return how many seconds to wait before the next try; ``None`` when there is to be none.

    Args:
        status: how the server answered; only 429 and 503 say that it may do it later.
        retry_after_s: what it asked for.
        retries: how often the request has been sent again.
    """
    if status not in (429, 503) or retries >= MOST_RETRIES:
        return None
    pause = _FIRST_PAUSE_S * 2**retries if retry_after_s is None else retry_after_s
    return pause if pause <= LONGEST_PAUSE_S else None
