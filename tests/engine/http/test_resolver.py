"""Hosts in one spelling, names with a deadline, and the policy over all of it."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_engine.adapters.http.hosts import canonical_host, is_address
from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.errors import EgressDenied


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("Example.TEST", "example.test"),
        ("example.test.", "example.test"),
        ("_sip._tcp.example.test", "_sip._tcp.example.test"),
        ("bücher.test", "xn--bcher-kva.test"),
        ("BÜCHER。test", "xn--bcher-kva.test"),
        ("faß.test", "xn--fa-hia.test"),
        ("127.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0x7F.1", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("\uff11\uff12\uff17.\uff10.\uff10.\uff11", "127.0.0.1"),
        ("①②⑦.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("0:0::0:1", "::1"),
        ("::FFFF:127.0.0.1", "::ffff:7f00:1"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_a_host_has_one_spelling(spelling: str, canonical: str) -> None:
    assert canonical_host(spelling) == canonical
    assert canonical_host(canonical) == canonical


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "..",
        "a..b",
        ".a",
        "a b",
        "a/b",
        "a\x00b",
        "a%62",
        "-a",
        "a-",
        "1.2.3.4.5",
        "256.1.1.1",
        "08.1",
        "0x",
        "a.0x",
        "a.1",
        "1::2::3",
        "[::1]",
        ":",
        "a" * 64,
        "a." * 127 + "test",
        "é" * 2000,
        "\ud800.test",
        "xn--\u00e9",
        "127.0.0.1 x",
    ],
)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        canonical_host(host)
    assert not is_address("name.test")


@given(st.ip_addresses())
def test_addresses_are_their_own_canonical_form(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    canonical = canonical_host(str(address))
    assert ipaddress.ip_address(canonical) == address
    assert is_address(canonical)


@given(st.ip_addresses(v=4))
def test_every_number_form_is_the_same_address(address: ipaddress.IPv4Address) -> None:
    a, b, c, d = address.packed
    tail = int(address) & 0xFFFFFF
    forms = [str(int(address)), hex(int(address)), f"{a}.{tail}", f"{a:#o}".replace("0o", "0") + f".{b}.{c}.{d}"]
    assert {canonical_host(form) for form in forms} == {str(address)}


@given(st.text(max_size=40))
def test_any_text_has_a_canonical_form_or_is_refused(text: str) -> None:
    try:
        canonical = canonical_host(text)
    except ValueError:
        return
    assert canonical.isascii()
    assert canonical_host(canonical) == canonical
    assert not set(canonical) & set(" \t\r\n/\\@?#[]%\x00")


@pytest.fixture
def private() -> Iterator[GuardedResolver]:
    resolver = GuardedResolver(EgressPolicy(EgressMode.PRIVATE))
    yield resolver
    resolver.close()


@pytest.fixture
def public() -> Iterator[GuardedResolver]:
    resolver = GuardedResolver(EgressPolicy(EgressMode.PUBLIC))
    yield resolver
    resolver.close()


def resolved(resolver: GuardedResolver, host: str, timeout_s: float = 5.0) -> tuple[str, ...]:
    return asyncio.run(resolver.resolve(host, timeout_s=timeout_s))


def test_names_and_literals_resolve(private: GuardedResolver) -> None:
    assert "127.0.0.1" in resolved(private, "localhost")
    assert resolved(private, "127.1") == ("127.0.0.1",)
    assert resolved(private, "::1") == ("::1",)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "127.1", "2130706433", "::1", "::ffff:10.0.0.1", "fe80::1%lo"]
)
def test_public_mode_denies_loopback_under_every_name(public: GuardedResolver, host: str) -> None:
    with pytest.raises(EgressDenied) as denial:
        resolved(public, host)
    assert denial.value.host == host


@pytest.mark.parametrize(
    "host", ["metadata.google.internal", "METADATA.", "\uff4detadata", "169.254.169.254", "2852039166"]
)
def test_metadata_is_denied_even_in_private_mode(private: GuardedResolver, host: str) -> None:
    with pytest.raises(EgressDenied) as denial:
        resolved(private, host)
    assert "metadata" in str(denial.value)


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a..b", "", "1.2.3.4.5"])
def test_a_name_that_does_not_resolve_is_an_os_error(private: GuardedResolver, host: str) -> None:
    with pytest.raises(socket.gaierror) as failure:
        resolved(private, host)
    assert failure.value.strerror


def test_a_lookup_ends_at_its_deadline(private: GuardedResolver) -> None:
    with pytest.raises(TimeoutError) as failure:
        resolved(private, "localhost", timeout_s=0.0)
    assert "localhost did not resolve within 0 s" in str(failure.value)
