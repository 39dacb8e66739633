"""The variables and secrets that a journey is given under pytest."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from outrider_journeys.given import secret_in, variables_in
from outrider_journeys.login_state_files import LoginStateFolder
from outrider_journeys.model import Journey


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Values by name. ``pinned`` are those that no step may change, because a person gave them for this run."""

    variables: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    pinned: frozenset[str]
    every: Mapping[str, str] = field(repr=False)
    """The journey's own, and all of these."""


def given_to(journey: Journey, config: pytest.Config) -> Given:
    """Return the values for a journey: the command line's before the environment's, before the ini file's."""
    lasting = _pairs(config.getini("outrider_variables"), "outrider_variables")
    asked = variables_in(os.environ) | _pairs(config.getoption("--outrider-var"), "--outrider-var")
    found = {name: secret_in(os.environ, name) for name in journey.all_secrets}
    secrets = {name: value for name, value in found.items() if value is not None}
    variables = {name: value for name, value in {**lasting, **asked}.items() if name not in journey.all_secrets}
    return Given(
        variables=variables,
        secrets=secrets,
        pinned=frozenset(asked),
        every={**journey.variables, **variables, **secrets},
    )


def login_states_in(config: pytest.Config) -> LoginStateFolder:
    """Return where login states are kept between runs; without the option, nowhere."""
    folder: str | None = config.getoption("--outrider-login-states")
    return LoginStateFolder(None if folder is None else config.invocation_params.dir / folder)


def seconds_for(journey: Journey, config: pytest.Config) -> float:
    """Return the time that a walk may take: the option's, else the journey's own, else the ini file's."""
    asked: float | None = config.getoption("--outrider-timeout")
    for chosen in (asked, journey.timeout):
        if chosen is not None:
            return chosen
    text = config.getini("outrider_timeout")
    try:
        return float(text)
    except ValueError:
        raise pytest.UsageError(f"outrider_timeout: {text!r} is not a number of seconds") from None


def _pairs(texts: list[str], where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise pytest.UsageError(f"{where}: {text!r} is not of the form NAME=VALUE")
        found[name.strip()] = value.strip()
    return found
