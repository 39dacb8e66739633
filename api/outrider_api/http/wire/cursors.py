"""Cursors of lists: each is the id of the last object of the page before."""

from typing import Annotated

from fastapi import Query

from outrider_engine.domain.ids import PREFIXES, to_uuid
from outrider_engine.errors import InvalidInput

Cursor = Annotated[str | None, Query(description="`meta.next_cursor` of the page before.")]


def refuse_odd_cursor(cursor: str | None, kind: str) -> None:
    """Refuse what is no id of an object of a kind; ``None`` stands for the beginning of the list.

    Raises:
        InvalidInput: it is none.
    """
    if cursor is None:
        return
    try:
        to_uuid(cursor)
    except ValueError:
        raise InvalidInput("is not a cursor of ours", field="cursor") from None
    if not cursor.startswith(f"{PREFIXES[kind]}_"):
        raise InvalidInput("is not a cursor of ours", field="cursor")
