"""``/api/v1/api-keys``: who may do what."""

from outrider_api.http.answers import Answer, Done, Listing, Paging
from outrider_api.http.bodies import JsonBody, OptionalJsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import KeyAdministrator
from outrider_api.http.services import Ask, Services
from outrider_api.http.wire.keys import KeyBody, KeyMadeOut, KeyOut, RotationBody
from outrider_engine.domain.identity import ApiKey
from outrider_engine.services.validation import validated

router = Routes(prefix="/api/v1/api-keys", tags=["API keys"], responses=ERRORS)


@router.get("", operation_id="listApiKeys")
def list_keys(key: KeyAdministrator, services: Ask, paging: Paging) -> Listing[KeyOut]:
    """List the keys that are not revoked, oldest first."""
    keys, total = services.identity.keys(key.organization_id, paging.page, paging.per_page)
    return paging.listing([KeyOut.of(one) for one in keys], total)


@router.post("", status_code=201, operation_id="createApiKey", openapi_extra=accepts("KeyBody"))
def create_key(key: KeyAdministrator, services: Ask, body: JsonBody) -> Answer[KeyMadeOut]:
    """Create a key. Its text is in this answer only."""
    return Answer(data=create_key_of(key, services, validated(KeyBody, body)))


@router.get("/{id}", operation_id="getApiKey")
def get_key(id: str, key: KeyAdministrator, services: Ask, seen: Reading) -> Answer[KeyOut]:
    """Show a key, without its text."""
    return Answer(data=seen(KeyOut.of(services.identity.key(key.organization_id, id))))


@router.post("/{id}/rotate", operation_id="rotateApiKey", openapi_extra=accepts("RotationBody", required=False))
def rotate_key(
    id: str, key: KeyAdministrator, services: Ask, body: OptionalJsonBody, match: Changing
) -> Answer[KeyMadeOut]:
    """Give a key another text, which is in this answer only; the old one stops at once, or after a grace period."""
    given = validated(RotationBody, body)
    made = services.identity.rotate_key(
        key.organization_id, id, grace_s=given.grace_seconds, by=key, expecting=match.on(KeyOut.of)
    )
    match.changed(KeyOut.of(made.key))
    return Answer(data=KeyMadeOut.made(made))


@router.delete("/{id}", operation_id="revokeApiKey")
def revoke_key(id: str, key: KeyAdministrator, services: Ask, match: Changing) -> Answer[Done]:
    """Revoke a key; it stops working at once."""
    services.identity.revoke_key(key.organization_id, id, expecting=match.on(KeyOut.of))
    return Answer(data=Done(id=id))


def create_key_of(by: ApiKey, services: Services, given: KeyBody) -> KeyMadeOut:
    """Create a key of the organization in which the key of the one who asks stands."""
    made = services.identity.create_key(
        by.organization_id,
        name=given.name,
        role=given.role,
        scopes=given.scopes,
        expires_at=given.expires_at,
        monthly_limit=given.monthly_limit,
        project_id=given.project_id,
        by=by,
    )
    return KeyMadeOut.made(made)
