import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest

SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://example.com/</loc></url><url><loc>https://example.com/about</loc></url></urlset>"""


class Mail(socketserver.StreamRequestHandler):
    """A mail server that knows EHLO and QUIT."""

    def handle(self) -> None:
        self.wfile.write(b"220 mail.example.com\r\n")
        for line in self.rfile:
            if line.upper().startswith(b"EHLO"):
                self.wfile.write(b"250-mail.example.com\r\n250-STARTTLS\r\n250 SIZE 1000\r\n")
            else:
                self.wfile.write(b"221 Bye\r\n")
                return


class Web(BaseHTTPRequestHandler):
    """A web site with a sitemap, a page that is none, and nothing else."""

    def do_GET(self) -> None:
        content = {"/sitemap.xml": SITEMAP, "/page": b"<!doctype html><p>Hello"}.get(self.path)
        self.send_response(404 if content is None else 200)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def served(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def mail_port() -> Iterator[int]:
    with served(Mail) as port:
        yield port


@pytest.fixture
def site() -> Iterator[str]:
    with served(Web) as port:
        yield f"http://127.0.0.1:{port}"
