"""Bytes of strangers as text that can be searched, shown and stored."""

import codecs
import re

_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]+)""", re.IGNORECASE)
_DECODABLE = re.compile(
    r"utf-8|utf-8-sig|utf-16(-[bl]e)?|utf-32(-[bl]e)?|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|gb\w+|big5\w*|"
    r"euc_\w+|iso2022_\w+|shift_jis\w*|johab|tis-620|hz"
)
"""Encodings by Python's name for them. The others (``idna``, ``punycode``, ``unicode_escape``) take quadratic time or
are no encodings of pages."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def decoded(body: bytes, content_type: str) -> str:
    """Return a body as text, by its charset or else as UTF-8; what can't be decoded becomes U+FFFD."""
    text = body.decode(_encoding(content_type), errors="replace")
    return text.removeprefix("\ufeff").replace("\x00", "\N{REPLACEMENT CHARACTER}")


def storable(text: str) -> str:
    """Return a text without NUL and lone surrogates, which neither databases nor RE2 take."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _encoding(content_type: str) -> str:
    named = _CHARSET.search(content_type)
    if named is None:
        return "utf-8"
    try:
        name = codecs.lookup(named[1]).name
    except LookupError:
        return "utf-8"
    return name if _DECODABLE.fullmatch(name) else "utf-8"
