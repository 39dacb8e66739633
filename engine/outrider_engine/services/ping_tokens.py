"""The tokens at which checks are pinged: made by us, hard to guess, shown to their owners and to nobody else."""

import secrets
from collections.abc import Sequence

from outrider_engine.domain.checks import Check
from outrider_engine.domain.identity import key_digest
from outrider_engine.errors import ConfigurationError
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.ping_repository import PingToken
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Transaction

from .check_types import is_passive

_BYTES = 24


class PingTokens:
    """Makes, shows and replaces tokens."""

    def __init__(self, *, plugins: Plugins, box: SecretBox) -> None:
        self._plugins = plugins
        self._box = box

    def ensure(self, tx: Transaction, check: Check) -> None:
        """Give a check that is pinged a token, unless it has one or is of another type."""
        if is_passive(check.definition, self._plugins) and not tx.pings.of_checks([check.id]):
            self.replace(tx, check)

    def replace(self, tx: Transaction, check: Check) -> None:
        """Give a check a new token; the old one is dead with the commit."""
        text = secrets.token_urlsafe(_BYTES)
        tx.pings.put(
            PingToken(
                organization_id=check.organization_id,
                check_id=check.id,
                digest=key_digest(text),
                sealed=self._box.seal(text),
            )
        )

    def of(self, tx: Transaction, checks: Sequence[Check]) -> dict[str, str]:
        """Return the tokens of those checks that are pinged; one that another key had sealed is left out."""
        passive = [check.id for check in checks if is_passive(check.definition, self._plugins)]
        found: dict[str, str] = {}
        for id, token in tx.pings.of_checks(passive).items():
            try:
                found[id] = self._box.open(token.sealed)
            except ConfigurationError:
                continue
        return found
