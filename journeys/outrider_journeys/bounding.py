"""Calls of Playwright that know no time limit, made within one.

A page that is stuck in a loop never answers; what is asked of it then waits for ever. The call is cancelled from our
side, which Playwright's client allows for. It takes an attribute of every object of the synchronous API that is not
documented, ``_sync``: it is as old as that API.
"""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from outrider_engine.domain.verdicts import Reason, Verdict

from .actions.contract import StepFailure

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, CDPSession, Page


@contextmanager
def within_time(target: "Page | BrowserContext | CDPSession", timeout_ms: float) -> Iterator[None]:
    """Let each call of a method of ``target`` that is made inside take no longer than some milliseconds.

    Raises:
        StepFailure: one was not done in time.
    """
    unlimited = target._sync

    async def limited(call: Awaitable[Any]) -> Any:
        async with asyncio.timeout(timeout_ms / 1000):
            return await call

    object_: Any = target
    object_._sync = lambda awaitable: unlimited(limited(awaitable))
    try:
        yield
    except TimeoutError as error:
        if isinstance(error, PlaywrightTimeout):
            raise
        problem = f"the browser did not answer within {timeout_ms / 1000:.1f} s"
        raise StepFailure(problem, reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT) from None
    finally:
        del object_._sync
