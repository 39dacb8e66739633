"""Environments (production, staging, …), and the variables of an organization and of its environments."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from .checks import CheckDefinition
from .json_values import JsonValue
from .login_states import StoredLoginState
from .templates import names_in_tree

LONGEST_NAME = 64
LONGEST_VALUE = 32_768
"""Characters."""
LONGEST_URL = 2_000
MOST_ENVIRONMENTS = 100
MOST_VARIABLES = 500
"""Of an organization, those of its environments among them."""

_ENVIRONMENT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _.-]*[A-Za-z0-9_.-])?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
"""A name in a template, which journeys and API monitors fill in."""
BASE_URL_FORM = "must begin with http:// or https:// and name a host"
"""What is told of a text that is no base URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A place where the same site runs.

    Attributes:
        base_url: where; ``None`` when checks know that themselves.
        project_id: the project whose checks alone can run there; ``None``: those of all projects.
    """

    id: str
    organization_id: str
    name: str
    base_url: str | None
    created_at: datetime
    updated_at: datetime
    project_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A value for ``{{name}}``, of one environment, of a project or of the whole organization.

    Attributes:
        environment_id, environment: the environment to which it belongs, by id and name; ``None``: to all.
        project_id: the project to which it belongs, by its environment or by itself; ``None``: to all.
        value: the text; ``None`` of a secret.
        sealed: the sealed text of a secret; ``None`` of another.
    """

    id: str
    organization_id: str
    environment_id: str | None
    environment: str | None
    name: str
    is_secret: bool
    value: str | None
    sealed: str | None = field(default=None, repr=False)
    created_at: datetime
    updated_at: datetime
    project_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a run finds around its check.

    Attributes:
        environment: where it runs; ``None`` when nobody said.
        is_gone: the environment that was named is no longer there.
        variables: by name, the nearest: those of the environment in place of the project's and the organization's.
        login_states: those that the check uses, and that have not expired.
    """

    environment: Environment | None = None
    is_gone: bool = False
    variables: Mapping[str, Variable] = field(default_factory=dict)
    login_states: tuple[StoredLoginState, ...] = ()


def is_environment_name(text: str) -> bool:
    """Whether an environment can be called so: nothing that could be taken for an id."""
    return len(text) <= LONGEST_NAME and not text.startswith("env_") and _ENVIRONMENT.fullmatch(text) is not None


def is_variable_name(text: str) -> bool:
    """Whether a variable can be called so."""
    return len(text) <= LONGEST_NAME and _VARIABLE.fullmatch(text) is not None


def is_base_url(text: str, *, may_name_variables: bool = False) -> bool:
    """Return whether a text is the address of a site; ``may_name_variables``: parts of it may be ``{{name}}``."""
    url = _PLACEHOLDER.sub("x", text) if may_name_variables else text
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_whole and len(url) <= LONGEST_URL and url.isprintable() and not any(odd in url for odd in " \\{}")


def visible_in(
    environment_id: str | None, variables: Iterable[Variable], *, project_id: str | None = None
) -> dict[str, Variable]:
    """Return by name what is seen from an environment and a project (``None``: from none).

    The nearest wins: the environment's own, else the project's, else the organization's.
    """
    shared, of_project, own = {}, {}, {}
    for variable in variables:
        if variable.environment_id is not None:
            if variable.environment_id == environment_id:
                own[variable.name] = variable
        elif variable.project_id is None:
            shared[variable.name] = variable
        elif variable.project_id == project_id:
            of_project[variable.name] = variable
    return {**shared, **of_project, **own}


def names_used(definition: CheckDefinition) -> set[str]:
    """Return the names that a check needs from its surroundings: a run is handed no others."""
    config = definition.config
    asserted: list[JsonValue] = [[each.selector, each.expected] for each in definition.assertions]
    names = names_in_tree([config, *asserted]) | _named_outright(config)
    return names - set(definition.variables) - set(definition.secret_names)


def _named_outright(tree: JsonValue) -> set[str]:
    """Return names that settings hold without braces: the secrets of a journey, the variable of a condition."""
    found: set[str] = set()
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            if key == "variable" and isinstance(value, str):
                found.add(value)
            elif key == "secrets" and isinstance(value, list | tuple):
                found.update(name for name in value if isinstance(name, str))
            else:
                found |= _named_outright(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            found |= _named_outright(value)
    return found
