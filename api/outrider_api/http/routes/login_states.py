"""``/api/v1/login-states``: the cookies and storage that journeys have kept for later runs; never what is in them."""

from outrider_api.http.answers import Answer, Done, Listing, Paging
from outrider_api.http.documented import ERRORS
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import EnvironmentReader, EnvironmentWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.listing import AskedLoginStates
from outrider_api.http.wire.login_states import LoginStateOut

router = Routes(prefix="/api/v1/login-states", tags=["Environments"], responses=ERRORS)


@router.get("", operation_id="listLoginStates")
def list_login_states(
    key: EnvironmentReader, services: Ask, paging: Paging, asked: AskedLoginStates
) -> Listing[LoginStateOut]:
    """List the login states that can still be used, oldest first unless `sort` says otherwise; not what is in them."""
    found, total = services.login_states.list(key.organization_id, asked)
    return paging.listing([LoginStateOut.of(one) for one in found], total)


@router.get("/{id}", operation_id="getLoginState")
def get_login_state(id: str, key: EnvironmentReader, services: Ask, seen: Reading) -> Answer[LoginStateOut]:
    """Return a login state; not what is in it."""
    return Answer(data=seen(LoginStateOut.of(services.login_states.get(key.organization_id, id))))


@router.delete("/{id}", operation_id="deleteLoginState")
def delete_login_state(id: str, key: EnvironmentWriter, services: Ask, match: Changing) -> Answer[Done]:
    """Delete a login state, so that the next run that wants it has to sign in."""
    services.login_states.delete(key.organization_id, id, expecting=match.on(LoginStateOut.of))
    return Answer(data=Done(id=id))
