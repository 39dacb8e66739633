"""Sending a kept file: whole or one byte range (RFC 9110, section 14), never as something that a browser executes."""

import asyncio
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import BinaryIO
from urllib.parse import quote

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from outrider_engine.domain.runs import Artifact
from outrider_engine.errors import NotFound

from .etags import ANY, of_plain, same_kind

CHUNK = 256 * 1024
"""Bytes read at a time."""

Opener = Callable[[Artifact], AbstractContextManager[BinaryIO]]

_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


class Download(Response):
    """Streams an artifact from its store; the file is opened before the first byte of the answer."""

    def __init__(self, artifact: Artifact, opener: Opener, request_headers: Mapping[str, str]) -> None:
        super().__init__()
        self._artifact = artifact
        self._opener = opener
        self._first, self._length = 0, artifact.size
        etag = f'"{artifact.digest}"'
        headers = {
            "ETag": etag,
            "Accept-Ranges": "bytes",
            "Cache-Control": "private, max-age=86400, immutable",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(artifact.name, safe='')}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        }
        self.status_code = 200
        if (known := _known(request_headers.get("if-none-match"), etag)) is not None:
            self.status_code, self._length = 304, 0
            headers["ETag"] = same_kind(etag, known)
        else:
            headers["Content-Type"] = artifact.content_type
            self._apply_range(request_headers, etag, headers)
            headers["Content-Length"] = str(self._length)
        self.init_headers(headers)
        if self.status_code == 304:
            del self.headers["content-length"]

    def _apply_range(self, request_headers: Mapping[str, str], etag: str, headers: dict[str, str]) -> None:
        if request_headers.get("if-range", etag) != etag:
            return
        wanted = _RANGE.fullmatch(request_headers.get("range", "").strip())
        if wanted is None or (wanted[2] and int(wanted[2]) < int(wanted[1])):
            return
        size = self._artifact.size
        part = _part(wanted, size)
        if part is None:
            self.status_code, self._length = 416, 0
            headers["Content-Range"] = f"bytes */{size}"
            return
        first, last = part
        self.status_code, self._first, self._length = 206, first, last - first + 1
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        with ExitStack() as stack:
            file: BinaryIO | None = None
            if self._length and scope["method"] != "HEAD":
                file = await self._opened(stack)
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            left = self._length if file is not None else 0
            while file is not None and left:
                chunk = await asyncio.to_thread(file.read, min(CHUNK, left))
                if not chunk:
                    raise OSError(f"the artifact {self._artifact.id} is shorter than it was")
                left -= len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _opened(self, stack: ExitStack) -> BinaryIO:
        try:
            file = await asyncio.to_thread(lambda: stack.enter_context(self._opener(self._artifact)))
        except FileNotFoundError:
            raise NotFound("artifact", self._artifact.id) from None
        await asyncio.to_thread(file.seek, self._first)
        return file


def _known(header: str | None, etag: str) -> str | None:
    """Return the tag by which a client knows the file, ``None`` when it does not."""
    tags = [] if header is None else [one.strip() for one in header.split(",")]
    return next((one for one in tags if one == ANY or of_plain(one) == etag), None)


def _part(wanted: re.Match[str], size: int) -> tuple[int, int] | None:
    if wanted[3] is not None:
        length = min(int(wanted[3]), size)
        return (size - length, size - 1) if length else None
    first = int(wanted[1])
    last = min(int(wanted[2]), size - 1) if wanted[2] else size - 1
    return (first, last) if first < size else None
