"""Variables and secrets that a test in Python is given: by the engine that runs its suite, or by the environment."""

import os
from collections.abc import Mapping

VARIABLE_PREFIX = "OUTRIDER_VAR_"
SECRET_PREFIX = "OUTRIDER_SECRET_"  # noqa: S105 - the beginning of names
_SERVERS_OWN = frozenset({"KEY"})
"""``OUTRIDER_SECRET_KEY`` opens everything that a server keeps; no test may have it."""

_variables: dict[str, str] = {}
_secrets: dict[str, str] = {}


class NotGiven(LookupError):
    """A test asks for a value that nobody has given."""


def secret(name: str) -> str:
    """Return the value of a secret.

    It is what the engine handed to the suite, else the environment's ``OUTRIDER_SECRET_<name>``.

    Raises:
        NotGiven: there is none of that name.
    """
    found = _secrets.get(name) or secret_in(os.environ, name)
    if found is None:
        raise NotGiven(f"there is no value for the secret {name}: {how_to_give(name)}")
    return found


def variable(name: str, default: str | None = None) -> str:
    """Return the value of a variable.

    It is what the engine handed to the suite, else the environment's ``OUTRIDER_VAR_<name>``, else ``default``.

    Raises:
        NotGiven: there is none of that name, and no default.
    """
    found = _variables.get(name, os.environ.get(f"{VARIABLE_PREFIX}{name}", default))
    if found is None:
        raise NotGiven(f"there is no value for the variable {name}: set {VARIABLE_PREFIX}{name}")
    return found


def hand_over(*, variables: Mapping[str, str], secrets: Mapping[str, str]) -> None:
    """Give values to the tests of this process; they go before those of the environment."""
    _variables.update(variables)
    _secrets.update(secrets)


def secret_in(environment: Mapping[str, str], name: str) -> str | None:
    """Return a secret of an environment; ``None`` when it has none, and for the key of a server."""
    return None if name in _SERVERS_OWN else environment.get(f"{SECRET_PREFIX}{name}") or None


def how_to_give(name: str) -> str:
    """Return what to do so that a secret has a value."""
    if name in _SERVERS_OWN:
        return f"{SECRET_PREFIX}{name} is the key of a server and is never read; give the secret another name"
    return f"set {SECRET_PREFIX}{name}"


def variables_in(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of an environment by name."""
    return {
        name.removeprefix(VARIABLE_PREFIX): value
        for name, value in environment.items()
        if name.startswith(VARIABLE_PREFIX) and name != VARIABLE_PREFIX
    }
