"""Counts of calls in the database."""

from sqlalchemy import select

from .schema import api_calls
from .session import Session

_ALL_KEYS = ""


class SqlUsage:
    """Implements ``UsageRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count_call(self, organization_id: str, key_id: str, month: str, limit: int | None) -> int | None:
        """Count one more call of a key and return how many there are now; ``None`` when that exceeds ``limit``."""
        if limit is not None and limit < 1:
            return None
        first = self._session.insert(api_calls).values(
            organization_id=organization_id, month=month, key_id=key_id, calls=1
        )
        one_more = first.on_conflict_do_update(
            index_elements=["organization_id", "month", "key_id"],
            set_={"calls": api_calls.c.calls + 1},
            where=None if limit is None else api_calls.c.calls < limit,
        )
        row = self._session.first(one_more.returning(api_calls.c.calls))
        return None if row is None else int(row.calls)

    def count_organization_call(self, organization_id: str, month: str) -> int:
        """Count one more call of the whole organization and return how many there are now."""
        return self.count_call(organization_id, _ALL_KEYS, month, None) or 0

    def calls(self, organization_id: str, month: str, key_id: str | None = None) -> int:
        """Return how often a key has called, or (``None``) the whole organization."""
        mine = (
            api_calls.c.organization_id == organization_id,
            api_calls.c.month == month,
            api_calls.c.key_id == (key_id or _ALL_KEYS),
        )
        row = self._session.first(select(api_calls.c.calls).where(*mine))
        return 0 if row is None else int(row.calls)
