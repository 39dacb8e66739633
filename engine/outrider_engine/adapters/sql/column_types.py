"""Column types that store the same values on SQLite and PostgreSQL, and the one place where odd text is dealt with.

PostgreSQL stores neither NUL characters nor lone surrogates in ``text``, and neither of them nor NaN in ``jsonb``.
What people write is refused with such content; what targets sent back is cleaned, since a result must not be lost.
"""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import JSON, DateTime, Dialect, Text, TypeDecorator
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeEngine

from outrider_engine.errors import InvalidInput

_REPLACEMENT = "\ufffd"


class UnstorableText(InvalidInput, DontWrapMixin):
    """A text contains what no database keeps. SQLAlchemy hands it on unwrapped."""

    def __init__(self) -> None:
        super().__init__("text must not contain NUL characters or unpaired surrogates")


class Id(TypeDecorator[str]):
    """An identifier or another ASCII name, compared byte by byte, so that newer identifiers sort last everywhere.

    Text that no identifier contains matches nothing.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type to use, with the byte order of the ``C`` collation on PostgreSQL."""
        return postgresql.TEXT(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what is sent to the database."""
        return value if value is None else clean_text(value)


class StrictText(TypeDecorator[str]):
    """Text that people write; refused when it can't be stored as it is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what is sent to the database.

        Raises:
            InvalidInput: it contains NUL characters or unpaired surrogates.
        """
        if value is not None and clean_text(value) != value:
            raise UnstorableText
        return value


class CleanText(TypeDecorator[str]):
    """Text that came from a target; what can't be stored is replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what is sent to the database."""
        return value if value is None else clean_text(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time: stored in UTC, always read back as an aware UTC datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is sent to the database.

        Raises:
            TypeError: the datetime is naive.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"a time without time zone can't be stored: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as it left us."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StrictJson(TypeDecorator[Any]):
    """JSON that people write: JSONB on PostgreSQL, text on SQLite. ``None`` is SQL's NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type to use."""
        return postgresql.JSONB(none_as_null=True) if dialect.name == "postgresql" else JSON(none_as_null=True)


class CleanJson(StrictJson):
    """JSON that came from a target; what can't be stored is replaced."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Return what is sent to the database."""
        return clean_json(value)


def clean_text(text: str) -> str:
    """Return text without NUL characters and unpaired surrogates."""
    if text.isascii():
        return text.replace("\0", _REPLACEMENT) if "\0" in text else text
    return text.encode("utf-8", "replace").decode().replace("\0", _REPLACEMENT)


def clean_json(value: Any) -> Any:
    """Return a JSON value that can be stored: texts cleaned, numbers that JSON does not have as text."""
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {clean_text(str(key)): clean_json(item) for key, item in value.items()}
    return [clean_json(item) for item in value] if isinstance(value, Sequence) else value


def encode_json(value: Any) -> str:
    """Return the JSON text of a value; the serializer of both databases.

    Raises:
        InvalidInput: it contains what can't be stored.
    """
    try:
        text = _dumped(value)
    except ValueError:
        raise UnstorableText from None
    if ("\\u0000" in text and _dumped(clean_json(value)) != text) or clean_text(text) != text:
        raise UnstorableText
    return text


def decode_json(content: str | bytes) -> Any:
    """Return the value of a JSON text that a database kept; the deserializer of both.

    A page of runs has a hundred of them, and this reader takes a third of the time of Python's own.
    """
    try:
        return from_json(content)
    except ValueError:  # it goes 200 levels deep
        return json.loads(content)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"not a JSON value: {type(value).__name__}")


_dumped = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain).encode
