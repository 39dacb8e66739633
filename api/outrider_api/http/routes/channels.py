"""``/api/v1/alerts/channels``: whom to tell."""

from outrider_api.http.answers import Answer, Done, Listing, Paging
from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import AlertReader, ChannelWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.alerting import ChannelBody, ChannelChanges, ChannelMadeOut, ChannelOut, TestOut
from outrider_api.http.wire.listing import AskedChannels
from outrider_engine.services.validation import validated

PATHS = ("/api/v1/alerts/channels", "/api/v1/alert-channels")
"""Where the routes are: today's path, and the earlier one that old clients still ask."""

router = Routes(tags=["Channels"], responses=ERRORS)

READ_ONLY = ("id", "type", "created_at")


@router.get("", operation_id="listChannels")
def list_channels(key: AlertReader, services: Ask, paging: Paging, asked: AskedChannels) -> Listing[ChannelOut]:
    """List channels, oldest first unless `sort` says otherwise."""
    channels, total = services.channels.list(key.organization_id, asked)
    return paging.listing([ChannelOut.of(channel) for channel in channels], total)


@router.post("", status_code=201, operation_id="createChannel", openapi_extra=accepts("ChannelBody"))
def create_channel(key: ChannelWriter, services: Ask, body: JsonBody) -> Answer[ChannelMadeOut]:
    """Create a channel. Secrets that are made up for it are shown in this answer only."""
    given = validated(ChannelBody, body)
    made = services.channels.create(
        key.organization_id,
        name=given.name,
        type=given.type,
        config=given.config,
        enabled=given.enabled,
        notify_on=given.notify_on,
    )
    return Answer(data=ChannelMadeOut.made(made))


@router.get("/{id}", operation_id="getChannel")
def get_channel(id: str, key: AlertReader, services: Ask, seen: Reading) -> Answer[ChannelOut]:
    """Return a channel."""
    return Answer(data=seen(ChannelOut.of(services.channels.get(key.organization_id, id))))


@router.put("/{id}", operation_id="updateChannel", openapi_extra=accepts("ChannelChanges"))
def update_channel(id: str, key: ChannelWriter, services: Ask, body: JsonBody, match: Changing) -> Answer[ChannelOut]:
    """Change some fields of a channel, or some of its settings; its type stays."""
    services.channels.get(key.organization_id, id)
    given = validated(ChannelChanges, {name: value for name, value in body.items() if name not in READ_ONLY})
    changed = services.channels.update(
        key.organization_id,
        id,
        name=given.name,
        config=given.config,
        enabled=given.enabled,
        notify_on=given.notify_on,
        expecting=match.on(ChannelOut.of),
    )
    return Answer(data=match.changed(ChannelOut.of(changed)))


@router.patch("/{id}", operation_id="patchChannel", openapi_extra=accepts("ChannelChanges"))
def patch_channel(id: str, key: ChannelWriter, services: Ask, body: JsonBody, match: Changing) -> Answer[ChannelOut]:
    """Change some fields of a channel, as PUT does."""
    return update_channel(id, key, services, body, match)


@router.delete("/{id}", operation_id="deleteChannel")
def delete_channel(id: str, key: ChannelWriter, services: Ask, match: Changing) -> Answer[Done]:
    """Delete a channel and take it out of all rules."""
    services.channels.delete(key.organization_id, id, expecting=match.on(ChannelOut.of))
    return Answer(data=Done(id=id))


@router.post("/{id}/rotate-secret", operation_id="rotateChannelSecret")
def rotate_channel_secret(id: str, key: ChannelWriter, services: Ask) -> Answer[ChannelMadeOut]:
    """Replace the secret that signs messages by a new one, shown in this answer only; the old one is void at once."""
    return Answer(data=ChannelMadeOut.made(services.channels.rotate_secret(key.organization_id, id)))


@router.post("/{id}/test", operation_id="testChannel")
async def test_channel(id: str, key: ChannelWriter, services: Ask) -> Answer[TestOut]:
    """Send a test message at once. What the receiver makes of it is in the answer."""
    return Answer(data=TestOut.of(await services.channels.test(key.organization_id, id)))
