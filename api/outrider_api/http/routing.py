"""Routes whose functions wait for the database: each is handed to a thread once."""

from collections.abc import Callable
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool


class Routes(APIRouter):
    """A router of such routes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=InThread, **options)


class InThread(APIRoute):
    """A route whose function runs in a thread.

    FastAPI would do the same, but go to another thread afterwards to look whether what came back is of the right type:
    as what it declares is a model, and models are what these functions return, there is nothing to look at.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint if iscoroutinefunction(endpoint) else _in_thread(endpoint), **options)


def _in_thread(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    async def answer(**values: Any) -> Any:
        return await run_in_threadpool(partial(function, **values))

    return answer
