"""``/hb/{token}``: pings of jobs that heartbeats watch. The token is all they need."""

from typing import Annotated

from fastapi import Path, Query, Request
from fastapi.concurrency import run_in_threadpool

from outrider_api.http.answers import Answer
from outrider_api.http.documented import ERRORS
from outrider_api.http.routing import Routes
from outrider_api.http.services import Ask
from outrider_api.http.wire.pings import PingOut, read_exit_code
from outrider_engine.services.pinging import MOST_OUTPUT, Ping, PingService

router = Routes(prefix="/hb", tags=["Heartbeats"], responses={status: ERRORS[status] for status in (400, 404, 503)})

_Took = Annotated[
    float | None, Query(ge=0, le=31_536_000_000, allow_inf_nan=False, description="Milliseconds that the job took.")
]
_Code = Annotated[str, Path(description="The job's exit code; 0 is a success.")]
_MOST_READ = 10_000_000
"""Bytes of a job's output that are read on the way to its end; what is beyond them is not looked at."""


@router.get("/{token}", operation_id="ping")
@router.head("/{token}", include_in_schema=False)
async def ping(token: str, services: Ask, duration_ms: _Took = None) -> Answer[PingOut]:
    """Tell that a job ended well."""
    return await _told(services.pings, token, Ping(duration_ms=duration_ms))


@router.get("/{token}/{exit_code}", operation_id="pingExitCode")
@router.head("/{token}/{exit_code}", include_in_schema=False)
async def ping_exit_code(token: str, exit_code: _Code, services: Ask, duration_ms: _Took = None) -> Answer[PingOut]:
    """Tell how a job ended."""
    return await _told(services.pings, token, Ping(exit_code=read_exit_code(exit_code), duration_ms=duration_ms))


@router.post("/{token}", operation_id="pingWithOutput")
async def ping_with_output(token: str, request: Request, services: Ask, duration_ms: _Took = None) -> Answer[PingOut]:
    """Tell that a job ended well; the body is what it wrote, the end of which is kept with the run."""
    output = await _output(request)
    return await _told(services.pings, token, Ping(output=output, duration_ms=duration_ms))


@router.post("/{token}/{exit_code}", operation_id="pingExitCodeWithOutput")
async def ping_exit_code_with_output(
    token: str, exit_code: _Code, request: Request, services: Ask, duration_ms: _Took = None
) -> Answer[PingOut]:
    """Tell how a job ended; the body is what it wrote, the end of which is kept with the run."""
    code, output = read_exit_code(exit_code), await _output(request)
    return await _told(services.pings, token, Ping(exit_code=code, output=output, duration_ms=duration_ms))


async def _told(pings: PingService, token: str, ping: Ping) -> Answer[PingOut]:
    await run_in_threadpool(pings.ping, token, ping)
    return Answer(data=PingOut())


async def _output(request: Request) -> bytes:
    """Return the end of a body, however long it is."""
    end, read = b"", 0
    async for chunk in request.stream():
        end, read = (end + chunk)[-MOST_OUTPUT:], read + len(chunk)
        if read > _MOST_READ:
            break
    return end
