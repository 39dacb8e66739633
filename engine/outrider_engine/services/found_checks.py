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
        raise _missing(family, id)
    return check


def require_check(
    tx: Transaction,
    organization_id: str,
    id: str,
    family: Family,
    *,
    type: str | None = None,
    deleted_too: bool = False,
) -> None:
    """Look whether ``found_check`` would return one; its definition is not read.

    Raises:
        NotFound: it would not.
    """
    found = tx.checks.type_of(organization_id, id, family, deleted_too=deleted_too)
    if found is None or type not in (None, found):
        raise _missing(family, id)


def _missing(family: Family, id: str) -> NotFound:
    return NotFound(family.value.replace("_", " "), id)
