"""``OUTRIDER_SMTP_URL`` and what it means."""

from pathlib import Path

import pytest

from outrider_engine.adapters.mail.smtp_address import smtp_address
from outrider_engine.bootstrap.mailing import mailer_of
from outrider_engine.errors import ConfigurationError
from outrider_engine.settings import Settings


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "starttls", "user"),
    [
        ("smtp://mail.test", "mail.test", 587, False, "optional", None),
        ("smtp://mail.test:25?starttls=off", "mail.test", 25, False, "off", None),
        ("smtp://me%40a.test:word@mail.test", "mail.test", 587, False, "required", "me@a.test"),
        ("smtps://me:word@mail.test", "mail.test", 465, True, "off", "me"),
    ],
)
def test_the_parts_of_a_url(url: str, host: str, port: int, starttls: str, user: str | None, *, tls: bool) -> None:
    found = smtp_address(url)
    assert (found.host, found.port, found.implicit_tls, found.starttls, found.user) == (host, port, tls, starttls, user)
    assert "word" not in repr(found)


@pytest.mark.parametrize(
    "url",
    ["mail.test", "http://mail.test", "smtp://", "smtp://m:x", "smtp://m?starttls=maybe", "smtp://m?a=b", "smtp://m/x"],
)
def test_what_is_no_such_url(url: str) -> None:
    with pytest.raises(ValueError, match="must have the form"):
        smtp_address(url)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"smtp_url": "smtp://m.test"}, "OUTRIDER_SMTP_FROM: is required"),
        ({"smtp_url": "smtp://m.test", "smtp_from": "me"}, "OUTRIDER_SMTP_FROM: is not"),
        ({"smtp_url": "ftp://s3cret@m.test", "smtp_from": "o@a.test"}, "OUTRIDER_SMTP_URL: must have"),
    ],
)
def test_wrong_settings_name_their_variable(tmp_path: Path, given: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as refusal:
        mailer_of(Settings(data_dir=tmp_path, **given))  # type: ignore[arg-type]
    assert "s3cret" not in str(refusal.value)


def test_without_settings_there_is_no_mail_server(tmp_path: Path) -> None:
    assert mailer_of(Settings(data_dir=tmp_path)) is None
