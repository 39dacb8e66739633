"""The envelopes of answers, and how lists are walked."""

from collections.abc import Sequence
from typing import Annotated, Generic, Literal, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from outrider_engine.errors import InvalidInput

DataT = TypeVar("DataT")

DEFAULT_PAGE = 20
LARGEST_PAGE = 100
LAST_PAGE = 100_000


def is_none(value: object) -> bool:
    """Tell whether a field has nothing to say, and is left out."""
    return value is None


class Answer(BaseModel, Generic[DataT]):
    """One object."""

    success: Literal[True] = True
    data: DataT


class Done(BaseModel):
    """What was deleted, by id."""

    id: str
    deleted: bool = True


class PageMeta(BaseModel):
    """Where a page lies in its list."""

    total: int = Field(description="Objects on all pages.")
    page: int
    per_page: int


class Listing(BaseModel, Generic[DataT]):
    """One page of a list; `count` and `limit` are there when `limit` was asked for."""

    success: Literal[True] = True
    data: list[DataT]
    meta: PageMeta
    count: int | None = Field(default=None, exclude_if=is_none)
    limit: int | None = Field(default=None, exclude_if=is_none)


class CursorMeta(BaseModel):
    """How to go on: ask again with `cursor=next_cursor`."""

    next_cursor: str | None
    has_more: bool
    per_page: int


class Timeline(BaseModel, Generic[DataT]):
    """A part of a list that only grows, newest first."""

    success: Literal[True] = True
    data: list[DataT]
    meta: CursorMeta


class Page(BaseModel):
    """Which page of a list is asked for."""

    page: int
    per_page: int
    limit: int | None

    def listing(self, data: Sequence[DataT], total: int) -> Listing[DataT]:
        """Return a page of a list of ``total`` objects."""
        meta = PageMeta(total=total, page=self.page, per_page=self.per_page)
        count = len(data) if self.limit is not None else None
        return Listing(data=list(data), meta=meta, count=count, limit=self.limit)


PageNumber = Annotated[int, Query(ge=1, le=LAST_PAGE, description="Page, from 1.")]
PageSize = Annotated[int | None, Query(ge=1, le=LARGEST_PAGE, description=f"Objects on a page ({DEFAULT_PAGE}).")]
Limit = Annotated[int | None, Query(ge=1, le=LARGEST_PAGE, description="The same, by another name.")]


def size_of(per_page: int | None, limit: int | None) -> int:
    """Return how many objects a request asks for, by either name.

    Raises:
        InvalidInput: the two contradict each other.
    """
    if per_page is not None and limit is not None and per_page != limit:
        raise InvalidInput("says something else than per_page", field="limit")
    return per_page or limit or DEFAULT_PAGE


async def page_of(page: PageNumber = 1, per_page: PageSize = None, limit: Limit = None) -> Page:
    """Return the page that a request asks for."""
    return Page(page=page, per_page=size_of(per_page, limit), limit=limit)


Paging = Annotated[Page, Depends(page_of)]
