"""Texts that people write: neither empty nor too long, and such as can be stored."""

import urllib.parse
from collections.abc import Sequence

from outrider_engine.errors import InvalidInput

from .validation import refuse_unstorable

LONGEST_PART = 200
LONGEST_URL = 2000


def checked_text(text: str, field: str, longest: int) -> str:
    """Return a text as it is.

    Raises:
        InvalidInput: it is blank, too long, or can't be stored.
    """
    if not len(text.strip()) >= 1 or len(text) > longest:
        raise InvalidInput(f"must have 1 to {longest} characters", field=field)
    refuse_unstorable(text, field)
    return text


def checked_texts(texts: Sequence[str], field: str, most: int) -> tuple[str, ...]:
    """Return several short texts as they are.

    Raises:
        InvalidInput: they are too many, one is there twice, blank, too long, or can't be stored.
    """
    if len(texts) > most or len(set(texts)) != len(texts):
        raise InvalidInput(f"must be at most {most}, each once", field=field)
    return tuple(checked_text(text, f"{field}[{index}]", LONGEST_PART) for index, text in enumerate(texts))


def checked_url(url: str | None, field: str) -> str | None:
    """Return the address of a page as it is.

    Raises:
        InvalidInput: it is none.
    """
    if url is None:
        return None
    checked_text(url, field, LONGEST_URL)
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        parts = urllib.parse.SplitResult("", "", "", "", "")
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(each.isspace() for each in url):
        raise InvalidInput("must be an address that begins with https:// or http://", field=field)
    return url
