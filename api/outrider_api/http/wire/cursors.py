"""Cursors of lists that only grow: each is the id of the last object of the page before."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Query

from outrider_api.http.answers import CursorMeta, Limit, PageSize, Timeline, size_of
from outrider_engine.domain.ids import PREFIXES, to_uuid
from outrider_engine.errors import InvalidInput

DataT = TypeVar("DataT")

_Cursor = Annotated[str | None, Query(description="`meta.next_cursor` of the page before.")]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which part of such a list is asked for: ``size`` objects after the one with the id ``cursor``, or the newest."""

    cursor: str | None
    size: int

    def timeline(self, data: Sequence[DataT], ids: Sequence[str], *, more: bool) -> Timeline[DataT]:
        """Show it, and how to go on; ``ids`` are those of its objects."""
        next_cursor = ids[-1] if more and ids else None
        return Timeline(data=list(data), meta=CursorMeta(next_cursor=next_cursor, has_more=more, per_page=self.size))


def stretch_of(kind: str) -> Callable[..., Awaitable[Stretch]]:
    """Return what reads from a request which part of a list of objects of a kind it asks for."""

    async def asked(cursor: _Cursor = None, per_page: PageSize = None, limit: Limit = None) -> Stretch:
        _refuse_odd(cursor, kind)
        return Stretch(cursor, size_of(per_page, limit))

    return asked


def _refuse_odd(cursor: str | None, kind: str) -> None:
    if cursor is None:
        return
    try:
        to_uuid(cursor)
    except ValueError:
        raise InvalidInput("is not a cursor of ours", field="cursor") from None
    if not cursor.startswith(f"{PREFIXES[kind]}_"):
        raise InvalidInput("is not a cursor of ours", field="cursor")
