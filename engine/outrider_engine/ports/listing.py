"""Which part of a list of definitions is asked for, and in which order."""

from dataclasses import dataclass
from enum import StrEnum


class SortKey(StrEnum):
    """By what definitions can be sorted; those without a time of their last change have only the first two."""

    NAME = "name"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """One page (from 1) of a list."""

    page: int = 1
    per_page: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionQuery(PageQuery):
    """One page of the definitions that meet all of these.

    Attributes:
        named: part of the name, in upper or lower case.
        sort: by what they are sorted; the older one is first among equals.
        descending: the other way round.
    """

    named: str | None = None
    sort: SortKey = SortKey.CREATED_AT
    descending: bool = False
    type: str | None = None
