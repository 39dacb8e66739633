"""Mails with invitations: sent in the background, tried again, and honest about what became of them."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from api_house import PASSWORDS, House
from smtp_server import SmtpServer, running_smtp
from structlog.testing import capture_logs

from outrider_engine.adapters.mail.smtp import SmtpMailer
from outrider_engine.adapters.mail.smtp_address import smtp_address
from outrider_engine.services.invitation_mails import LEASE, NO_ADDRESS, InvitationMailing, InvitationPost
from outrider_engine.services.members import MemberService
from outrider_engine.services.passwords import Passwords

PASSWORD = "correct horse battery"
PUBLIC = "https://outrider.example.com/"


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with running_smtp() as server:
        yield server


def posting(house: House, missing: str | None = None) -> None:
    """Let the house put invitations in the post, as far as nothing is missing."""
    services, world = house.services, house.world
    members = MemberService(
        storage=world.storage,
        passwords=Passwords(hasher=PASSWORDS, rates=services.rates),
        quotas=world.quotas,
        post=InvitationPost(secrets=world.secrets, missing=missing),
    )
    house.serve(replace(services, members=members))


def mailing(house: House, smtp: SmtpServer | None) -> InvitationMailing:
    mailer = None
    if smtp is not None:
        mailer = SmtpMailer(smtp_address(f"smtp://127.0.0.1:{smtp.port}"), "outrider@a.test")
    return InvitationMailing(
        storage=house.world.storage,
        secrets=house.world.secrets,
        clock=house.world.clock,
        mailer=mailer,
        public_url=PUBLIC,
        jitter=lambda: 1.0,
    )


def invite(house: House, address: str = "lin@example.com") -> Any:
    path = f"/api/v1/organizations/{house.world.organization}/invitations"
    return house.owner.post(path, {"email": address, "role": "viewer"})


def resent(house: House, invited: Any) -> Any:
    return house.owner.post(f"/api/v1/organizations/{house.world.organization}/invitations/{invited['id']}/resend")


def listed(house: House) -> dict[str, Any]:
    members = house.owner.get(f"/api/v1/organizations/{house.world.organization}/members")
    return {each["email"]: each for each in members}


def read(smtp: SmtpServer, index: int = -1) -> tuple[list[str], str, str]:
    """Return recipients, subject and text of a mail."""
    recipients, content = smtp.mails[index]
    mail = email.message_from_bytes(content, policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return recipients, str(mail["Subject"]), str(body.get_content())


def test_an_invitation_is_mailed_with_a_link_that_lets_in(any_house: House, smtp: SmtpServer) -> None:
    posting(any_house)
    with capture_logs() as logs:
        invited = invite(any_house)
        assert (invited["email_status"], invited["email_error"]) == ("queued", None)
        assert mailing(any_house, smtp).send_due() == 1
        assert mailing(any_house, smtp).send_due() == 0
        recipients, subject, text = read(smtp)
        assert (recipients, subject) == (["lin@example.com"], "Invitation to Acme")
        assert "as viewer" in text
        (link,) = re.findall(r"https://outrider.example.com(/\S+)", text)
        assert link == invited["page_path"]
        page = any_house.client.get(link)
        assert (page.status_code, "Join Acme" in page.text, "lin@example.com" in page.text) == (200, True, True)
        assert listed(any_house)["lin@example.com"]["email_status"] == "sent"
        any_house.caller(None).post(invited["accept_path"], {"password": PASSWORD})
    assert listed(any_house)["lin@example.com"]["email_status"] is None
    assert any_house.client.get(link).status_code == 404
    assert invited["token"] not in str(logs)
    assert invited["token"] not in str(listed(any_house))


def test_a_mail_that_is_not_taken_is_tried_again_and_says_why(any_house: House, smtp: SmtpServer) -> None:
    posting(any_house)
    invite(any_house)
    smtp.answers["MAIL FROM"] = "451 later"
    assert mailing(any_house, smtp).send_due() == 1
    waiting = listed(any_house)["lin@example.com"]
    assert (waiting["email_status"], "(451)" in waiting["email_error"]) == ("queued", True)
    assert mailing(any_house, smtp).send_due() == 0, "not before its time"
    any_house.world.clock.advance(5)
    assert mailing(any_house, None).send_due() == 1
    assert "OUTRIDER_SMTP_URL" in listed(any_house)["lin@example.com"]["email_error"]
    smtp.answers.clear()
    any_house.world.clock.advance(10)
    mailing(any_house, smtp).send_due()
    done = listed(any_house)["lin@example.com"]
    assert (done["email_status"], done["email_error"]) == ("sent", None)


def test_a_refused_address_has_failed_and_another_mail_can_be_sent(any_house: House, smtp: SmtpServer) -> None:
    posting(any_house)
    first = invite(any_house)
    smtp.answers["RCPT"] = "550 nobody of that name"
    mailing(any_house, smtp).send_due()
    failed = listed(any_house)["lin@example.com"]
    assert (failed["email_status"], "(550)" in failed["email_error"]) == ("failed", True)
    smtp.answers.clear()
    any_house.world.clock.advance(600)
    assert mailing(any_house, smtp).send_due() == 0
    again = resent(any_house, first)
    assert again["email_status"] == "queued"
    assert mailing(any_house, smtp).send_due() == 1
    assert again["page_path"] in read(smtp)[2]
    any_house.caller(None).refused(404, "POST", first["accept_path"], {"password": PASSWORD})


def test_only_the_newest_of_several_invitations_is_mailed(house: House, smtp: SmtpServer) -> None:
    posting(house)
    first = invite(house)
    with house.world.storage.begin() as tx:
        (claimed,) = tx.invitation_mails.claim(token="t", limit=9, lease=LEASE, now=tx.now)
    second = resent(house, first)
    with house.world.storage.begin() as tx:
        assert not tx.invitation_mails.sent(claimed.member.id, "t", tx.now), "another one has taken its place"
    assert mailing(house, smtp).send_due() == 1
    assert second["page_path"] in read(smtp)[2]


def test_ended_and_revoked_invitations_are_not_mailed(house: House, smtp: SmtpServer) -> None:
    posting(house)
    invited = invite(house)
    house.owner.delete(f"/api/v1/organizations/{house.world.organization}/invitations/{invited['id']}")
    assert mailing(house, smtp).send_due() == 0
    invite(house)
    house.world.clock.advance(8 * 86_400)
    mailing(house, smtp).send_due()
    assert smtp.mails == []
    assert listed(house)["lin@example.com"]["email_error"] == "the invitation has ended"


def test_without_a_mail_server_the_answer_says_to_hand_the_link_over(house: House, smtp: SmtpServer) -> None:
    invited = invite(house)
    assert invited["email_status"] == "not_configured"
    assert "OUTRIDER_SMTP_URL" in invited["email_error"]
    assert "hand the link over" in invited["email_error"]
    posting(house, NO_ADDRESS)
    assert "OUTRIDER_PUBLIC_URL" in resent(house, invited)["email_error"]
    posting(house)
    resent(house, invited)
    posting(house, NO_ADDRESS)
    assert resent(house, invited)["email_status"] == "not_configured"
    assert mailing(house, smtp).send_due() == 0


def test_the_page_of_an_invitation_runs_nothing_but_its_own_script(house: House) -> None:
    organization = house.owner.post("/api/v1/organizations", {"name": "<script>alert(1)</script>", "slug": "s"})
    path = f"/api/v1/organizations/{organization['id']}/invitations"
    page = house.client.get(house.owner.post(path, {"email": "lin@example.com"})["page_path"])
    assert "<script>alert" not in page.text
    nonce = re.findall(r"script-src 'nonce-([^']+)'", page.headers["Content-Security-Policy"])[0]
    assert f'<script nonce="{nonce}">' in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    gone = house.client.get("/invitations/no-such-token")
    assert (gone.status_code, "has ended" in gone.text) == (404, True)
