"""Plain requests through the proxy: they arrive as the browser meant them, and answers come back whole."""

import http.client
import threading

import pytest

from outrider_engine.adapters.egress import ProxyPort

from .conftest import TargetServer, client, connected, get, raw


def test_a_request_arrives_without_what_is_only_for_the_proxy(port: ProxyPort, target: TargetServer) -> None:
    with client(port) as connection:
        headers = {
            "Proxy-Connection": "keep-alive",
            "Connection": "X-Mine",
            "X-Mine": "1",
            "X-Kept": "2",
            "Host": "lie",
        }
        connection.request("GET", f"http://{target.address}/path?q=1", headers=headers)
        assert connection.getresponse().read() == b"hello"
    ((request, arrived, _),) = target.seen
    assert request == "GET /path?q=1 HTTP/1.1"
    assert arrived["Host"] == target.address
    assert arrived["X-Kept"] == "2"
    assert not arrived.keys() & {"Proxy-Connection", "X-Mine", "Connection"}


def test_a_target_can_not_speak_in_the_proxys_name(port: ProxyPort, target: TargetServer) -> None:
    status, headers, body = get(port, f"http://{target.address}/")
    assert (status, body) == (200, b"hello")
    assert not headers.keys() & {"x-outrider-proxy", "x-hop"}


def test_connections_are_kept_on_both_sides(port: ProxyPort, target: TargetServer) -> None:
    with client(port) as connection:
        for _ in range(3):
            connection.request("GET", f"http://{target.address}/")
            assert connection.getresponse().read() == b"hello"
    assert len({number for _, _, number in target.seen}) == 1


def test_one_connection_may_go_to_several_targets(port: ProxyPort, target: TargetServer) -> None:
    with client(port) as connection:
        for host in (target.address, f"localhost:{target.server_port}", target.address):
            connection.request("GET", f"http://{host}/")
            assert connection.getresponse().read() == b"hello"
    assert [headers["Host"].partition(":")[0] for _, headers, _ in target.seen] == [
        "127.0.0.1",
        "localhost",
        "127.0.0.1",
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("/chunked", b"x" * 65_536 * 16, id="chunked"),
        pytest.param("/unannounced", b"until the end", id="until the connection ends"),
        pytest.param("/hints", b"after hints", id="after an interim response"),
    ],
)
def test_a_body_comes_back_whole(port: ProxyPort, target: TargetServer, path: str, body: bytes) -> None:
    assert get(port, f"http://{target.address}{path}")[::2] == (200, body)


def test_a_head_request_has_no_body(port: ProxyPort, target: TargetServer) -> None:
    status, headers, body = get(port, f"http://{target.address}/", "HEAD")
    assert (status, headers["content-length"], body) == (200, "5", b"")


def test_an_upload_arrives_whole(port: ProxyPort, target: TargetServer) -> None:
    body = bytes(range(256)) * 20_000
    with client(port) as connection:
        for _ in range(2):
            connection.request("POST", f"http://{target.address}/", body=body)
            assert connection.getresponse().read() == body


def test_a_kept_connection_that_died_is_replaced(port: ProxyPort, target: TargetServer) -> None:
    with client(port) as connection:
        for path, body in (("/then-close", b"bye"), ("/", b"hello")):
            connection.request("GET", f"http://{target.address}{path}")
            assert connection.getresponse().read() == body
    assert len({number for _, _, number in target.seen}) == 2


@pytest.mark.parametrize(
    "path",
    [pytest.param("/hang-up", id="no answer"), pytest.param("/garbage", id="an answer that is none")],
)
def test_a_broken_target_is_a_bad_gateway_and_is_told(port: ProxyPort, target: TargetServer, path: str) -> None:
    status, headers, _ = get(port, f"http://{target.address}{path}")
    assert (status, headers["x-outrider-proxy"]) == (502, "protocol")
    (unreachable,) = port.report().unreachable
    assert (unreachable.host, unreachable.port, unreachable.reason) == ("127.0.0.1", target.server_port, "protocol")


def test_a_response_that_breaks_off_stays_broken(port: ProxyPort, target: TargetServer) -> None:
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        get(port, f"http://{target.address}/half")


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(b"GET https://example.org/ HTTP/1.1\r\nHost: x\r\n\r\n", id="https in the clear"),
        pytest.param(b"GET ftp://example.org/ HTTP/1.1\r\nHost: x\r\n\r\n", id="another scheme"),
        pytest.param(b"GET http://user@example.org/ HTTP/1.1\r\nHost: x\r\n\r\n", id="user information"),
        pytest.param(b"GET http://example.org:99999/ HTTP/1.1\r\nHost: x\r\n\r\n", id="no such port"),
        pytest.param(b"GET http:// HTTP/1.1\r\nHost: x\r\n\r\n", id="no host"),
        pytest.param(b"CONNECT example.org HTTP/1.1\r\nHost: x\r\n\r\n", id="a tunnel without port"),
        pytest.param(b"CONNECT /path HTTP/1.1\r\nHost: x\r\n\r\n", id="a tunnel to a path"),
        pytest.param(b"nonsense\r\n\r\n", id="no HTTP"),
        pytest.param(b"GET http://example.org/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", id="coding"),
    ],
)  # fmt: skip
def test_what_is_no_request_for_a_proxy_is_refused(port: ProxyPort, request_bytes: bytes) -> None:
    status = raw(port, request_bytes).split(b" ", 2)[1]
    assert status in {b"400", b"501"}
    assert port.report().denied == ()


def test_an_endless_head_is_refused(port: ProxyPort) -> None:
    answers: list[bytes] = []
    request = b"GET http://example.org/ HTTP/1.1\r\n" + b"X-Long: " + b"x" * 300_000
    thread = threading.Thread(target=lambda: answers.append(raw(port, request)))
    thread.start()
    thread.join(5)
    assert answers[0].startswith(b"HTTP/1.1 431 ")


def test_a_refused_tunnel_is_answered_in_one_piece(port: ProxyPort) -> None:
    with connected(port) as connection:
        connection.sendall(b"CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: x\r\n\r\n")
        head, _, body = connection.recv(65_536).partition(b"\r\n\r\n")
    assert b"egress-denied" in head
    assert body
