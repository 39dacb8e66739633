import socket

import pytest
from conftest import Service
from outrider_engine.assertions import judge
from outrider_engine.domain.egress import EgressMode
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import EgressDenied
from outrider_engine.testing import check_type_problems, observation_problems, observe
from pydantic import ValidationError

from outrider_banner.check_type import LONGEST_BANNER, BannerCheckType

HERE = "127.0.0.1"


def test_the_contract_is_kept() -> None:
    assert check_type_problems(BannerCheckType()) == []


def test_the_first_line_is_a_fact(service: Service) -> None:
    seen = observe(BannerCheckType(), {"host": HERE, "port": service(b"SSH-2.0-Outrider\r\nmore\r\n")})
    assert seen.failure is None
    assert seen.facts == {"banner": "SSH-2.0-Outrider", "ip": HERE}
    assert list(seen.phases) == ["dns", "connect", "first_byte"]
    assert observation_problems(seen) == []


def test_the_host_may_name_a_variable(service: Service) -> None:
    seen = observe(BannerCheckType(), {"host": "{{MAIL}}", "port": service(b"220\n")}, variables={"MAIL": HERE})
    assert seen.facts["banner"] == "220"


def test_a_line_without_end_is_cut(service: Service) -> None:
    seen = observe(BannerCheckType(), {"host": HERE, "port": service(b"x" * 100_000)})
    assert seen.facts["banner"] == "x" * LONGEST_BANNER


def test_an_empty_greeting_fails_by_default(service: Service) -> None:
    seen = observe(BannerCheckType(), {"host": HERE, "port": service(b"\n")})
    assert judge(seen, BannerCheckType.default_assertions).verdict is Verdict.FAILED


def test_silence_times_out(service: Service) -> None:
    seen = observe(BannerCheckType(), {"host": HERE, "port": service(b"")}, timeout_s=0.2)
    assert seen.failure is not None
    assert (seen.failure.verdict, seen.failure.reason) == (Verdict.TIMED_OUT, Reason.TIMEOUT)


def test_a_closed_port_fails() -> None:
    with socket.socket() as unused:
        unused.bind((HERE, 0))
        seen = observe(BannerCheckType(), {"host": HERE, "port": unused.getsockname()[1]})
    assert seen.failure is not None
    assert (seen.failure.verdict, seen.failure.reason) == (Verdict.FAILED, Reason.CONNECT)


def test_a_name_that_does_not_exist_fails() -> None:
    seen = observe(BannerCheckType(), {"host": "no such host", "port": 25})
    assert seen.failure is not None
    assert seen.failure.reason is Reason.DNS


def test_an_address_that_the_egress_policy_denies_is_not_connected_to(service: Service) -> None:
    port = service(b"220\n")
    with pytest.raises(EgressDenied):
        observe(BannerCheckType(), {"host": HERE, "port": port}, egress=EgressMode.PUBLIC)


@pytest.mark.parametrize(
    "config", [{}, {"host": HERE}, {"host": HERE, "port": 0}, {"host": HERE, "port": 25, "extra": 1}]
)
def test_bad_settings_are_refused(config: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        observe(BannerCheckType(), config)
