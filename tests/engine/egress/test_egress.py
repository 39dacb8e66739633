"""What the proxy lets through: nothing that the policy denies, at the address that was judged, and told per port."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from outrider_engine.adapters.egress import EgressProxy, ProxyPort
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.errors import EgressDenied

from .conftest import ANYWHERE, TargetServer, address_of, connected, get, open_tunnel, raw, running

PUBLIC = EgressPolicy(EgressMode.PUBLIC)


class Names:
    """Resolves names from a table, and answers the second question differently when told to."""

    def __init__(self, policy: EgressPolicy, *answers: tuple[str, ...]) -> None:
        self._policy = policy
        self._answers = list(answers)

    async def resolve(self, host: str, *, timeout_s: float) -> tuple[str, ...]:
        addresses = self._answers.pop(0)
        self._policy.check_addresses(host, addresses)
        return addresses


@contextmanager
def echo_server() -> Iterator[int]:
    """Sends back what it gets, on one connection after another."""

    def serve(listener: socket.socket) -> None:
        try:
            while True:
                connection, _ = listener.accept()
                with connection:
                    while data := connection.recv(65_536):
                        connection.sendall(data)
        except OSError:
            return

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def connect_request(host: str, number: int) -> bytes:
    return f"CONNECT {host}:{number} HTTP/1.1\r\nHost: {host}:{number}\r\n\r\n".encode()


def sent_until_stuck(connection: socket.socket, most: int) -> int:
    sent = 0
    try:
        while sent < most:
            sent += connection.send(b"x" * 65_536)
    except TimeoutError:
        pass
    return sent


def test_a_tunnel_carries_bytes_both_ways(port: ProxyPort) -> None:
    payload = bytes(range(256)) * 8_000
    with echo_server() as number, connected(port) as connection:
        open_tunnel(connection, number, early=b"early")
        sender = threading.Thread(target=connection.sendall, args=(payload,))
        sender.start()
        received = b""
        while len(received) < len(payload) + 5:
            received += connection.recv(65_536)
        sender.join()
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(4096) == b""
    assert received == b"early" + payload


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:{port}/", id="loopback"),
        pytest.param("http://[::ffff:127.0.0.1]:{port}/", id="mapped"),
        pytest.param("http://2130706433:{port}/", id="as a number"),
        pytest.param("http://127.1:{port}/", id="shortened"),
        pytest.param("http://localhost:{port}/", id="by name"),
        pytest.param("http://169.254.169.254/", id="metadata"),
        pytest.param("http://metadata.google.internal/", id="metadata by name"),
        pytest.param("http://10.0.0.1/", id="private"),
    ],
)
def test_a_denied_target_is_refused_and_told(target: TargetServer, url: str) -> None:
    with running(EgressProxy(PUBLIC)) as proxy:
        port = proxy.open_port()
        status, headers, body = get(port, url.format(port=target.server_port))
        denied = port.report().denied
    assert (status, headers["x-outrider-proxy"]) == (403, "egress-denied")
    assert b"denied" in body
    assert len(denied) == 1
    assert target.seen == []


def test_a_denied_tunnel_is_refused_and_told(target: TargetServer) -> None:
    with running(EgressProxy(PUBLIC)) as proxy:
        port = proxy.open_port()
        answer = raw(port, connect_request("127.0.0.1", target.server_port))
        (denial,) = port.report().denied
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert (denial.host, denial.port) == ("127.0.0.1", target.server_port)


def test_metadata_is_denied_even_where_private_addresses_are_not(port: ProxyPort) -> None:
    assert get(port, "http://169.254.169.254/latest/meta-data/")[0] == 403


def test_the_judged_address_is_the_one_connected_to(target: TargetServer) -> None:
    rebinding = Names(ANYWHERE, ("127.0.0.1",), ("169.254.169.254",))
    with running(EgressProxy(ANYWHERE, resolver=rebinding)) as proxy:
        port = proxy.open_port()
        first = get(port, f"http://rebinding.example:{target.server_port}/")[0]
        second = get(port, f"http://rebinding.example:{target.server_port}/")[0]
    assert (first, second) == (200, 403)
    assert target.seen[0][1]["Host"] == f"rebinding.example:{target.server_port}"


def test_a_mixed_answer_gains_nothing(target: TargetServer) -> None:
    mixed = Names(ANYWHERE, ("127.0.0.1", "169.254.169.254"))
    with running(EgressProxy(ANYWHERE, resolver=mixed)) as proxy:
        assert get(proxy.open_port(), f"http://mixed.example:{target.server_port}/")[0] == 403


def test_an_address_that_does_not_answer_is_passed_over(target: TargetServer) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.2", target.server_port))
        names = Names(ANYWHERE, ("127.0.0.2", "127.0.0.1"))
        with running(EgressProxy(ANYWHERE, resolver=names)) as proxy:
            assert get(proxy.open_port(), f"http://two.example:{target.server_port}/")[0] == 200


@pytest.mark.parametrize(
    ("url", "status", "reason"),
    [
        pytest.param("http://nowhere.invalid/", 502, "dns", id="a name that does not resolve"),
        pytest.param("http://127.0.0.1:1/", 502, "connect", id="a port where nobody listens"),
    ],
)
def test_an_unreachable_target_is_told(port: ProxyPort, url: str, status: int, reason: str) -> None:
    answer, headers, _ = get(port, url)
    (unreachable,) = port.report().unreachable
    assert (answer, headers["x-outrider-proxy"], unreachable.reason) == (status, reason, reason)


def test_the_proxy_does_not_lead_to_itself(port: ProxyPort) -> None:
    assert get(port, f"{port.url}/report")[0] == 403


def test_the_runner_may_ask_what_was_denied(port: ProxyPort) -> None:
    get(port, "http://169.254.169.254/")
    answer = raw(port, b"GET /report HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    report = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert [denial["host"] for denial in report["denied"]] == ["169.254.169.254"]
    port.forget()
    assert port.report().denied == ()


def test_denials_belong_to_their_port() -> None:
    with running(EgressProxy(ANYWHERE)) as proxy:
        one, other = proxy.open_port(), proxy.open_port()
        get(one, "http://169.254.169.254/")
        assert len(one.report().denied) == 1
        assert other.report().denied == ()


def test_closing_a_port_ends_its_connections_only() -> None:
    with echo_server() as number, running(EgressProxy(ANYWHERE)) as proxy:
        one, other = proxy.open_port(), proxy.open_port()
        with connected(one) as connection:
            open_tunnel(connection, number)
            one.close()
            one.close()
            assert connection.recv(4096) == b""
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(address_of(one), timeout=1)
        assert get(other, "http://169.254.169.254/")[0] == 403


def test_a_silent_connection_is_closed() -> None:
    idle = EgressProxy(ANYWHERE, idle_s=0.2)
    with echo_server() as number, running(idle), connected(idle.open_port()) as connection:
        open_tunnel(connection, number)
        started = time.monotonic()
        assert connection.recv(4096) == b""
    assert time.monotonic() - started < 3


def test_connections_beyond_the_cap_are_closed() -> None:
    with echo_server() as number, running(EgressProxy(ANYWHERE, connections=1)) as proxy:
        port = proxy.open_port()
        with connected(port) as first, connected(port) as second:
            open_tunnel(first, number)
            assert second.recv(4096) == b""


def test_a_reader_that_does_not_read_holds_the_sender_back(port: ProxyPort) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener, connected(port) as connection:
        open_tunnel(connection, listener.getsockname()[1])
        stuck, _ = listener.accept()
        with stuck:
            connection.settimeout(0.5)
            assert sent_until_stuck(connection, most=200_000_000) < 50_000_000


def test_a_port_needs_a_started_proxy() -> None:
    proxy = EgressProxy(ANYWHERE)
    with pytest.raises(RuntimeError):
        proxy.open_port()
    proxy.close()


def test_the_resolvers_refusal_is_what_the_client_reads() -> None:
    class Refusing:
        async def resolve(self, host: str, *, timeout_s: float) -> tuple[str, ...]:
            raise EgressDenied(host, None, "because")

    with running(EgressProxy(ANYWHERE, resolver=Refusing())) as proxy:
        assert b"egress to any.example is denied: because" in get(proxy.open_port(), "http://any.example/")[2]
