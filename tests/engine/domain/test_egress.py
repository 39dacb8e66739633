"""The egress rule: which addresses checks may reach."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_engine.domain.egress import EgressMode, EgressPolicy, unwrap
from outrider_engine.errors import EgressDenied

PRIVATE, PUBLIC = EgressPolicy(EgressMode.PRIVATE), EgressPolicy(EgressMode.PUBLIC)

v4 = st.ip_addresses(v=4)
v6 = st.ip_addresses(v=6)


def embedded(address: IPv4Address) -> dict[str, IPv6Address]:
    """Return the IPv6 forms under which packets reach an IPv4 address."""
    number = int(address)
    return {
        "mapped": IPv6Address(0xFFFF << 32 | number),
        "compatible": IPv6Address(number),
        "translated": IPv6Address(0xFFFF << 48 | number),
        "nat64": IPv6Address(int(IPv6Address("64:ff9b::")) | number),
        "6to4": IPv6Address(0x2002 << 112 | number << 80),
        "6to4-with-host": IPv6Address(0x2002 << 112 | number << 80 | 0x1234),
    }


@given(v4.filter(lambda address: int(address) > 1))
def test_transition_forms_are_judged_as_their_ipv4(address: IPv4Address) -> None:
    for policy in (PRIVATE, PUBLIC, EgressPolicy(EgressMode.PRIVATE, (ipaddress.ip_network("10.0.0.0/8"),))):
        for name, form in embedded(address).items():
            assert unwrap(form) == address, name
            assert policy.objection(form) == policy.objection(address), name


@given(v4 | v6)
def test_what_public_mode_allows_private_mode_allows_too(address: IPv4Address | IPv6Address) -> None:
    if PUBLIC.objection(address) is None:
        assert PRIVATE.objection(address) is None


@given(v4 | v6)
def test_public_mode_allows_global_unicast_only(address: IPv4Address | IPv6Address) -> None:
    plain = unwrap(address)
    if PUBLIC.objection(address) is None:
        assert plain is not None
        assert plain.is_global
        assert not plain.is_multicast
        assert not plain.is_private
        assert plain.version == 4 or plain in ipaddress.ip_network("2000::/3")


@given(v4 | v6, st.integers(0, 32))
def test_the_operators_networks_are_denied_in_both_modes(address: IPv4Address | IPv6Address, bits: int) -> None:
    network = ipaddress.ip_network(f"{address}/{bits}", strict=False)
    for mode in EgressMode:
        assert EgressPolicy(mode, (network,)).objection(address) is not None


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1",
        "192.0.2.1",
        "192.0.0.1",
        "192.0.0.8",
        "192.88.99.1",
        "203.0.113.9",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "169.254.1.1",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378::1",
        "2001:db8::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "3fff::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "100::1",
        "5f00::1",
        "4000::1",
        "::8:8:8:8",
    ],
)
def test_public_mode_denies(text: str) -> None:
    assert PUBLIC.objection(ip_address(text)) is not None
    with pytest.raises(EgressDenied) as denial:
        PUBLIC.check_addresses("some.test", ["8.8.8.8", text])
    assert (denial.value.host, denial.value.address) == ("some.test", text)
    assert denial.value.why in str(denial.value)


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450::1"])
def test_public_mode_allows(text: str) -> None:
    assert PUBLIC.objection(ip_address(text)) is None
    PUBLIC.check_addresses("some.test", [text, "8.8.4.4"])


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "::",
        "::1",
        "fd12:3456::1",
        "::ffff:127.0.0.1",
        "8.8.8.8",
        "2606:4700::1111",
    ],
)
def test_private_mode_allows(text: str) -> None:
    assert PRIVATE.objection(ip_address(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
        "fe80::a9fe:a9fe",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "fe80::1%eth0",
        "2001:0:4136:e378::1",
        "64:ff9b:1::a9fe:a9fe",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
    ],
)
def test_no_mode_reaches_metadata_tunnels_or_groups(text: str) -> None:
    for policy in (PRIVATE, PUBLIC):
        with pytest.raises(EgressDenied) as denial:
            policy.check_addresses("some.test", [text])
        assert denial.value.address == text


@pytest.mark.parametrize(
    "name", ["metadata", "METADATA.", "metadata.google.internal", "Metadata.Google.Internal.", "instance-data"]
)
def test_names_of_metadata_services_are_denied(name: str) -> None:
    for policy in (PRIVATE, PUBLIC):
        with pytest.raises(EgressDenied) as denial:
            policy.check_name(name)
        assert denial.value.address is None


@pytest.mark.parametrize("name", ["example.com", "metadata.example.com", "localhost", "my-instance-data"])
def test_other_names_are_left_to_their_addresses(name: str) -> None:
    PUBLIC.check_name(name)
    assert PUBLIC.mode is EgressMode.PUBLIC


def test_a_network_of_transition_addresses_can_be_denied_too() -> None:
    policy = EgressPolicy(EgressMode.PRIVATE, (ipaddress.ip_network("64:ff9b::/96"),))
    assert policy.objection(ip_address("64:ff9b::808:808")) is not None
    assert policy.objection(ip_address("8.8.8.8")) is None
