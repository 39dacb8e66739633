"""``/api/v1/journeys/import``: journeys and API monitors from files in any known format."""

from typing import Any

from fastapi import Response

from outrider_api.http.answers import Answer
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.importing import Importing
from outrider_api.http.routing import Routes
from outrider_api.http.security import JourneyWriter
from outrider_api.http.services import Ask
from outrider_api.http.sources import FILE, AskedImport
from outrider_api.http.wire.imports import ImportChoices, ImportOut
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.importing.registry import Importers

router = Routes(prefix="/api/v1/journeys", tags=["Journeys"], responses=ERRORS)

_FILES = {
    "type": "array",
    "items": {"type": "string", "format": "binary"},
    "description": "Files, or zip archives of them.",
}
_FORM: dict[str, Any] = {
    "type": "object",
    "required": [FILE],
    "properties": {FILE: _FILES}
    | {
        name: {"type": "string", "description": f"As JSON where it is no text. {field.description}"}
        for name, field in ImportChoices.model_fields.items()
    },
}


def _accepted() -> dict[str, Any]:
    documented = accepts("ImportBody")
    documented["requestBody"]["content"]["multipart/form-data"] = {"schema": _FORM}
    return documented


@router.post(
    "/import",
    status_code=201,
    operation_id="importJourneys",
    openapi_extra=_accepted(),
    responses={200: {"model": Answer[ImportOut], "description": "Nothing new was made."}},
)
def import_journeys(key: JourneyWriter, services: Ask, asked: AskedImport, response: Response) -> Answer[ImportOut]:
    """Make journeys and API monitors of files in any known format, or change those of the same names: all or none."""
    plugins = services.plugins
    done = Importing(services, Importers.installed(plugins), StepActions.installed(plugins), key).imported(asked)
    if done.dry_run or not any(check.action == "created" for check in done.checks):
        response.status_code = 200
    return Answer(data=done)
