"""The check type ``tcp``: what it tells of a connection, and how it fails."""

import json
import socket
from typing import Any

import pytest
from certificate_authority import CertificateAuthority
from pydantic import ValidationError
from tcp_server import dialogue, in_tls, tcp_server, until_the_end

from outrider_engine.assertions import judge
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.egress import EgressMode
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import EgressDenied, InvalidInput
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.testing import check_type_problems, observe
from outrider_plugins.tcp.check_type import TcpCheckType
from outrider_plugins.tcp.settings import TcpSettings

HERE = "127.0.0.1"
TLS = {"enabled": True}


def failed(observation: Observation) -> tuple[Verdict, Reason]:
    assert observation.failure is not None, observation.facts
    return observation.failure.verdict, observation.failure.reason


def test_register_check_types_offers_tcp_as_its_contract_says() -> None:
    installed = load_plugins(blocked=("browser",)).check_types["tcp"]
    assert installed.title == "TCP"
    assert check_type_problems(installed) == []


def test_an_open_port_is_told_with_its_address_and_phases(tcp: TcpCheckType) -> None:
    with tcp_server(until_the_end) as port:
        observation = observe(tcp, {"host": "localhost", "port": port})
    assert observation.failure is None
    assert observation.facts == {"ip": HERE, "port": port}
    assert list(observation.phases) == ["dns", "connect"]
    assert observation.duration_ms == pytest.approx(sum(observation.phases.values()), abs=0.01)
    assert judge(observation, tcp.default_assertions, by_default=True).verdict is Verdict.PASSED


def test_a_closed_port_fails_to_connect(tcp: TcpCheckType) -> None:
    with socket.create_server((HERE, 0)) as taken:
        port = taken.getsockname()[1]
    observation = observe(tcp, {"host": HERE, "port": port})
    assert failed(observation) == (Verdict.FAILED, Reason.CONNECT)
    assert observation.failure is not None
    assert f"{HERE}:{port}" in observation.failure.message


def test_a_name_that_does_not_resolve_fails_so(tcp: TcpCheckType) -> None:
    assert failed(observe(tcp, {"host": "no-such-host.invalid", "port": 80})) == (Verdict.FAILED, Reason.DNS)


def test_denied_addresses_are_not_connected_to(tcp: TcpCheckType) -> None:
    with pytest.raises(EgressDenied):
        observe(tcp, {"host": "169.254.169.254", "port": 80})
    with pytest.raises(EgressDenied):
        observe(tcp, {"host": "localhost", "port": 80}, egress=EgressMode.PUBLIC)


def test_a_silent_server_times_out_where_it_is_silent(tcp: TcpCheckType) -> None:
    with tcp_server(until_the_end) as port:
        told = observe(tcp, {"host": HERE, "port": port, "expect": "hello"}, timeout_s=0.2)
        shaking = observe(tcp, {"host": HERE, "port": port, "tls": TLS}, timeout_s=0.2)
    assert failed(told) == failed(shaking) == (Verdict.TIMED_OUT, Reason.TIMEOUT)
    assert told.failure is not None
    assert shaking.failure is not None
    assert told.failure.message == "timed out after 0.2 s while waiting for the expected text"
    assert shaking.failure.message == "timed out after 0.2 s while shaking hands (TLS)"


def test_a_text_is_sent_and_the_answer_awaited_and_kept_for_assertions(tcp: TcpCheckType) -> None:
    with tcp_server(dialogue(6, b"+PO", b"NG\r\n")) as port:
        config = {"host": "{{HOST}}", "port": port, "send": "{{WORD}}\r\n", "expect": "+PONG"}
        observation = observe(tcp, config, variables={"HOST": HERE, "WORD": "PING"})
    assert observation.failure is None
    assert (observation.body or b"").startswith(b"+PONG")
    assert list(observation.phases) == ["dns", "connect", "transfer"]


def test_another_answer_than_expected_is_told(tcp: TcpCheckType) -> None:
    with tcp_server(dialogue(b"go away\n", then=lambda visitor: None)) as port:
        observation = observe(tcp, {"host": HERE, "port": port, "expect": "SSH-2.0"})
    assert failed(observation) == (Verdict.FAILED, Reason.PROTOCOL)
    assert observation.failure is not None
    assert observation.failure.message == r"expected 'SSH-2.0', the server said 'go away\n'"


def test_an_endless_answer_is_cut_off(tcp: TcpCheckType) -> None:
    def endless(visitor: socket.socket) -> None:
        while True:
            visitor.sendall(b"x" * 65536)

    with tcp_server(endless) as port:
        observation = observe(tcp, {"host": HERE, "port": port, "expect": "hello"})
    assert failed(observation) == (Verdict.FAILED, Reason.PROTOCOL)
    assert len(observation.body or b"") <= 65536


def test_a_handshake_is_told_as_facts(tcp: TcpCheckType, authority: CertificateAuthority) -> None:
    seen: list[str | None] = []
    context = authority.context("localhost", days=10)
    context.sni_callback = lambda _, name, __: seen.append(name)
    with tcp_server(in_tls(context)) as port:
        observation = observe(tcp, {"host": "localhost", "port": port, "tls": TLS})
    assert observation.failure is None
    assert seen == ["localhost"]
    assert list(observation.phases) == ["dns", "connect", "tls"]
    facts: Any = observation.facts
    assert facts["chain_valid"] is True
    assert facts["protocol"] == "1.3"
    assert facts["cipher"].startswith("TLS_")
    assert facts["certificate"]["days_remaining"] == 10
    assert facts["certificate"]["subject"] == "CN=leaf"
    assert facts["certificate"]["issuer"] == "CN=A root of tests"
    assert facts["certificate"]["names"] == ["localhost"]
    json.dumps(facts)
    expiry = Assertion(Source.CERTIFICATE, Operator.GREATER_THAN, 30, "days_remaining")
    assert judge(observation, [expiry]).verdict is Verdict.FAILED
    valid = Assertion(Source.FACT, Operator.EQUALS, True, "chain_valid")
    assert judge(observation, [valid]).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("names", "days", "told"),
    [
        pytest.param((HERE,), -3, "expired", id="expired"),
        pytest.param(("elsewhere.test",), 30, "mismatch", id="another-name"),
    ],
)
def test_a_certificate_that_does_not_hold_fails_and_is_shown(
    tcp: TcpCheckType, authority: CertificateAuthority, names: tuple[str, ...], days: int, told: str
) -> None:
    with tcp_server(in_tls(authority.context(*names, days=days))) as port:
        strict = observe(tcp, {"host": HERE, "port": port, "tls": TLS})
        lenient = observe(tcp, {"host": HERE, "port": port, "tls": {"enabled": True, "verify": False}})
    assert failed(strict) == (Verdict.FAILED, Reason.TLS)
    assert strict.failure is not None
    assert told in strict.failure.message
    assert lenient.failure is None
    for observation in (strict, lenient):
        facts: Any = observation.facts
        assert facts["chain_valid"] is False
        assert told in facts["chain_problem"]
        assert facts["certificate"]["days_remaining"] == days
        assert list(observation.phases) == ["dns", "connect", "tls"]


def test_an_authority_that_nobody_knows_is_not_trusted(authority: CertificateAuthority) -> None:
    with tcp_server(in_tls(authority.context(HERE))) as port:
        observation = observe(TcpCheckType(), {"host": HERE, "port": port, "tls": TLS})
    assert failed(observation) == (Verdict.FAILED, Reason.TLS)


def test_a_server_without_tls_fails_the_handshake(tcp: TcpCheckType) -> None:
    with tcp_server(dialogue(b"220 hello\r\n")) as port:
        observation = observe(tcp, {"host": HERE, "port": port, "tls": TLS})
    assert failed(observation) == (Verdict.FAILED, Reason.TLS)
    with tcp_server(dialogue(1, then=lambda visitor: None)) as port:
        observation = observe(tcp, {"host": HERE, "port": port, "tls": TLS})
    assert failed(observation) == (Verdict.FAILED, Reason.TLS)


def test_a_certificate_that_ends_soon_fails_when_that_is_wished(
    tcp: TcpCheckType, authority: CertificateAuthority
) -> None:
    with tcp_server(in_tls(authority.context(HERE, days=10))) as port:
        tls = {"enabled": True, "alert_before_expiry": 11}
        observation = observe(tcp, {"host": HERE, "port": port, "tls": tls})
        assert failed(observation) == (Verdict.FAILED, Reason.TLS)
        assert observation.failure is not None
        assert observation.failure.message == "the certificate is valid for 10 days, fewer than 11"
        tls["alert_before_expiry"] = 10
        assert observe(tcp, {"host": HERE, "port": port, "tls": tls}).failure is None


def test_texts_travel_in_tls(tcp: TcpCheckType, authority: CertificateAuthority) -> None:
    talk = in_tls(authority.context(HERE), dialogue(4, b"pong"))
    with tcp_server(talk) as port:
        observation = observe(tcp, {"host": HERE, "port": port, "tls": TLS, "send": "ping", "expect": "pong"})
    assert observation.failure is None
    assert observation.body == b"pong"


def test_an_unknown_variable_is_the_checks_fault(tcp: TcpCheckType) -> None:
    with pytest.raises(InvalidInput):
        observe(tcp, {"host": "{{NOPE}}", "port": 80})


@pytest.mark.parametrize(
    ("field", "config"),
    [
        ("host", {"port": 80}),
        ("port", {"host": "a"}),
        ("host", {"host": "", "port": 80}),
        ("host", {"host": "http://a", "port": 80}),
        ("host", {"host": "a b", "port": 80}),
        ("host", {"host": "a\r\nb", "port": 80}),
        ("port", {"host": "a", "port": 0}),
        ("port", {"host": "a", "port": 65536}),
        ("port", {"host": "a", "port": "80"}),
        ("tls", {"host": "a", "port": 80, "tls": True}),
        ("tls", {"host": "a", "port": 80, "tls": {"on": True}}),
        ("tls", {"host": "a", "port": 80, "tls": {"enabled": "yes"}}),
        ("tls", {"host": "a", "port": 80, "tls": {"starttls": "gopher"}}),
        ("expect", {"host": "a", "port": 80, "expect": ""}),
        ("colour", {"host": "a", "port": 80, "colour": "red"}),
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(field: str, config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        TcpSettings.model_validate(config)
    assert {str(problem["loc"][0]) for problem in refusal.value.errors()} == {field}
