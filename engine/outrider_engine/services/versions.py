"""What the definitions of checks were: listed, read, and had back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from outrider_engine.domain.checks import Check, CheckDefinition, Family
from outrider_engine.domain.versions import CheckVersion, Origin, VersionSource
from outrider_engine.errors import NotFound
from outrider_engine.ports.storage import Storage, Transaction

from .check_fields import CheckFields
from .check_views import CheckView
from .checks import CheckService
from .expecting import Expecting
from .found_checks import found_check, require_check


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """A version, and the check as it was then; ``is_current`` when it still is."""

    version: CheckVersion
    view: CheckView
    is_current: bool


class VersionService:
    """Versions of the checks of one organization."""

    def __init__(self, *, storage: Storage, checks: CheckService) -> None:
        self._storage = storage
        self._checks = checks

    def list(
        self, organization_id: str, id: str, family: Family, *, page: int, per_page: int
    ) -> tuple[Sequence[CheckVersion], int]:
        """Return one page of the versions of a check, newest first, and how many are kept.

        Raises:
            NotFound: there is no such check.
        """
        with self._storage.read() as tx:
            require_check(tx, organization_id, id, family)
            return tx.versions.list(organization_id, id, page=page, per_page=per_page)

    def get(self, organization_id: str, id: str, family: Family, number: int | None = None) -> VersionView:
        """Return a version of a check; without a number, what it is now.

        Raises:
            NotFound: there is no such check, or no such version (any more).
        """
        with self._storage.read() as tx:
            check = found_check(tx, organization_id, id, family)
            version = _found(tx, check, check.version if number is None else number)
            then = replace(check, definition=_then(version, check), version=version.number)
            is_current = version.number == check.version
            return VersionView(version=version, view=self._checks.views.of(tx, [then])[0], is_current=is_current)

    def restore(
        self,
        organization_id: str,
        id: str,
        family: Family,
        number: int,
        *,
        message: str = "",
        expecting: Expecting[CheckView] | None = None,
    ) -> CheckView:
        """Let a check be again what it was, which makes a new version; it stays paused or active, in its project.

        Its secrets are those that it has now. Where its environment of then is gone, it stays in its own.

        Raises:
            NotFound: there is no such check, or no such version (any more).
            InvalidInput: it can't be that any more; nothing is changed.
            Conflict: others kept changing it at the same time.
            PreconditionFailed: it is not what the caller expects.
        """
        with self._storage.read() as tx:
            check = found_check(tx, organization_id, id, family)
            version = _found(tx, check, number)
            definition = version.definition
            is_there = _is_there(tx, definition.environment_id, check.project_id)
        fields = _fields_of(definition)
        fields["origin"] = Origin(source=VersionSource.RESTORED, message=message, restored_from=number)
        if not is_there:
            del fields["environment"]
        return self._checks.update(organization_id, id, family, fields, expecting=expecting)


def _found(tx: Transaction, check: Check, number: int) -> CheckVersion:
    version = tx.versions.get(check.organization_id, check.id, number)
    if version is None:
        raise NotFound("version", str(number))
    return version


def _is_there(tx: Transaction, environment_id: str | None, project_id: str) -> bool:
    """Whether a check of a project can run in an environment, as far as it is to run in one."""
    if environment_id is None:
        return True
    return any(found.project_id in (None, project_id) for found in tx.environments.of_ids([environment_id]))


def _then(version: CheckVersion, check: Check) -> CheckDefinition:
    return replace(version.definition, status=check.definition.status)


def _fields_of(definition: CheckDefinition) -> CheckFields:
    """Return what sets all that a version says; secrets are no part of one."""
    return {
        "name": definition.name,
        "description": definition.description,
        "type": definition.type,
        "config": definition.config,
        "assertions": definition.assertions,
        "locations": definition.locations,
        "schedule": definition.schedule,
        "timeout_s": definition.timeout_s,
        "max_retries": definition.max_retries,
        "side_effects": definition.side_effects,
        "tags": definition.tags,
        "variables": definition.variables,
        "quorum": definition.quorum,
        "alert_policy": definition.alert_policy,
        "environment": definition.environment_id,
    }
