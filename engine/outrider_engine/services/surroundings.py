"""What runs find around their checks: looked up when they are claimed, and put together with what is their own."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from outrider_engine.domain.checks import CheckDefinition, Family
from outrider_engine.domain.environments import Surroundings, Variable, names_used, visible_in
from outrider_engine.domain.login_states import StoredLoginState, login_states_used
from outrider_engine.domain.runs import Claim
from outrider_engine.ports.secrets import SecretBox
from outrider_engine.ports.storage import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The values for ``{{name}}``. ``hidden`` are all secrets that were opened, for redaction."""

    variables: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)
    hidden: frozenset[str] = field(default=frozenset(), repr=False)


def surrounded(tx: Transaction, claims: Sequence[Claim]) -> Sequence[Claim]:
    """Return claims with their surroundings; three statements at most, none when nothing is needed."""
    needed = {claim.run_id: names_used(claim.check.definition) for claim in claims}
    environment_ids = {claim.environment_id for claim in claims if claim.environment_id is not None}
    names = set().union(*needed.values())
    states = _login_states(tx, claims)
    if not names and not environment_ids and not states:
        return claims
    environments = {found.id: found for found in tx.environments.of_ids(environment_ids)}
    found = tx.variables.named(
        {claim.organization_id for claim in claims},
        names,
        environment_ids,
        {claim.check.project_id for claim in claims},
    )
    return [
        replace(
            claim,
            surroundings=Surroundings(
                environment=environments.get(claim.environment_id or ""),
                is_gone=claim.environment_id is not None and claim.environment_id not in environments,
                variables=_seen(claim, needed[claim.run_id], found),
                login_states=states.get(claim.run_id, ()),
            ),
        )
        for claim in claims
    ]


def values_of(claim: Claim, own_secrets: Mapping[str, str], box: SecretBox) -> Values:
    """Return the values of a run: overrides before the check's own, before what is around it, nearest first.

    What overrides a secret is one as well, and so is what a journey names among its secrets.

    Raises:
        ConfigurationError: a secret was sealed with another key.
    """
    definition = claim.check.definition
    plain, secret = opened(claim.surroundings.variables.values(), box)
    given = definition.config.get("variables")
    configured = given if isinstance(given, Mapping) else {}
    around = {name: text for name, text in {**plain, **secret}.items() if name not in configured}
    overrides = claim.overrides.variables if claim.overrides is not None else {}
    every = {**around, **definition.variables, **own_secrets, **overrides}
    declared = definition.config.get("secrets")
    names = {name for name in declared if isinstance(name, str)} if isinstance(declared, list | tuple) else set()
    names |= own_secrets.keys() | (secret.keys() & around.keys() - definition.variables.keys())
    return Values(
        variables={name: text for name, text in every.items() if name not in names},
        secrets={name: text for name, text in every.items() if name in names},
        hidden=frozenset({*secret.values(), *own_secrets.values(), *(every[name] for name in names if name in every)}),
    )


def base_url_of(claim: Claim) -> str | None:
    """Return what goes before the check's own base URL, or stands in for one that it does not have."""
    overrides, environment = claim.overrides, claim.surroundings.environment
    if overrides is not None and overrides.base_url is not None:
        return overrides.base_url
    if environment is None:
        return None
    asked = overrides is not None and overrides.environment_id is not None
    return environment.base_url if asked or not _has_base_url(claim.check.definition) else None


def opened(variables: Iterable[Variable], box: SecretBox) -> tuple[dict[str, str], dict[str, str]]:
    """Return the texts of variables by name: the plain ones, and the secrets.

    Raises:
        ConfigurationError: a secret was sealed with another key.
    """
    plain, secret = {}, {}
    for variable in variables:
        if variable.sealed is not None:
            secret[variable.name] = box.open(variable.sealed)
        elif variable.value is not None:
            plain[variable.name] = variable.value
    return plain, secret


def _seen(claim: Claim, names: Collection[str], found: Iterable[Variable]) -> dict[str, Variable]:
    mine = (each for each in found if each.organization_id == claim.organization_id and each.name in names)
    return visible_in(claim.environment_id, mine, project_id=claim.check.project_id)


def _login_states(tx: Transaction, claims: Sequence[Claim]) -> dict[str, tuple[StoredLoginState, ...]]:
    """Return the login states of the runs that use some, by the runs' ids."""
    journeys = [claim for claim in claims if claim.check.definition.family is Family.JOURNEY]
    used = {claim.run_id: names for claim in journeys if (names := login_states_used(claim.check.definition.config))}
    if not used:
        return {}
    places = {claim.state_place for claim in journeys if claim.run_id in used}
    found = tx.login_states.named(places, set().union(*used.values()))
    return {
        claim.run_id: tuple(
            state for state in found if state.place == claim.state_place and state.name in used[claim.run_id]
        )
        for claim in journeys
        if claim.run_id in used
    }


def _has_base_url(definition: CheckDefinition) -> bool:
    """Whether a check's settings say themselves where the site is: by a base URL, or by a whole address."""
    config = definition.config
    url = config.get("url")
    return config.get("base_url") is not None or (isinstance(url, str) and not url.startswith("/"))
