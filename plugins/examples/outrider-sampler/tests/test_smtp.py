import pytest
from outrider_engine.domain.egress import EgressMode
from outrider_engine.domain.verdicts import Reason
from outrider_engine.errors import EgressDenied
from outrider_engine.testing import check_type_problems, observation_problems, observe

from outrider_sampler.smtp import SmtpCheckType


def test_the_contract_is_kept() -> None:
    assert check_type_problems(SmtpCheckType()) == []


def test_what_the_server_offers_is_a_fact(mail_port: int) -> None:
    seen = observe(SmtpCheckType(), {"host": "127.0.0.1", "port": mail_port})
    assert seen.facts == {"code": 250, "offers": ["size", "starttls"], "ip": "127.0.0.1"}
    assert observation_problems(seen) == []


def test_a_web_server_is_no_mail_server(site: str) -> None:
    seen = observe(SmtpCheckType(), {"host": "127.0.0.1", "port": int(site.rpartition(":")[2])}, timeout_s=0.3)
    assert seen.failure is not None
    assert seen.failure.reason in (Reason.PROTOCOL, Reason.TIMEOUT)


def test_an_address_that_the_egress_policy_denies_is_not_connected_to(mail_port: int) -> None:
    with pytest.raises(EgressDenied):
        observe(SmtpCheckType(), {"host": "127.0.0.1", "port": mail_port}, egress=EgressMode.PUBLIC)
