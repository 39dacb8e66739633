"""Stored login states."""

from collections.abc import Collection, Sequence
from typing import Protocol

from outrider_engine.domain.login_states import StatePlace, StoredLoginState


class LoginStateRepository(Protocol):
    """Login states by place and name."""

    def named(self, places: Collection[StatePlace], names: Collection[str]) -> Sequence[StoredLoginState]:
        """Return those of some places and names that have not expired."""

    def put(self, state: StoredLoginState) -> bool:
        """Store one in place of what had its name; ``False`` when its project or environment is gone."""
