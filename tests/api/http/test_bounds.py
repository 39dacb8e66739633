"""Heads that are too large, and requests that do not come to an end, over a real socket."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from served_house import listening
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from outrider_api.cli.web_server import WebServer
from outrider_api.http import connections
from outrider_api.http.bounds import LARGEST_HEADERS, LONGEST_TARGET, MOST_HEADERS, Bounded

Ask = Callable[[bytes], tuple[int, dict[str, Any]]]


async def reading(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the whole body, then tell its size."""
    size, more = 0, scope["type"] == "http"
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    if scope["type"] == "http":
        await JSONResponse({"size": size})(scope, receive, send)


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Send bytes, then nothing more, and read what comes until the server hangs up or has answered."""
    monkeypatch.setattr(connections, "HEAD_WITHIN_S", 0.3)
    with listening() as sock, WebServer(Bounded(reading, body_within_s=0.3), sock):

        def send(data: bytes) -> tuple[int, dict[str, Any]]:
            with socket.create_connection(sock.getsockname(), timeout=10) as connection:
                writer = threading.Thread(target=_write, args=(connection, data))
                writer.start()
                answer = b""
                while part := connection.recv(65_536):
                    answer += part
                writer.join()
            head, _, body = answer.partition(b"\r\n\r\n")
            return int(head.split()[1]), json.loads(body)

        yield send


def _write(connection: socket.socket, data: bytes) -> None:
    try:
        connection.sendall(data)
    except OSError:
        return  # refused before everything was sent


def request(target: str = "/", *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    """Return a request after which the connection is not kept."""
    return (
        "\r\n".join([f"{method} {target} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""]).encode() + body
    )


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        pytest.param(request("/" + "a" * LONGEST_TARGET), 414, "uri_too_long", id="a long path"),
        pytest.param(request("/?q=" + "a" * LONGEST_TARGET), 414, "uri_too_long", id="a long query"),
        pytest.param(request("/", *["X: 1"] * MOST_HEADERS), 431, "headers_too_large", id="many headers"),
        pytest.param(request("/", "X: " + "a" * LARGEST_HEADERS), 431, "headers_too_large", id="large headers"),
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000, 431, "headers_too_large", id="a head without end"),
        pytest.param(b"\x16\x03\x01 hello\r\n\r\n", 400, "invalid_input", id="no HTTP"),
        pytest.param(b"GET / HTTP/1.1\r\nHost:", 408, "request_timeout", id="a head that stops"),
        pytest.param(b"", 408, "request_timeout", id="silence"),
        pytest.param(
            request("/", "Content-Length: 9", method="POST", body=b"1234"),
            408,
            "request_timeout",
            id="a body that stops",
        ),
    ],
)
def test_what_is_too_large_or_does_not_end_is_refused_and_the_connection_closed(
    ask: Ask, sent: bytes, status: int, code: str
) -> None:
    got, body = ask(sent)
    assert (got, body["code"], body["statusCode"]) == (status, code, status)


def test_what_fits_is_served(ask: Ask) -> None:
    fitting = request("/" + "a" * (LONGEST_TARGET - 1), "X: " + "a" * 15_000, *["Y: 1"] * 90)
    assert ask(fitting) == (200, {"size": 0})
    assert ask(request("/", "Content-Length: 4", method="POST", body=b"1234")) == (200, {"size": 4})
