"""What one response says, as curl hands it over: header lines and decoded body, both capped."""

from collections.abc import Mapping

MAX_HEADER_BYTES = 128_000
MAX_HEADER_LINES = 1000


class Reading:
    """Collects one response; its methods are curl's callbacks, for which ``None`` means go on and 0 means stop."""

    __slots__ = ("_chunks", "_ended", "_header_size", "_lines", "_max_body", "body_too_big", "headers_too_big", "size")

    def __init__(self, max_body: int) -> None:
        self._lines: list[bytes] = []
        self._chunks: list[bytes] = []
        self._header_size = 0
        self._ended = False
        self._max_body = max_body
        self.size = 0
        self.body_too_big = False
        self.headers_too_big = False

    def on_header(self, line: bytes) -> int | None:
        """Take one line; a new status line (after an interim response) starts over, trailers are dropped."""
        self._header_size += len(line)
        if line.startswith(b"HTTP/"):
            self._lines.clear()
            self._ended = False
        elif self._ended:
            return None
        if self._header_size > MAX_HEADER_BYTES or len(self._lines) >= MAX_HEADER_LINES:
            self.headers_too_big = True
            return 0
        if line in {b"\r\n", b"\n"}:
            self._ended = True
        else:
            self._lines.append(line)
        return None

    def on_body(self, chunk: bytes) -> int | None:
        """Take decoded bytes, up to the cap."""
        self.size += len(chunk)
        if self.size > self._max_body:
            self.body_too_big = True
            return 0
        self._chunks.append(chunk)
        return None

    @property
    def body(self) -> bytes:
        """The decoded body as far as it was taken."""
        return b"".join(self._chunks)

    def headers(self) -> Mapping[str, str]:
        """Return the headers, names in lower case, repeated ones joined by ``", "``."""
        found: dict[str, str] = {}
        for name, value in self._fields():
            found[name] = f"{found[name]}, {value}" if name in found else value
        return found

    def first(self, wanted: str) -> str | None:
        """Return the first header of a (lower-case) name."""
        return next((value for name, value in self._fields() if name == wanted), None)

    def _fields(self) -> list[tuple[str, str]]:
        split = (line.decode("utf-8", "replace").partition(":") for line in self._lines[1:])
        return [(name.strip().lower(), value.strip()) for name, colon, value in split if colon]
