"""Bodies of forms with files that browsers kept as they were sent, as the fields of a HAR."""

from email import message_from_string
from email.message import Message
from typing import Any

_MOST = 200


def params_of(mime: str, text: str) -> list[dict[str, Any]]:
    """Return the parts as ``{name, value, fileName, contentType}``; nothing when it is no such body.

    Args:
        mime: the content type as it was sent, with its boundary.
        text: the body.
    """
    message: Message[str, str] = message_from_string(f"Content-Type: {mime}\n\n{text}")
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        return []
    found: list[dict[str, Any]] = []
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str) or len(found) >= _MOST:
            continue
        value = part.get_payload()
        field: dict[str, Any] = {"name": name, "value": value.removesuffix("\r") if isinstance(value, str) else ""}
        file = part.get_filename()
        if file is not None:
            field |= {"fileName": file, "contentType": part.get_content_type()}
        found.append(field)
    return found
