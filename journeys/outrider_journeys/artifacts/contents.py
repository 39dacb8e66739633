"""Contents of unknown kind (what a site sent, or was sent) without secrets."""

import codecs

from outrider_engine.domain.redaction import Redactor

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_TEXTS = frozenset({"html", "htm", "css", "js", "mjs", "json", "txt", "xml", "svg", "csv", "map"})
_READINGS = ("utf-8", "latin-1", "utf-16-le", "utf-16-be")
_SHOWN_AS_IT_IS = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"\0\0\1\0",
    b"wOFF",
    b"wOF2",
    b"\0\1\0\0",
    b"OTTO",
)
"""How pictures and fonts begin. They are compressed, but what is in them is what people see, not what machines say."""


def without_secrets(content: bytes, redactor: Redactor, *, extension: str = "", charset: str = "") -> bytes | None:
    """Return the content without secrets; ``None`` when it can't be told whether there are any.

    Texts are rewritten. Pictures and fonts are kept as they are unless a secret is in their bytes. Everything else
    (archives, compressed or unknown data) can't be searched.

    Args:
        content: the bytes.
        redactor: knows the secrets; one that knows none changes nothing.
        extension: of the file's name, without its dot: tells texts of old encodings from other data.
        charset: what the site said of the encoding.
    """
    if not redactor or not content:
        return content
    codec = _codec(content, redactor, extension, charset)
    if codec is not None:
        text = content.decode(codec)
        clean = redactor.text(text)
        return content if clean == text else clean.encode(codec, "xmlcharrefreplace")
    is_shown = content.startswith(_SHOWN_AS_IT_IS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
    is_found = any(redactor.finds(content.decode(reading, "replace")) for reading in _READINGS)
    return content if (is_shown or b"ftypavif" in content[:16]) and not is_found else None


def _codec(content: bytes, redactor: Redactor, extension: str, charset: str) -> str | None:
    """Return the encoding of a text in which a secret would be found; ``None`` for what is no such text."""
    marked = next((codec for mark, codec in _MARKS if content.startswith(mark)), None)
    candidates = [marked] if marked else ["utf-8"]
    if not marked and extension in _TEXTS:
        # in any encoding that extends ASCII a secret made of ASCII is made of the same bytes
        candidates += [charset, "latin-1" if redactor.is_ascii else ""]
    if b"\0" in content and not marked:
        return None
    return next((codec for codec in candidates if codec and _decodes(content, codec)), None)


def _decodes(content: bytes, codec: str) -> bool:
    try:
        return content.decode(codec).encode(codec) == content or codec == "utf-16"
    except (UnicodeError, LookupError):
        return False
