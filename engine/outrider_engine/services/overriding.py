"""What a single run may do differently from its check: held against what there is, when the run is asked for."""

from dataclasses import replace

from outrider_engine.domain.checks import Check
from outrider_engine.domain.runs import Overrides
from outrider_engine.ports.storage import Transaction

from .check_fields import refuse_bad_variables
from .environments import chosen_environment, refuse_bad_base_url


def accepted(tx: Transaction, check: Check, overrides: Overrides) -> Overrides:
    """Return overrides for a check, the environment that they name (by name or id) found from its project.

    Raises:
        InvalidInput: names the field that is wrong.
    """
    refuse_bad_overrides(overrides)
    if overrides.environment is None:
        return overrides
    found = chosen_environment(tx, check.organization_id, overrides.environment, check.project_id)
    return replace(overrides, environment_id=found.id, environment=found.name)


def refuse_bad_overrides(overrides: Overrides) -> None:
    """Refuse overrides that are wrong for any check.

    Raises:
        InvalidInput: names the field that is wrong.
    """
    refuse_bad_variables(overrides.variables)
    if overrides.base_url is not None:
        refuse_bad_base_url(overrides.base_url, may_name_variables=True)
