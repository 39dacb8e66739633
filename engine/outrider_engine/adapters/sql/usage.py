"""Counts of calls in the database."""

from sqlalchemy import select, text

from .schema import api_calls
from .session import Session

ALL_KEYS = ""
"""Stands, in the place of a key, for the organization."""

_ONE_MORE_OF_BOTH = text(
    """
    INSERT INTO api_calls (organization_id, month, key_id, calls)
    VALUES (:organization_id, :month, :key_id, 1), (:organization_id, :month, '', 1)
    ON CONFLICT (organization_id, month, key_id) DO UPDATE SET calls = api_calls.calls + 1
    RETURNING key_id, calls
    """
)
"""As text, for an INSERT of several rows is compiled anew each time, which costs more than it does."""


class SqlUsage:
    """Implements ``UsageRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count_call(
        self, organization_id: str, key_id: str, month: str, limit: int | None = None
    ) -> tuple[int, int] | None:
        """Count one more call of a key; returns the calls of its organization and its own, ``None`` beyond ``limit``.

        Without a limit that is one statement, for it is made with every request.
        """
        about = {"organization_id": organization_id, "month": month, "key_id": key_id}
        if limit is None:
            counted = {row.key_id: int(row.calls) for row in self._session.run(_ONE_MORE_OF_BOTH, about)}
            return counted[ALL_KEYS], counted[key_id]
        own = self._one_more(about, limit) if limit > 0 else None
        if own is None:
            return None
        return self._one_more(about | {"key_id": ALL_KEYS}) or 0, own

    def _one_more(self, about: dict[str, str], limit: int | None = None) -> int | None:
        one_more = (
            self._session.insert(api_calls)
            .values(**about, calls=1)
            .on_conflict_do_update(
                index_elements=["organization_id", "month", "key_id"],
                set_={"calls": api_calls.c.calls + 1},
                where=None if limit is None else api_calls.c.calls < limit,
            )
        )
        row = self._session.first(one_more.returning(api_calls.c.calls))
        return None if row is None else int(row.calls)

    def calls(self, organization_id: str, month: str, key_id: str | None = None) -> int:
        """Return how often a key has called, or (``None``) the whole organization."""
        mine = (
            api_calls.c.organization_id == organization_id,
            api_calls.c.month == month,
            api_calls.c.key_id == (key_id or ALL_KEYS),
        )
        row = self._session.first(select(api_calls.c.calls).where(*mine))
        return 0 if row is None else int(row.calls)
