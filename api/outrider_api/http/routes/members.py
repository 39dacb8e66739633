"""``/api/v1/organizations/{id}/members`` and ``…/invitations``: the people of an organization."""

from fastapi import Depends, Request

from outrider_api.http.answers import Answer, Done, Listing, Paging
from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.parameters import refuse_unknown
from outrider_api.http.routing import Routes
from outrider_api.http.security import AdministratorThere, ReaderThere
from outrider_api.http.services import Ask
from outrider_api.http.session_cookies import address_of
from outrider_api.http.wire.organizations import (
    AcceptanceBody,
    InvitationBody,
    InvitationOut,
    JoinedOut,
    MemberOut,
    RoleBody,
)
from outrider_engine.services.validation import validated

router = Routes(prefix="/api/v1", tags=["Members"], responses=ERRORS)


@router.get("/organizations/{id}/members", operation_id="listMembers")
def list_members(there: ReaderThere, services: Ask, paging: Paging) -> Listing[MemberOut]:
    """List members and those who are invited, oldest first."""
    members, total = services.members.list(there, paging.page, paging.per_page)
    return paging.listing([MemberOut.of(each) for each in members], total)


@router.get("/organizations/{id}/members/{member_id}", operation_id="getMember")
def get_member(member_id: str, there: ReaderThere, services: Ask, seen: Reading) -> Answer[MemberOut]:
    """Show a member or somebody invited."""
    return Answer(data=seen(MemberOut.of(services.members.get(there, member_id))))


@router.put("/organizations/{id}/members/{member_id}", operation_id="updateMember", openapi_extra=accepts("RoleBody"))
def update_member(
    member_id: str, there: AdministratorThere, services: Ask, body: JsonBody, match: Changing
) -> Answer[MemberOut]:
    """Give a member or somebody invited another role. The last owner keeps theirs."""
    given = validated(RoleBody, body)
    changed = services.members.set_role(there, member_id, given.role, expecting=match.on(MemberOut.of))
    return Answer(data=match.changed(MemberOut.of(changed)))


@router.delete("/organizations/{id}/members/{member_id}", operation_id="removeMember")
def remove_member(member_id: str, there: AdministratorThere, services: Ask, match: Changing) -> Answer[Done]:
    """Remove a member, whose keys of this organization stop working, or an invitation. The last owner stays."""
    services.members.remove(there, member_id, expecting=match.on(MemberOut.of))
    return Answer(data=Done(id=member_id))


@router.post(
    "/organizations/{id}/invitations",
    status_code=201,
    operation_id="inviteMember",
    openapi_extra=accepts("InvitationBody"),
)
def invite(there: AdministratorThere, services: Ask, body: JsonBody) -> Answer[InvitationOut]:
    """Invite somebody for seven days, by mail where that is set up. The token is in this answer only."""
    given = validated(InvitationBody, body)
    return Answer(data=InvitationOut.made(services.members.invite(there, given.email, given.role)))


@router.post("/organizations/{id}/invitations/{invitation_id}/resend", operation_id="resendInvitation")
def resend(invitation_id: str, there: AdministratorThere, services: Ask) -> Answer[InvitationOut]:
    """Give an invitation a new token, another seven days and a new mail; the old token stops working."""
    return Answer(data=InvitationOut.made(services.members.resend(there, invitation_id)))


@router.delete("/organizations/{id}/invitations/{invitation_id}", operation_id="revokeInvitation")
def revoke(invitation_id: str, there: AdministratorThere, services: Ask) -> Answer[Done]:
    """Take an invitation back."""
    services.members.revoke(there, invitation_id)
    return Answer(data=Done(id=invitation_id))


@router.post(
    "/invitations/{token}/accept",
    operation_id="acceptInvitation",
    openapi_extra=accepts("AcceptanceBody"),
    dependencies=[Depends(refuse_unknown)],
)
def accept(token: str, request: Request, services: Ask, body: JsonBody) -> Answer[JoinedOut]:
    """Come in: the token is all that is needed, and a password. Works without an API key, once."""
    given = validated(AcceptanceBody, body)
    joined = services.members.accept(token, password=given.password, name=given.name, address=address_of(request))
    return Answer(data=JoinedOut.joined(joined))
