"""Everything that is stored sealed, in the database: every column whose name begins with ``sealed``."""

from collections.abc import Sequence

from sqlalchemy import Column, Table, select, tuple_, update

from outrider_engine.ports.sealed_repository import SealedText

from .schema import metadata
from .session import Session

_COLUMNS = {
    f"{table.name}.{column.name}": column
    for table in metadata.sorted_tables
    for column in table.columns
    if column.name.startswith("sealed")
}


class SqlSealed:
    """Implements ``SealedRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def places(self) -> Sequence[str]:
        """Return the names of all places."""
        return list(_COLUMNS)

    def after(self, place: str, key: tuple[str, ...] | None, limit: int) -> Sequence[SealedText]:
        """Return the texts that come after a key (``None``: from the beginning), in the order of their keys."""
        column = _COLUMNS[place]
        ids = _key_of(column.table)
        wanted = select(*ids, column.label("sealed_text")).where(column.is_not(None)).order_by(*ids).limit(limit)
        if key is not None:
            wanted = wanted.where(tuple_(*ids) > tuple_(*key))
        return [SealedText(key=tuple(row[: len(ids)]), text=row.sealed_text) for row in self._session.all(wanted)]

    def put(self, place: str, sealed: SealedText, text: str) -> bool:
        """Store a text in place of ``sealed``; ``False`` when somebody else changed it meanwhile."""
        column = _COLUMNS[place]
        it = [one == part for one, part in zip(_key_of(column.table), sealed.key, strict=True)]
        change = update(column.table).where(*it, column == sealed.text).values({column.name: text})
        return self._session.changes(change) == 1


def _key_of(table: Table) -> list[Column[str]]:
    return list(table.primary_key.columns)
