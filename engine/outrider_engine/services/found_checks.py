"""Looking up the check that something is asked of."""

from outrider_engine.domain.checks import Check, Family
from outrider_engine.errors import NotFound
from outrider_engine.ports.storage import Transaction


def found_check(
    tx: Transaction,
    organization_id: str,
    id: str,
    family: Family,
    *,
    type: str | None = None,
    deleted_too: bool = False,
) -> Check:
    """Return a check of a family, and of a type if one is given; with ``deleted_too`` also a deleted one.

    Raises:
        NotFound: there is no such check in the organization.
    """
    check = tx.checks.get(organization_id, id, family, deleted_too=deleted_too)
    if check is None or type not in (None, check.definition.type):
        raise NotFound(family.value.replace("_", " "), id)
    return check
