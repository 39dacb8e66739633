"""Calls of Playwright that know no time limit of their own, such as ``evaluate`` and ``Response.body``, within a time.

The call is cancelled from our side, which Playwright's client allows for (it then tells the driver to give up, too). It
takes a method of every object of the synchronous API that is not documented, ``_sync``, which is as old as that API.
What takes the time is not ended by it: a page that is in a loop stays there.
"""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from outrider_engine.domain.verdicts import Reason, Verdict

from .actions.contract import StepFailure

ResultT = TypeVar("ResultT")


@contextmanager
def within_time(owner: Any, timeout_ms: float, *, grace_ms: float = 0) -> Iterator[None]:
    """Let each call of a method of an object of Playwright's that is made inside take no longer than this.

    Args:
        owner: a page, an element, a browser context, a response.
        timeout_ms: in milliseconds.
        grace_ms: what is added for a call with a limit of its own, which comes first then, because it says more.

    Raises:
        StepFailure: the browser did not answer in time.
    """
    unlimited, outer = owner._sync, vars(owner).get("_sync")
    owner._sync = lambda call: unlimited(_limited(call, timeout_ms + grace_ms))
    try:
        with _told_as_late(timeout_ms):
            yield
    finally:
        if outer is None:
            del owner._sync
        else:
            owner._sync = outer


async def _limited(call: Awaitable[ResultT], timeout_ms: float) -> ResultT:
    async with asyncio.timeout(timeout_ms / 1000):
        return await call


@contextmanager
def _told_as_late(timeout_ms: float) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        if isinstance(error, PlaywrightTimeout):
            raise
        problem = f"the page did not answer within {timeout_ms / 1000:.1f} s"
        raise StepFailure(problem, reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT) from None
