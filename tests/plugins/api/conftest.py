"""An API on this machine, with a login, a session cookie and an echo."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

TOKEN = "tok-4711-very-secret"


class Api:
    """The address of the API, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.base = ""


def _handler(api: Api) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = {"method": self.command, "path": self.path, "headers": headers, "body": body.decode("latin-1")}
            api.asked.append(seen)
            answer, status = {"echo": seen, "token": TOKEN, "user": {"id": 7, "note": None}}, 200
            if self.path.startswith("/status/"):
                status = int(self.path.rpartition("/")[2])
            content = json.dumps(answer).encode()
            self.send_response(status)
            if self.path == "/login":
                self.send_header("Set-Cookie", "sid=abc123; Path=/; HttpOnly")
                self.send_header("X-Request", "r-99")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def api() -> Iterator[Api]:
    """The running API."""
    found = Api()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(found))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    found.base = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()
