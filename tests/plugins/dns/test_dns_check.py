"""The check type ``dns``: what it tells of answers, of names that do not exist, and of servers that fail."""

import json
from collections.abc import Iterator
from typing import Any

import dns.rcode
import pytest
from name_server import NameServer, name_server
from pydantic import ValidationError

from outrider_engine.assertions import judge, read_assertion
from outrider_engine.domain.assertions import Judgement
from outrider_engine.domain.egress import EgressMode
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import EgressDenied, InvalidInput
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.testing import check_type_problems, observe
from outrider_plugins.dns.check_type import DnsCheckType
from outrider_plugins.dns.settings import DnsSettings

DNS = DnsCheckType()
TEXTS = ["other", "v=spf1 include:example.com -all"]
ZONE = {
    ("three.test", "A"): ["192.0.2.3", "192.0.2.1", "192.0.2.2"],
    ("six.test", "AAAA"): ["2001:db8::1"],
    ("www.test", "CNAME"): ["Three.test."],
    ("mail.test", "MX"): ["20 backup.mail.test.", "10 Mail.test."],
    ("mail.test", "TXT"): ['"v=spf1 include:example.com" " -all"', '"other"'],
    ("mail.test", "NS"): ["ns1.test.", "ns2.test."],
    ("mail.test", "SOA"): ["ns1.test. admin.mail.test. 7 1 2 3 4"],
    ("mail.test", "CAA"): ['0 issue "letsencrypt.org"'],
    ("_sip._tcp.test", "SRV"): ["10 5 5060 sip.test."],
    ("1.2.0.192.in-addr.arpa", "PTR"): ["three.test."],
}


@pytest.fixture
def server() -> Iterator[NameServer]:
    """A server with the zone."""
    with name_server(ZONE) as running:
        yield running


def asked(server: NameServer, domain: str, record_type: str = "A", timeout_s: float = 5.0, **more: Any) -> Observation:
    config = {"domain": domain, "record_type": record_type, "resolver": f"127.0.0.1:{server.port}", **more}
    return observe(DNS, config, timeout_s=timeout_s)


def judged(observation: Observation, assertion: dict[str, Any] | None = None) -> Judgement:
    if assertion is None:
        return judge(observation, DNS.default_assertions, by_default=True)
    return judge(observation, [read_assertion(assertion)])


def test_register_check_types_offers_dns_as_its_contract_says() -> None:
    installed = load_plugins(blocked=("browser",)).check_types["dns"]
    assert installed.title == "DNS"
    assert check_type_problems(installed) == []


def test_an_answer_is_told_as_facts(server: NameServer) -> None:
    observation = asked(server, "three.test")
    assert observation.failure is None
    assert observation.facts == {
        "rcode": "NOERROR",
        "exists": True,
        "count": 3,
        "records": ["192.0.2.1", "192.0.2.2", "192.0.2.3"],
        "values": ["192.0.2.1", "192.0.2.2", "192.0.2.3"],
        "ttl": 300,
        "nameserver": f"127.0.0.1:{server.port}",
    }
    assert list(observation.phases) == ["dns"]
    assert judged(observation).verdict is Verdict.PASSED
    json.dumps(observation.facts)


@pytest.mark.parametrize(
    ("domain", "record_type", "records", "values"),
    [
        ("six.test", "AAAA", ["2001:db8::1"], ["2001:db8::1"]),
        ("www.test", "CNAME", ["three.test"], ["three.test"]),
        ("mail.test", "MX", ["10 mail.test", "20 backup.mail.test"], ["mail.test", "backup.mail.test"]),
        (
            "mail.test",
            "TXT",
            ["other", "v=spf1 include:example.com -all"],
            ["other", "v=spf1 include:example.com -all"],
        ),
        ("mail.test", "NS", ["ns1.test", "ns2.test"], ["ns1.test", "ns2.test"]),
        ("mail.test", "SOA", ["ns1.test admin.mail.test 7 1 2 3 4"], ["ns1.test"]),
        ("mail.test", "CAA", ["0 issue letsencrypt.org"], ["letsencrypt.org"]),
        ("_sip._tcp.test", "SRV", ["10 5 5060 sip.test"], ["sip.test"]),
        ("192.0.2.1", "PTR", ["three.test"], ["three.test"]),
    ],
)
def test_every_type_of_record_is_told_whole_and_by_what_people_look_for(
    server: NameServer, domain: str, record_type: str, records: list[str], values: list[str]
) -> None:
    facts = asked(server, domain, record_type).facts
    assert (facts["records"], facts["values"]) == (records, values)


def test_an_alias_is_followed(server: NameServer) -> None:
    assert asked(server, "www.test").facts["count"] == 3


def test_a_name_that_does_not_exist_is_an_answer_that_can_be_expected(server: NameServer) -> None:
    observation = asked(server, "absent.test")
    assert observation.failure is None
    assert (observation.facts["rcode"], observation.facts["exists"], observation.facts["count"]) == (
        "NXDOMAIN",
        False,
        0,
    )
    missing = judged(observation)
    assert (missing.verdict, missing.reason) == (Verdict.FAILED, Reason.DNS)
    assert judged(observation, {"type": "record_exists", "equals": False}).verdict is Verdict.PASSED


def test_a_name_without_records_of_the_type_has_none(server: NameServer) -> None:
    facts = asked(server, "three.test", "MX").facts
    assert (facts["rcode"], facts["exists"], facts["count"]) == ("NOERROR", False, 0)


@pytest.mark.parametrize(
    ("record_type", "assertion", "holds"),
    [
        ("MX", {"type": "record_value", "equals": "mail.test"}, True),
        ("MX", {"type": "record_value", "equals": "mail.test", "priority": 10}, True),
        ("MX", {"type": "record_value", "equals": "mail.test", "priority": 20}, False),
        ("MX", {"type": "record_value", "equals": "10 mail.test"}, True),
        ("MX", {"type": "record_value", "equals": "ail.test"}, False),
        ("MX", {"type": "record_value", "contains": "backup"}, True),
        ("MX", {"type": "record_value", "contains": "elsewhere"}, False),
        ("MX", {"type": "record_value", "not_equals": "mail.test"}, False),
        ("MX", {"type": "record_value", "operator": "matches", "value": "^10 "}, True),
        ("TXT", {"type": "record_value", "contains": "include:example.com"}, True),
        ("TXT", {"type": "record_value", "equals": "v=spf1 include:example.com -all"}, True),
        ("NS", {"type": "record_values", "contains_all": ["ns2.test", "ns1.test"]}, True),
        ("NS", {"type": "record_values", "contains_all": ["ns1.test", "ns3.test"]}, False),
        ("NS", {"type": "record_values", "equals": ["ns2.test", "ns1.test"]}, True),
        ("NS", {"type": "record_values", "equals": ["ns1.test"]}, False),
        ("MX", {"type": "record_values", "contains_all": ["10 mail.test"]}, True),
        ("NS", {"type": "record_count", "equals": 2}, True),
        ("NS", {"type": "record_count", "greater_than": 2}, False),
        ("NS", {"type": "record_exists", "equals": True}, True),
        ("NS", {"type": "record_exists", "equals": False}, False),
        ("NS", {"type": "response_time", "less_than": 5000}, True),
    ],
    ids=str,
)
def test_records_are_asserted(server: NameServer, record_type: str, assertion: dict[str, Any], holds: bool) -> None:
    judgement = judged(asked(server, "mail.test", record_type), assertion)
    assert judgement.verdict is (Verdict.PASSED if holds else Verdict.FAILED), judgement.error


@pytest.mark.parametrize(
    ("assertion", "field"),
    [
        ({"type": "record_value", "less_than": 5}, "less_than"),
        ({"type": "record_value", "equals": ""}, "equals"),
        ({"type": "record_value", "operator": "equals", "value": 5}, "value"),
        ({"type": "record_value", "equals": "a", "priority": "10"}, "priority"),
        ({"type": "record_values", "contains_all": "a"}, "contains_all"),
        ({"type": "record_values", "contains_all": []}, "contains_all"),
        ({"type": "record_values", "contains": "a"}, "contains"),
        ({"type": "record_count", "equals": "2"}, "equals"),
        ({"type": "record_exists", "equals": "no"}, "equals"),
        ({"type": "record_exists", "operator": "exists"}, "operator"),
        ({"type": "record_count", "equals": 1, "priority": 1}, "priority"),
    ],
    ids=str,
)
def test_assertions_that_make_no_sense_are_refused(assertion: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_assertion(assertion)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("expected", "holds"),
    [
        ({"expected_value": "ns1.test"}, True),
        ({"expected_value": "ns3.test"}, False),
        ({"expected_values": ["ns2.test", "ns1.test"]}, True),
        ({"expected_values": ["ns1.test", "ns3.test"]}, False),
        ({"expected_contains": "ns2"}, True),
        ({"expected_contains": "ns3"}, False),
    ],
)
def test_expected_values_of_the_settings_are_judged(server: NameServer, expected: dict[str, Any], holds: bool) -> None:
    failure = asked(server, "mail.test", "NS", **expected).failure
    assert (failure is None) is holds
    if failure is not None:
        assert (failure.verdict, failure.reason) == (Verdict.FAILED, Reason.ASSERTION)
        assert "ns3" in failure.message


def test_a_server_that_fails_or_refuses_is_told(server: NameServer) -> None:
    server.rcode = dns.rcode.REFUSED
    failure = asked(server, "three.test").failure
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.FAILED, Reason.DNS)
    assert "answered REFUSED" in failure.message


def test_a_silent_server_times_out(server: NameServer) -> None:
    server.silent_for = 1000
    failure = asked(server, "three.test", timeout_s=0.3).failure
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.TIMED_OUT, Reason.TIMEOUT)
    assert failure.message == "timed out after 0.3 s while asking for A of three.test."


def test_a_cut_answer_is_asked_for_again_over_tcp(server: NameServer) -> None:
    server.truncates = True
    assert asked(server, "three.test").facts["count"] == 3
    assert server.asked == ["three.test A"] * 2


def test_the_egress_policy_decides_about_the_given_server(server: NameServer) -> None:
    config = {"domain": "three.test", "resolver": f"127.0.0.1:{server.port}"}
    with pytest.raises(EgressDenied):
        observe(DNS, config, egress=EgressMode.PUBLIC)
    with pytest.raises(EgressDenied):
        observe(DNS, {"domain": "three.test", "resolver": "169.254.169.254"})
    assert server.asked == []


def test_variables_are_filled_in_and_what_they_make_impossible_is_refused(server: NameServer) -> None:
    config = {"domain": "{{NAME}}.test", "resolver": "127.0.0.1:{{PORT}}"}
    seen = observe(DNS, config, variables={"NAME": "three", "PORT": str(server.port)})
    assert seen.facts["count"] == 3
    for variables, field in (({"NAME": "a..b", "PORT": "53"}, "domain"), ({"NAME": "a", "PORT": "x"}, "resolver")):
        with pytest.raises(InvalidInput) as refusal:
            observe(DNS, config, variables=variables)
        assert refusal.value.field == field


@pytest.mark.parametrize(
    ("field", "config"),
    [
        ("domain", {}),
        ("domain", {"domain": ""}),
        ("domain", {"domain": "a..test"}),
        ("domain", {"domain": "a" * 64 + ".test"}),
        ("record_type", {"domain": "a.test", "record_type": "ANY"}),
        *(
            ("resolver", {"domain": "a.test", "resolver": text})
            for text in ("", ":53", "a:", "a:0", "a:70000", "a:b", "::1:53x", "[::1", "[::1]53", "[a]:53", "http://a")
        ),
        ("expected_value", {"domain": "a.test", "expected_value": ""}),
        ("expected_values", {"domain": "a.test", "expected_values": "a"}),
        ("colour", {"domain": "a.test", "colour": "red"}),
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(field: str, config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        DnsSettings.model_validate(config)
    assert {str(problem["loc"][0]) for problem in refusal.value.errors()} == {field}


@pytest.mark.parametrize(
    "text", ["192.0.2.1", "192.0.2.1:5353", "[2001:db8::1]:53", "[::1]", "2001:db8::1", "ns1.test:53"]
)
def test_servers_are_written_with_and_without_a_port(text: str) -> None:
    assert DnsSettings(domain="a.test", resolver=text).resolver == text
