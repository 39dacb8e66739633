"""Calls of the API admitted by one message to PostgreSQL, as all but a few of them are."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Interval, Select, bindparam, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import insert

from outrider_engine.domain.usage import AdmittedCall

from .column_types import UtcDateTime
from .identity import KEY_COLUMNS, key_of
from .schema import NOT_REVOKED, api_calls, api_keys, where
from .usage import ALL_KEYS


def admitted(
    connection: Connection, digest: str, *, noted_every: timedelta, now: datetime | None = None
) -> AdmittedCall | None:
    """Count a call, as ``Storage.admit`` does; ``now`` takes the place of the server's time."""
    about = {"digest": digest, "noted_every": noted_every, "now": now}
    row = connection.execute(_statement(), about).first()
    if row is None:
        return None
    return AdmittedCall(
        key=key_of(row), began_at=row.began_at, key_calls=row.key_calls, organization_calls=row.organization_calls
    )


@cache
def _statement() -> Select[Any]:
    """Return the statement: finds the key, counts both rows, and says that nobody waits for the disk.

    That setting is one of the transaction, which the statement is by itself.
    """
    now = func.coalesce(bindparam("now", type_=UtcDateTime), func.now(), type_=UtcDateTime)
    hurry = select(func.set_config("synchronous_commit", "off", literal(True)), now.label("began_at")).cte("hurry")
    began_at = hurry.c.began_at
    mine = (
        select(*KEY_COLUMNS, began_at, func.to_char(func.timezone("UTC", began_at), "YYYY-MM").label("month"))
        .where(api_keys.c.digest == bindparam("digest"), where(NOT_REVOKED), api_keys.c.monthly_limit.is_(None))
        .where(api_keys.c.expires_at.is_(None) | (api_keys.c.expires_at > began_at))
        .where(api_keys.c.last_used_at > began_at - bindparam("noted_every", type_=Interval))
        .cte("mine")
    )
    one_more = union_all(
        *(select(mine.c.organization_id, mine.c.month, key_id, literal(1)) for key_id in (mine.c.id, literal(ALL_KEYS)))
    )
    counting = insert(api_calls).from_select(["organization_id", "month", "key_id", "calls"], one_more)
    counted = (
        counting.on_conflict_do_update(
            index_elements=["organization_id", "month", "key_id"], set_={"calls": api_calls.c.calls + 1}
        )
        .returning(api_calls.c.key_id, api_calls.c.calls)
        .cte("counted")
    )
    own, everybodys = counted.alias("own"), counted.alias("everybodys")
    return (
        select(mine, own.c.calls.label("key_calls"), everybodys.c.calls.label("organization_calls"))
        .join(own, own.c.key_id == mine.c.id)
        .join(everybodys, everybodys.c.key_id == ALL_KEYS)
    )
