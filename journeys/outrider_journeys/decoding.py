"""Texts as they are in files: in UTF-8 with or without a mark at the start, and not too large."""

from collections.abc import Callable


def decoded(content: str | bytes, *, largest: int, refused: Callable[[str], Exception]) -> str:
    """Return a text from a file, or as it is given.

    Args:
        content: the text, or its bytes.
        largest: bytes that it may have.
        refused: makes the error of what is wrong, which is raised: too large, not UTF-8, or NUL characters in it.
    """
    try:
        if len(content if isinstance(content, bytes) else content.encode()) > largest:
            raise refused(f"is larger than {largest:,} bytes")
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content.removeprefix("\ufeff")
    except UnicodeError:
        raise refused("is not text in UTF-8") from None
    if "\0" in text:
        raise refused("contains NUL characters")
    return text
