"""``/api/v1/variables``: values for ``{{name}}``, of the organization or of one environment; secrets among them."""

from typing import Annotated

from fastapi import Query

from outrider_api.http.answers import Answer, Done, Listing, Paging
from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import EnvironmentReader, EnvironmentWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.environments import VariableBody, VariableChanges, VariableOut, without_fixed
from outrider_api.http.wire.listing import AskedVariables
from outrider_engine.services.validation import validated

router = Routes(prefix="/api/v1/variables", tags=["Environments"], responses=ERRORS)

FIXED = ("id", "environment", "environment_id", "project_id", "created_at", "updated_at")

_Place = Annotated[str | None, Query(description="Only the variables of this environment (its name or id).")]


@router.get("", operation_id="listVariables")
def list_variables(
    key: EnvironmentReader, services: Ask, paging: Paging, asked: AskedVariables, environment: _Place = None
) -> Listing[VariableOut]:
    """List variables, oldest first unless `sort` says otherwise; the values of secrets are not shown."""
    found, total = services.variables.list(key.organization_id, asked, environment)
    return paging.listing([VariableOut.of(one) for one in found], total)


@router.post("", status_code=201, operation_id="createVariable", openapi_extra=accepts("VariableBody"))
def create_variable(key: EnvironmentWriter, services: Ask, body: JsonBody) -> Answer[VariableOut]:
    """Create a variable, or a secret."""
    given = validated(VariableBody, body)
    made = services.variables.create(key.organization_id, given.fields(), given.environment, given.project_id)
    return Answer(data=VariableOut.of(made))


@router.get("/{id}", operation_id="getVariable")
def get_variable(id: str, key: EnvironmentReader, services: Ask, seen: Reading) -> Answer[VariableOut]:
    """Return a variable; the value of a secret is not shown."""
    return Answer(data=seen(VariableOut.of(services.variables.get(key.organization_id, id))))


@router.put("/{id}", operation_id="updateVariable", openapi_extra=accepts("VariableChanges"))
def update_variable(
    id: str, key: EnvironmentWriter, services: Ask, body: JsonBody, match: Changing
) -> Answer[VariableOut]:
    """Change some fields of a variable; its environment stays."""
    shown = VariableOut.of(services.variables.get(key.organization_id, id))
    given = validated(VariableChanges, without_fixed(body, shown, FIXED))
    expecting = match.on(VariableOut.of)
    changed = services.variables.update(key.organization_id, id, given.fields(), expecting=expecting)
    return Answer(data=match.changed(VariableOut.of(changed)))


@router.delete("/{id}", operation_id="deleteVariable")
def delete_variable(id: str, key: EnvironmentWriter, services: Ask, match: Changing) -> Answer[Done]:
    """Delete a variable; runs that need it end as errors from now on."""
    services.variables.delete(key.organization_id, id, expecting=match.on(VariableOut.of))
    return Answer(data=Done(id=id))
