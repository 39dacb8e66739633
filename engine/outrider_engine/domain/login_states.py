"""Login states: the cookies and local storage of a visitor who has signed in, kept so that others need not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .json_values import JsonValue

LARGEST = 100_000
"""Bytes of one, as JSON."""
MOST_OF_RUN = 4
"""Those that one run keeps, and those that it is given, at most: they travel to its process in one message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginState:
    """A login state that can be used until it expires.

    Attributes:
        content: Playwright's storage state in JSON.
    """

    name: str
    content: str = field(repr=False)
    saved_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePlace:
    """Whose a stored login state is: that of a project, in one environment or (``None``) in none."""

    organization_id: str
    project_id: str
    environment_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLoginState:
    """A login state as it is stored. ``run_id`` is the run that kept it."""

    id: str
    place: StatePlace
    name: str
    sealed: str = field(repr=False)
    saved_at: datetime
    expires_at: datetime
    run_id: str


def login_states_used(config: JsonValue) -> frozenset[str]:
    """Return the names of the login states that the settings of a journey use."""
    browser = config.get("browser") if isinstance(config, Mapping) else None
    begins_with = browser.get("storage_state") if isinstance(browser, Mapping) else None
    return frozenset(_used_by_steps(config) | ({begins_with} if isinstance(begins_with, str) else set()))


def _used_by_steps(tree: JsonValue) -> set[str]:
    if isinstance(tree, list | tuple):
        return set().union(*map(_used_by_steps, tree))
    if not isinstance(tree, Mapping):
        return set()
    if tree.get("action") == "use_login_state":
        name = tree.get("login_state")
        return {name} if isinstance(name, str) else set()
    return set().union(*(_used_by_steps(value) for value in tree.values()))
