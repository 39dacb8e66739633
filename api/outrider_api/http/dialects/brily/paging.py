"""This dialect's lists: pages by cursor, and how to go on."""

from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from outrider_engine.domain.ids import to_uuid
from outrider_engine.errors import InvalidInput

DEFAULT_PAGE = 25
LARGEST_PAGE = 100

DataT = TypeVar("DataT")


class Pagination(BaseModel):
    """How to go on: ask again with ``cursor``."""

    next_cursor: str | None
    has_more: bool


class Page(BaseModel, Generic[DataT]):
    """A part of a list."""

    data: list[DataT]
    pagination: Pagination


class Paging(BaseModel):
    """Which part of a list is asked for: the one after ``cursor``, which is the id of the last object before."""

    cursor: str | None
    limit: int

    def page(self, data: Sequence[DataT], ids: Sequence[str], *, more: bool) -> Page[DataT]:
        """Return a part of a list; ``ids`` are those of its objects."""
        return Page(data=list(data), pagination=Pagination(next_cursor=ids[-1] if more else None, has_more=more))


_Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]
_Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description=f"Objects on a page ({DEFAULT_PAGE}).")]


async def paging_of(cursor: _Cursor = None, limit: _Limit = DEFAULT_PAGE) -> Paging:
    """Return which part of a list a request asks for.

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    if cursor is not None:
        try:
            to_uuid(cursor)
        except ValueError:
            raise InvalidInput("is not a cursor of this list", field="cursor") from None
    return Paging(cursor=cursor, limit=limit)


AskedPage = Annotated[Paging, Depends(paging_of)]
