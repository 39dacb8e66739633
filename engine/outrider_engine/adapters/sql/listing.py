"""Lists of definitions: those of a part of a name, in the order that is asked for."""

from typing import Any

from sqlalchemy import Select, Table, bindparam, func

from outrider_engine.ports.listing import DefinitionQuery, SortKey

from .column_types import StrictText


def listed(wanted: Select[Any], table: Table, query: DefinitionQuery) -> Select[Any]:
    """Return a query for definitions that is narrowed and ordered as asked; ids are in the order of creation."""
    name = func.lower(table.c.name)
    if query.named is not None:
        part = query.named.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        wanted = wanted.where(name.like(bindparam(None, f"%{part}%", type_=StrictText), escape="\\"))
    if query.type is not None:
        wanted = wanted.where(table.c.type == query.type)
    if query.sort is not SortKey.CREATED_AT:
        first = name if query.sort is SortKey.NAME else table.c[query.sort.value]
        wanted = wanted.order_by(first.desc() if query.descending else first)
    return wanted.order_by(table.c.id.desc() if query.descending else table.c.id)
