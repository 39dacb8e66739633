"""Making checks of files in any known format, and storing all of them or none."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from outrider_api.formats import detected
from outrider_engine.domain.checks import Family
from outrider_engine.domain.identity import ApiKey, Permission
from outrider_engine.domain.templates import names_in_tree
from outrider_engine.errors import InvalidInput
from outrider_engine.services.check_fields import CheckFields
from outrider_engine.services.check_imports import Ready, Taken
from outrider_engine.services.check_views import CheckView
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.importing.contract import Imported, ImportedCheck, ImportOptions
from outrider_journeys.importing.outrider_format import FORMAT
from outrider_journeys.importing.registry import Importers
from outrider_journeys.loading import parse_journey
from outrider_journeys.problems import InvalidJourney

from .security import require_of
from .services import Services
from .sources import SUITE, Import, Source
from .suites import settings_beside, suite_of
from .wire.imports import MOST_CHECKS, ImportChoices, ImportedOut, ImportOut, ReceiptOut, receipt_lines
from .wire.reading import as_spelled, read_fields
from .wire.spelling import API_MONITORS, JOURNEYS, Spelling
from .wire.versions import FieldChangeOut, definition_of, differences, text_of

_SPELLINGS = {"journey": JOURNEYS, "api_monitor": API_MONITORS}
_NOT_OF_THE_FILE = frozenset({"id", "type", "steps", "setup", "teardown", "version"})
"""Fields that whoever imports can't give besides the file."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """A check that was made of a file, and what it needs to be stored."""

    source: Source
    check: ImportedCheck
    spelling: Spelling
    needs: tuple[str, ...]


class Importing:
    """Imports what one caller has sent."""

    def __init__(self, services: Services, importers: Importers, actions: StepActions, key: ApiKey) -> None:
        self._services = services
        self._importers = importers
        self._actions = actions
        self._key = key

    def imported(self, asked: Import) -> ImportOut:
        """Import, or with ``dry_run`` say what would come of it.

        Raises:
            InvalidInput: a file can't be imported; names the file and the place. Nothing is stored.
            Forbidden: the caller may not change checks of a family that is in it.
            Conflict: what is to be updated is ambiguous, or was changed meanwhile.
        """
        choices = asked.choices
        read = [(source, self._read(source, choices, of_many=len(asked.sources) > 1)) for source in asked.sources]
        wishes = [wish for source, imported in read for wish in _wishes(source, imported)]
        if len(wishes) > MOST_CHECKS:
            raise InvalidInput(f"there are more than {MOST_CHECKS} journeys and API monitors in it")
        if len(wishes) > 1 and choices.name is not None:
            raise InvalidInput(f"is only for one check, and there are {len(wishes)}", field="name")
        if choices.on_conflict == "update":
            _refuse_same_names(wishes)
        for family in {wish.spelling.family for wish in wishes}:
            require_of(self._key, Permission.WRITE, family)
        ready = [
            self._ready(wish, choices, secrets, of_many=len(asked.sources) > 1)
            for wish, secrets in zip(wishes, _secrets_of(wishes, choices), strict=True)
        ]
        taken = self._services.imports.store(self._key.organization_id, ready, rehearse=choices.dry_run)
        shown = [self._shown(wish, one, choices) for wish, one in zip(wishes, taken, strict=True)]
        return ImportOut(
            dry_run=choices.dry_run,
            checks=shown,
            receipts=[_receipt(source, imported) for source, imported in read],
            warnings=[f"{name}: left out, for it is no file that could be a journey" for name in asked.left_out],
        )

    def _read(self, source: Source, choices: ImportChoices, *, of_many: bool) -> Imported:
        if choices.format == SUITE:
            if SUITE not in self._services.checks.types.kinds(JOURNEYS.family):
                raise InvalidInput("there is no check type 'suite' on this server", field="format")
            return suite_of(source, choices)
        options = ImportOptions(name=choices.name, hosts=tuple(choices.hosts), exact_positions=choices.exact_positions)
        with _in_file(source, of_many=of_many):
            format = choices.format or detected(self._importers, source.content, source.file_name)
            if format == FORMAT:  # whose mistakes are told with their lines
                parse_journey(source.content, self._actions, source=source.file_name or None)
            return self._importers.import_text(
                source.content, file_name=source.file_name, format=choices.format, options=options
            )

    def _ready(self, wish: _Wish, choices: ImportChoices, secrets: Mapping[str, str | None], *, of_many: bool) -> Ready:
        spelling, source = wish.spelling, wish.source
        itself = {"type": spelling.default_kind, **wish.check.definition}
        body = {**itself, **_further(choices, spelling), "name": wish.check.name}
        before = self._before(wish, choices)
        with _in_file(source, of_many=of_many), as_spelled(body, spelling):
            fields = _whole(read_fields(body, spelling, self._services.checks.types, before), before)
            if secrets:
                fields["secrets"] = secrets
            return self._services.imports.ready(
                self._key.organization_id, spelling.family, fields, before, needs=wish.needs
            )

    def _before(self, wish: _Wish, choices: ImportChoices) -> CheckView | None:
        id = wish.source.id
        if id is None and choices.on_conflict == "create":
            return None
        project_id = choices.fields.get("project_id")
        return self._services.imports.target(
            self._key.organization_id,
            wish.spelling.family,
            id=id,
            name=wish.check.name,
            project_id=project_id if isinstance(project_id, str) else None,
        )

    def _shown(self, wish: _Wish, one: Taken, choices: ImportChoices) -> ImportedOut:
        spelling, check = wish.spelling, one.view.check
        changes = () if one.before is None else differences(one.before, one.view, spelling, self._services.checks.types)
        action = "created" if one.before is None else "updated" if one.is_changed else "unchanged"
        unserved = [f"no worker is alive that takes its runs at {name}" for name in one.view.unserved]
        return ImportedOut(
            action=action,
            family=Family(spelling.family),
            id=None if choices.dry_run and one.before is None else check.id,
            name=check.definition.name,
            file_name=wish.source.file_name,
            current_version=check.version,
            definition=definition_of(one.view, spelling),
            secrets_needed=list(one.missing),
            changes=[FieldChangeOut.of(change) for change in changes],
            text=text_of(changes),
            warnings=unserved,
        )


def _wishes(source: Source, imported: Imported) -> Iterator[_Wish]:
    if source.id is not None and len(imported.checks) > 1:
        raise InvalidInput(f"is only for one check, and there are {len(imported.checks)} in the file", field="id")
    for check in imported.checks:
        yield _Wish(source, check, _SPELLINGS[check.family], imported.secrets)


def _refuse_same_names(wishes: Sequence[_Wish]) -> None:
    """Refuse two that would take the place of the same check, or of each other the next time."""
    named = Counter((wish.check.family, wish.check.name) for wish in wishes if wish.source.id is None)
    for (_, name), count in named.items():
        if count > 1:
            raise InvalidInput(f"{count} of them are called {name!r}", field="name")


def _further(choices: ImportChoices, spelling: Spelling) -> Mapping[str, Any]:
    """Return the fields that whoever imports gives besides the file, but for secrets; they go by journeys' names."""
    for name in choices.fields:
        if name in _NOT_OF_THE_FILE:
            raise InvalidInput("is what the file says", field=f"fields.{name}")
    names = {JOURNEYS.interval: spelling.interval, JOURNEYS.timeout: spelling.timeout}
    message = {"version_message": choices.version_message} if choices.version_message else {}
    given = {names.get(name, name): value for name, value in choices.fields.items() if name != "secrets"}
    return {**given, **message}


def _secrets_of(wishes: Sequence[_Wish], choices: ImportChoices) -> Sequence[Mapping[str, str | None]]:
    """Return the values of secrets for each check: of several, each gets those that it names.

    Raises:
        InvalidInput: they are no texts by name, or there is one that none of them names.
    """
    given = choices.fields.get("secrets", {})
    if not isinstance(given, dict) or not all(isinstance(value, str | None) for value in given.values()):
        raise InvalidInput("must be an object of names and texts", field="fields.secrets")
    if len(wishes) == 1:
        return [given]
    named = [{*wish.needs, *names_in_tree(wish.check.definition)} for wish in wishes]
    for name in given:
        if not any(name in names for names in named):
            raise InvalidInput("is named by none of the files", field=f"fields.secrets.{name}")
    return [{name: value for name, value in given.items() if name in names} for names in named]


def _whole(fields: CheckFields, before: CheckView | None) -> CheckFields:
    """Let the file be all of the settings: what it does not say any more is not kept, unless no file could say it."""
    kept = settings_beside(before) if fields.get("type") == SUITE and before is not None else {}
    changes = fields.get("config_changes", {})
    rest: CheckFields = {**fields, "config": {**kept, **fields.get("config", {}), **changes}}
    rest.pop("config_changes", None)
    return rest


def _receipt(source: Source, imported: Imported) -> ReceiptOut:
    told = imported.receipt.as_json()
    return ReceiptOut(
        file_name=source.file_name,
        format=imported.format,
        counts=told["counts"],
        lines=receipt_lines(told["lines"]),
    )


@contextmanager
def _in_file(source: Source, *, of_many: bool) -> Iterator[None]:
    """Name the file in errors, where there are several."""
    try:
        yield
    except InvalidInput as error:
        if not of_many or isinstance(error, InvalidJourney):  # which names its file itself
            raise
        field = f"{source.file_name}: {error.field}" if error.field else source.file_name or None
        raise InvalidInput(error.problem, field=field, allowed=error.allowed) from None
