"""Checks as their owners see them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from outrider_engine.domain.checks import Check, CheckDefinition
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.rollups import Tally
from outrider_engine.domain.runs import Run
from outrider_engine.plugin_manager import Plugins
from outrider_engine.ports.storage import Transaction

from .check_types import CheckTypes, is_passive
from .ping_tokens import PingTokens
from .serving import Serving


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """A check as its owner sees it.

    Attributes:
        settings: its settings with the defaults of those left out.
        last_run: its newest finished run.
        unserved: those of its locations at which no worker is alive that would take its runs.
        recent: what its runs came to in the last 24 hours, when it was asked for by itself.
        environment: the name of its environment.
        ping_token: by which it is pinged; ``None`` for checks that are run.
    """

    check: Check
    settings: dict[str, JsonValue]
    last_run: Run | None
    unserved: tuple[str, ...]
    recent: Tally | None = None
    environment: str | None = None
    ping_token: str | None = field(default=None, repr=False)


class CheckViews:
    """Looks up what is shown of checks beside themselves."""

    def __init__(self, *, plugins: Plugins, types: CheckTypes, tokens: PingTokens) -> None:
        self._plugins = plugins
        self._types = types
        self._tokens = tokens

    def of(self, tx: Transaction, checks: Sequence[Check]) -> Sequence[CheckView]:
        """Return checks as they are seen, in their order."""
        last = tx.runs.last([check.id for check in checks]) if checks else {}
        serving = Serving.of(tx)
        tokens = self._tokens.of(tx, checks)
        placed_in = {id for check in checks if (id := check.definition.environment_id) is not None}
        environments = {found.id: found.name for found in tx.environments.of_ids(placed_in)}
        return [
            CheckView(
                check=check,
                settings=self._types.shown(check.definition),
                last_run=last.get(check.id),
                unserved=self._unserved(serving, check.definition),
                environment=environments.get(check.definition.environment_id or ""),
                ping_token=tokens.get(check.id),
            )
            for check in checks
        ]

    def _unserved(self, serving: Serving, definition: CheckDefinition) -> tuple[str, ...]:
        if is_passive(definition, self._plugins):
            return ()
        return serving.unserved(self._plugins.queue_of(definition.type), definition.locations)
