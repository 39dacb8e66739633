"""The tokens of checks that are pinged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PingToken:
    """What allows to ping one check.

    Attributes:
        digest: by which the token is found.
        sealed: the token itself, to be shown to the check's owner.
    """

    organization_id: str
    check_id: str
    digest: str
    sealed: str = field(repr=False)


class PingRepository(Protocol):
    """Tokens by check; each check has one at most."""

    def put(self, token: PingToken) -> None:
        """Store a check's token in place of the one it had."""

    def find(self, digest: str) -> PingToken | None:
        """Return the token of a digest, ``None`` when there is none."""

    def of_checks(self, check_ids: Collection[str]) -> Mapping[str, PingToken]:
        """Return the tokens of those checks that have one."""
