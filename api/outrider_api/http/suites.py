"""Projects of tests for pytest, which are imported as they are: each is one check of the type ``suite``."""

import re
from base64 import b64encode
from pathlib import PurePosixPath
from typing import Any

from outrider_engine.domain.json_values import JsonObject
from outrider_engine.errors import InvalidInput
from outrider_engine.services.check_views import CheckView
from outrider_journeys.importing.contract import Imported, ImportedCheck
from outrider_journeys.importing.receipt import Receipt

from .archives import is_archive
from .sources import SUITE, Source
from .wire.imports import ImportChoices

_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}\.py")
_OF_THE_FILE = frozenset({"code", "archive", "file_name"})


def suite_of(source: Source, choices: ImportChoices) -> Imported:
    """Return the check that a file of tests, or an archive of a project, becomes.

    Raises:
        InvalidInput: the file is no text.
    """
    path = PurePosixPath(source.file_name)
    given = choices.fields.get("secrets")
    secrets = tuple(sorted(given)) if isinstance(given, dict) else ()
    definition = {"type": SUITE, **_content(source, path.name), **({"secrets": list(secrets)} if secrets else {})}
    check = ImportedCheck("journey", choices.name or path.stem or "Suite", definition)
    return Imported(SUITE, (check,), Receipt(), secrets)


def settings_beside(before: CheckView) -> JsonObject:
    """Return the settings of a suite that stay when its tests are replaced."""
    definition = before.check.definition
    if definition.type != SUITE:
        return {}
    return {name: value for name, value in definition.config.items() if name not in _OF_THE_FILE}


def _content(source: Source, name: str) -> dict[str, Any]:
    content = source.content
    if isinstance(content, bytes) and is_archive(content):
        return {"archive": b64encode(content).decode()}
    try:
        code = content if isinstance(content, str) else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("is neither a zip archive nor text in UTF-8", field=name or None) from None
    return {"code": code, "file_name": name} if _FILE.fullmatch(name) else {"code": code}
