"""A small web site on loopback that counts its visitors and answers as it is told."""

import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class WebTarget:
    """Serves ``/…``: 200 with a small page; ``/status/503`` that status; ``/slow/2.5/…`` after so many seconds;
    ``/second/…`` refuses its first visitor with a 503.

    ``received`` are the messages posted to it: their path, their ``webhook-id`` and their content.
    """

    def __init__(self) -> None:
        self.visits: Counter[str] = Counter()
        self.received: list[tuple[str, str, bytes]] = []
        target = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                target.visits[self.path] += 1
                status = 200
                if self.path.startswith("/status/"):
                    status = int(self.path.removeprefix("/status/"))
                if self.path.startswith("/second/") and target.visits[self.path] == 1:
                    status = 503
                if self.path.startswith("/slow/"):
                    time.sleep(float(self.path.split("/")[2]))
                body = b"<!doctype html><title>Target</title><h1>Ready</h1>"
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                target.received.append((self.path, self.headers.get("webhook-id", ""), content))
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"

    def url(self, path: str) -> str:
        """Return the URL of a path."""
        return self.base + path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
