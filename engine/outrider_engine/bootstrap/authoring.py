"""The services of those who write checks, beside that of the checks themselves."""

from functools import cached_property

from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.services.check_imports import CheckImports
from outrider_engine.services.checks import CheckService
from outrider_engine.services.replaying import Replays
from outrider_engine.services.versions import VersionService


class Authoring:
    """A part of an engine, made of what every engine has."""

    storage: SqlStorage
    checks: CheckService

    @cached_property
    def versions(self) -> VersionService:
        """What definitions were."""
        return VersionService(storage=self.storage, checks=self.checks)

    @cached_property
    def replays(self) -> Replays:
        """What runs were told."""
        return Replays(storage=self.storage)

    @cached_property
    def imports(self) -> CheckImports:
        """Definitions from files."""
        return CheckImports(storage=self.storage, checks=self.checks)
