"""Variables and secrets that the command line gives to journeys."""

import os
from collections.abc import Sequence

from outrider_engine.errors import InvalidInput


def variables_of(pairs: Sequence[str]) -> dict[str, str]:
    """Return the variables of ``NAME=VALUE`` texts.

    Raises:
        InvalidInput: one is not of that form.
    """
    found: dict[str, str] = {}
    for text in pairs:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise InvalidInput(f"{text!r} is not of the form NAME=VALUE", field="--var")
        found[name] = value
    return found


def secrets_from_environment(names: Sequence[str]) -> dict[str, str]:
    """Return the secrets of these names; only what was named is read, so that no file can ask for more.

    Raises:
        InvalidInput: the environment has no such variable.
    """
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise InvalidInput(f"the environment variable {missing[0]} is not set", field="--secret")
    return {name: os.environ[name] for name in names}
