"""``/api/v1/organizations`` and ``/api/v1/user/organizations``: of whom everything is."""

from outrider_api.http.answers import Answer, Listing, Paging
from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import (
    AdministratorThere,
    KeyAdministratorThere,
    OrganizationAdministrator,
    OrganizationReader,
    OrganizationReaderThere,
)
from outrider_api.http.services import Ask
from outrider_api.http.wire.keys import KeyBody, KeyMadeOut, KeyOut
from outrider_api.http.wire.organizations import OrganizationBody, OrganizationChanges, OrganizationOut
from outrider_engine.services.validation import validated

from .keys import create_key_of

router = Routes(prefix="/api/v1", tags=["Organizations"], responses=ERRORS)


@router.get("/user/organizations", operation_id="listMyOrganizations")
def list_my_organizations(key: OrganizationReader, services: Ask, paging: Paging) -> Listing[OrganizationOut]:
    """List the organizations of the key's user, oldest first."""
    found = services.organizations.of_key(key)
    first = (paging.page - 1) * paging.per_page
    page = found[first : first + paging.per_page]
    return paging.listing([OrganizationOut.of(each) for each in page], len(found))


@router.post(
    "/organizations", status_code=201, operation_id="createOrganization", openapi_extra=accepts("OrganizationBody")
)
def create_organization(key: OrganizationAdministrator, services: Ask, body: JsonBody) -> Answer[OrganizationOut]:
    """Create an organization; the key's user owns it, and the key may act in it as `/organizations/{id}` says."""
    given = validated(OrganizationBody, body)
    return Answer(data=OrganizationOut.of(services.organizations.create(given.fields(), key)))


@router.get("/organizations/{id}", operation_id="getOrganization")
def get_organization(there: OrganizationReaderThere, services: Ask, seen: Reading) -> Answer[OrganizationOut]:
    """Show the key's organization, or another one of its user."""
    return Answer(data=seen(OrganizationOut.of(services.organizations.get(there))))


@router.put("/organizations/{id}", operation_id="updateOrganization", openapi_extra=accepts("OrganizationChanges"))
def update_organization(
    there: AdministratorThere, services: Ask, body: JsonBody, match: Changing
) -> Answer[OrganizationOut]:
    """Change the fields that are sent."""
    given = validated(OrganizationChanges, body)
    changed = services.organizations.update(there, given.fields(), expecting=match.on(OrganizationOut.of))
    return Answer(data=match.changed(OrganizationOut.of(changed)))


@router.get("/organizations/{id}/api-keys", operation_id="listApiKeysOfOrganization")
def list_keys(there: KeyAdministratorThere, services: Ask, paging: Paging) -> Listing[KeyOut]:
    """List the keys of an organization that are not revoked, oldest first."""
    keys, total = services.identity.keys(there.organization_id, paging.page, paging.per_page)
    return paging.listing([KeyOut.of(one) for one in keys], total)


@router.post(
    "/organizations/{id}/api-keys",
    status_code=201,
    operation_id="createApiKeyOfOrganization",
    openapi_extra=accepts("KeyBody"),
)
def create_key(there: KeyAdministratorThere, services: Ask, body: JsonBody) -> Answer[KeyMadeOut]:
    """Create a key of an organization. Its text is in this answer only."""
    return Answer(data=create_key_of(there, services, validated(KeyBody, body)))
