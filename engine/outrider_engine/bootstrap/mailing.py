"""What sends mails, and whether there is such a thing."""

from outrider_engine.adapters.mail.smtp import SmtpMailer
from outrider_engine.adapters.mail.smtp_address import smtp_address
from outrider_engine.contracts import mail_address
from outrider_engine.errors import ConfigurationError
from outrider_engine.services.invitation_mails import NO_ADDRESS, NO_SERVER
from outrider_engine.settings import Settings


def mailer_of(settings: Settings) -> SmtpMailer | None:
    """Return what sends mail, ``None`` when no mail server is set.

    Raises:
        ConfigurationError: one of the two settings is wrong or missing.
    """
    if settings.smtp_url is None:
        return None
    if settings.smtp_from is None:
        raise ConfigurationError("OUTRIDER_SMTP_FROM: is required beside OUTRIDER_SMTP_URL (sender of mails)")
    try:
        sender = mail_address(settings.smtp_from)
    except ValueError as error:
        raise ConfigurationError(f"OUTRIDER_SMTP_FROM: {error}") from None
    try:
        return SmtpMailer(smtp_address(settings.smtp_url.get_secret_value()), sender)
    except ValueError as error:
        raise ConfigurationError(f"OUTRIDER_SMTP_URL: {error}") from None


def missing_for_mails(settings: Settings) -> str | None:
    """Return what is not set that a mail with a link needs; ``None`` when there is everything."""
    if settings.smtp_url is None:
        return NO_SERVER
    return NO_ADDRESS if settings.public_url is None else None
