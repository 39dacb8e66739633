"""STARTTLS: asked for in each protocol's words, refused in them, and never mixed with what came before."""

from typing import Any

import pytest
from certificate_authority import CertificateAuthority
from tcp_server import Talk, dialogue, in_tls, tcp_server

from outrider_engine.domain.observations import Observation
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.testing import observe
from outrider_plugins.tcp.check_type import TcpCheckType
from outrider_plugins.tcp.starttls import BY_PORT

HERE = "127.0.0.1"
EHLO, STARTTLS = len(b"EHLO outrider\r\n"), len(b"STARTTLS\r\n")
LDAP_QUESTION = 31


def greeting_of_mysql(capabilities: int) -> bytes:
    body = b"\x0a8.0.99\0" + bytes(4) + b"12345678\0" + capabilities.to_bytes(2, "little") + bytes(21)
    return len(body).to_bytes(3, "little") + b"\0" + body


def answer_of_ldap(code: int) -> bytes:
    return bytes([0x30, 0x0C, 2, 1, 1, 0x78, 7, 0x0A, 1, code, 4, 0, 4, 0])


AGREEING: dict[str, tuple[bytes | int, ...]] = {
    "smtp": (
        b"220-mail\r\n220 ready\r\n",
        EHLO,
        b"250-mail\r\n250-SIZE 1\r\n250 STARTTLS\r\n",
        STARTTLS,
        b"220 go\r\n",
    ),
    "imap": (b"* OK ready\r\n", len(b"a1 STARTTLS\r\n"), b"* CAPABILITY IMAP4rev1\r\na1 OK go\r\n"),
    "pop3": (b"+OK ready\r\n", len(b"STLS\r\n"), b"+OK go\r\n"),
    "postgresql": (8, b"S"),
    "mysql": (greeting_of_mysql(0x0A00), 36),
    "ldap": (LDAP_QUESTION, answer_of_ldap(0)),
}
REFUSING: list[tuple[str, tuple[bytes | int, ...], Reason]] = [
    ("smtp", (b"220 ready\r\n", EHLO, b"250-mail\r\n250 SIZE 1\r\n"), Reason.TLS),
    ("smtp", (b"220 ready\r\n", EHLO, b"250 STARTTLS\r\n", STARTTLS, b"454 not now\r\n"), Reason.TLS),
    ("smtp", (b"554 no service\r\n",), Reason.TLS),
    ("smtp", (b"SSH-2.0-x\r\n",), Reason.PROTOCOL),
    ("smtp", (b"220-more\r\n" * 200,), Reason.PROTOCOL),
    ("smtp", (b"2" * 10_000,), Reason.PROTOCOL),
    ("imap", (b"* OK ready\r\n", 13, b"a1 NO not here\r\n"), Reason.TLS),
    ("imap", (b"+OK pop\r\n",), Reason.PROTOCOL),
    ("pop3", (b"+OK ready\r\n", 6, b"-ERR no\r\n"), Reason.TLS),
    ("pop3", (b"* OK imap\r\n",), Reason.PROTOCOL),
    ("postgresql", (8, b"N"), Reason.TLS),
    ("postgresql", (8, b"E"), Reason.PROTOCOL),
    ("mysql", (greeting_of_mysql(0x0200),), Reason.TLS),
    ("mysql", (b"\x10\0\0\0\xff\x10\x04Host is blocked!!",), Reason.PROTOCOL),
    ("mysql", (b"220 ready\r\n",), Reason.PROTOCOL),
    ("ldap", (LDAP_QUESTION, answer_of_ldap(2)), Reason.TLS),
    ("ldap", (LDAP_QUESTION, b"HTTP/1.1 400 Bad Request\r\n"), Reason.PROTOCOL),
    ("ldap", (LDAP_QUESTION, b"\x30\x84\xff\xff\xff\xff"), Reason.PROTOCOL),
]


def visited(tcp: TcpCheckType, talk: Talk, dialect: str) -> Observation:
    with tcp_server(talk) as port:
        tls: dict[str, Any] = {"enabled": True, "starttls": dialect}
        return observe(tcp, {"host": HERE, "port": port, "tls": tls})


@pytest.mark.parametrize("dialect", sorted(AGREEING))
def test_tls_is_asked_for_and_the_certificate_shown(
    tcp: TcpCheckType, authority: CertificateAuthority, dialect: str
) -> None:
    observation = visited(tcp, dialogue(*AGREEING[dialect], then=in_tls(authority.context(HERE))), dialect)
    assert observation.failure is None
    assert list(observation.phases) == ["dns", "connect", "starttls", "tls"]
    assert observation.facts["chain_valid"] is True


@pytest.mark.parametrize(("dialect", "turns", "reason"), REFUSING)
def test_refusals_and_strangers_are_told_apart(
    tcp: TcpCheckType, dialect: str, turns: tuple[bytes | int, ...], reason: Reason
) -> None:
    observation = visited(tcp, dialogue(*turns, then=lambda visitor: None), dialect)
    assert observation.failure is not None
    assert (observation.failure.verdict, observation.failure.reason) == (Verdict.FAILED, reason)


def test_what_a_server_says_before_tls_does_not_count_as_said_within(
    tcp: TcpCheckType, authority: CertificateAuthority
) -> None:
    turns = (*AGREEING["pop3"][:-1], b"+OK go\r\n+OK injected\r\n")
    observation = visited(tcp, dialogue(*turns, then=in_tls(authority.context(HERE))), "pop3")
    assert observation.failure is not None
    assert observation.failure.reason is Reason.PROTOCOL
    assert observation.failure.message == "the server spoke on before TLS began"


def test_the_documented_ports_have_their_protocols() -> None:
    assert dict(BY_PORT) == {
        25: "smtp",
        587: "smtp",
        143: "imap",
        110: "pop3",
        5432: "postgresql",
        3306: "mysql",
        389: "ldap",
    }
