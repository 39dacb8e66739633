"""Tokens of checks that are pinged, in the database."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, select

from outrider_engine.ports.ping_repository import PingToken

from .schema import ping_tokens
from .session import Session


class SqlPings:
    """Implements ``PingRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, token: PingToken) -> None:
        """Store a check's token in place of the one it had."""
        statement = self._session.insert(ping_tokens).values(
            organization_id=token.organization_id,
            check_id=token.check_id,
            digest=token.digest,
            sealed=token.sealed,
        )
        new = {name: statement.excluded[name] for name in ("digest", "sealed")}
        self._session.run(statement.on_conflict_do_update(index_elements=["check_id"], set_=new))

    def find(self, digest: str) -> PingToken | None:
        """Return the token of a digest, ``None`` when there is none."""
        row = self._session.first(select(ping_tokens).where(ping_tokens.c.digest == digest))
        return None if row is None else _token(row)

    def of_checks(self, check_ids: Collection[str]) -> Mapping[str, PingToken]:
        """Return the tokens of those checks that have one."""
        if not check_ids:
            return {}
        rows = self._session.all(select(ping_tokens).where(ping_tokens.c.check_id.in_(check_ids)))
        return {row.check_id: _token(row) for row in rows}


def _token(row: Row[Any]) -> PingToken:
    return PingToken(organization_id=row.organization_id, check_id=row.check_id, digest=row.digest, sealed=row.sealed)
