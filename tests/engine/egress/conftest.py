import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from outrider_engine.adapters.egress import EgressProxy, ProxyPort
from outrider_engine.domain.egress import EgressMode, EgressPolicy

ANYWHERE = EgressPolicy(EgressMode.PRIVATE)


class Target(BaseHTTPRequestHandler):
    """Shows what it was sent; ``/echo`` returns the body, ``/chunked`` a megabyte in chunks."""

    protocol_version = "HTTP/1.1"
    server: "TargetServer"

    def do_GET(self) -> None:
        self.server.seen.append((self.requestline, dict(self.headers.items()), self.client_address[1]))
        if self.path == "/chunked":
            self._chunked()
        elif self.path == "/unannounced":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end")
            self.close_connection = True
        elif self.path == "/then-close":
            self._answer(b"bye")
            self.close_connection = True
        elif self.path == "/hang-up":
            self.close_connection = True
        elif self.path == "/half":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            self.close_connection = True
        elif self.path == "/garbage":
            self.wfile.write(b"\x00\x01\x02 garbage\r\n\r\n")
            self.close_connection = True
        elif self.path == "/hints":
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
            self._answer(b"after hints")
        else:
            self._answer(b"hello", {"X-Outrider-Proxy": "egress-denied", "Connection": "X-Hop", "X-Hop": "1"})

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, format: str, *args: object) -> None:
        return None

    def _answer(self, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(200)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _chunked(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for _ in range(16):
            self.wfile.write(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")


class TargetServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Target)
        self.seen: list[tuple[str, dict[str, str], int]] = []
        self.address = f"127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        return None  # tests break connections on purpose


@pytest.fixture
def target() -> Iterator[TargetServer]:
    with TargetServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@contextmanager
def running(proxy: EgressProxy) -> Iterator[EgressProxy]:
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.close()


@pytest.fixture
def port() -> Iterator[ProxyPort]:
    with running(EgressProxy(ANYWHERE)) as proxy:
        yield proxy.open_port()


@contextmanager
def connected(port: ProxyPort) -> Iterator[socket.socket]:
    with closing(socket.create_connection(address_of(port), timeout=5)) as connection:
        yield connection


def address_of(port: ProxyPort) -> tuple[str, int]:
    host, _, number = port.url.removeprefix("http://").partition(":")
    return host, int(number)


@contextmanager
def client(port: ProxyPort) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection(*address_of(port), timeout=5)) as connection:
        yield connection


def get(port: ProxyPort, url: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Ask for one absolute URL through the proxy."""
    with client(port) as connection:
        connection.request(method, url)
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


def raw(port: ProxyPort, request: bytes) -> bytes:
    """Send bytes and return everything until the proxy closes."""
    with connected(port) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
        return b"".join(parts)


def open_tunnel(connection: socket.socket, number: int, early: bytes = b"") -> None:
    """Have the proxy connect to a port of this machine; what follows its answer is left to be read."""
    authority = f"127.0.0.1:{number}"
    connection.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode() + early)
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    assert head.startswith(b"HTTP/1.1 200 ")
