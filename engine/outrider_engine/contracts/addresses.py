"""E-mail addresses as settings."""

import re
from typing import Annotated

from pydantic import AfterValidator

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)


def mail_address(text: str) -> str:
    """Return an e-mail address.

    Raises:
        ValueError: it is none, or has a name, a comment or a quoted part.
    """
    local = text.rpartition("@")[0]
    if len(text) > 254 or len(local) > 64 or not _ADDRESS.fullmatch(text):
        raise ValueError("is not an e-mail address such as ops@example.com")
    return text


MailAddress = Annotated[str, AfterValidator(mail_address)]
