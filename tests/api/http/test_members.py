"""Members and invitations over HTTP: who comes in, as what, and who goes."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from api_house import Caller, House
from structlog.testing import capture_logs

PASSWORD = "correct horse battery"


def base(house: House) -> str:
    return f"/api/v1/organizations/{house.world.organization}"


def invite(house: House, email: str = "lin@example.com", role: str = "member", by: Caller | None = None) -> Any:
    return (by or house.owner).post(f"{base(house)}/invitations", {"email": email, "role": role})


def accept(house: House, invited: dict[str, Any], password: str = PASSWORD, **fields: Any) -> Any:
    return house.caller(None).post(invited["accept_path"], {"password": password} | fields)


def members(house: House) -> dict[str, Any]:
    """Return the members by address."""
    return {each["email"]: each for each in house.owner.get(f"{base(house)}/members")}


def test_whoever_is_invited_is_listed_changed_and_removed_among_the_members(any_house: House) -> None:
    invited = invite(any_house, " Lin@Example.com ", "viewer")
    listed = members(any_house)
    assert listed["ada@example.com"]["role"] == "owner"
    found = listed["lin@example.com"]
    assert (found["id"], found["role"], found["status"]) == (invited["id"], "viewer", "invited")
    assert found["expires_at"] == invited["expires_at"]
    assert "token" not in found
    path = f"{base(any_house)}/members/{invited['id']}"
    assert any_house.owner.put(path, {"role": "admin"})["role"] == "admin"
    assert members(any_house)["lin@example.com"]["role"] == "admin"
    any_house.owner.delete(path)
    assert list(members(any_house)) == ["ada@example.com"]
    any_house.owner.refused(404, "DELETE", path)
    any_house.caller(None).refused(404, "POST", invited["accept_path"], {"password": PASSWORD})


def test_an_invitation_makes_a_user_once(any_house: House) -> None:
    invited = invite(any_house)
    joined = accept(any_house, invited, name="Lin")
    assert (joined["id"], joined["status"], joined["name"]) == (invited["id"], "active", "Lin")
    assert (joined["organization_name"], joined["expires_at"]) == ("Acme", None)
    assert members(any_house)["lin@example.com"]["user_id"] == joined["user_id"]
    any_house.caller(None).refused(404, "POST", invited["accept_path"], {"password": PASSWORD})


def test_an_invitation_ends_after_seven_days_and_can_be_sent_again(house: House) -> None:
    invited = invite(house)
    clock = house.world.clock
    clock.advance(timedelta(days=7).total_seconds())
    house.caller(None).refused(404, "POST", invited["accept_path"], {"password": PASSWORD})
    resend = f"{base(house)}/invitations/{invited['id']}/resend"
    again = house.owner.post(resend)
    assert again["expires_at"] > invited["expires_at"]
    newest = house.owner.post(resend)
    clock.advance(timedelta(days=7).total_seconds() - 1)
    house.caller(None).refused(404, "POST", again["accept_path"], {"password": PASSWORD})
    assert accept(house, newest)["status"] == "active"
    house.owner.refused(404, "POST", resend)


def test_a_revoked_invitation_is_gone(any_house: House) -> None:
    invited = invite(any_house)
    path = f"{base(any_house)}/invitations/{invited['id']}"
    any_house.owner.delete(path)
    any_house.owner.refused(404, "DELETE", path)
    any_house.caller(None).refused(404, "POST", invited["accept_path"], {"password": PASSWORD})
    owner = members(any_house)["ada@example.com"]["id"]
    any_house.owner.refused(404, "DELETE", f"{base(any_house)}/invitations/{owner}")


def test_a_user_who_exists_joins_with_their_own_password_only(any_house: House) -> None:
    first = accept(any_house, invite(any_house))
    other = any_house.owner.post("/api/v1/organizations", {"name": "Second"})
    path = f"/api/v1/organizations/{other['id']}/invitations"
    invited = any_house.owner.post(path, {"email": "LIN@example.com"})
    refused = any_house.caller(None).refused(403, "POST", invited["accept_path"], {"password": "of somebody else"})
    assert "theirs" in refused["error"]
    assert accept(any_house, invited)["user_id"] == first["user_id"]


def test_nobody_is_invited_twice(any_house: House) -> None:
    invited = invite(any_house)
    path = f"{base(any_house)}/invitations"
    body = {"email": "LIN@example.com"}
    assert "invited already" in any_house.owner.refused(409, "POST", path, body)["error"]
    accept(any_house, invited)
    assert "member already" in any_house.owner.refused(409, "POST", path, body)["error"]


def test_the_last_owner_is_neither_removed_nor_demoted(any_house: House) -> None:
    (owner,) = members(any_house).values()
    path = f"{base(any_house)}/members/{owner['id']}"
    invited = invite(any_house, role="owner")
    assert "last owner" in any_house.owner.refused(409, "DELETE", path)["error"]
    assert "last owner" in any_house.owner.refused(409, "PUT", path, {"role": "admin"})["error"]
    assert any_house.owner.put(path, {"role": "owner"})["role"] == "owner"
    accept(any_house, invited)
    assert any_house.owner.put(path, {"role": "viewer"})["role"] == "viewer"


def test_two_owners_who_step_down_at_once_leave_one(any_house: House) -> None:
    accept(any_house, invite(any_house, role="owner"))
    paths = [f"{base(any_house)}/members/{each['id']}" for each in members(any_house).values()]
    keys = [any_house.key("owner"), any_house.key("owner")]
    statuses: list[int] = []

    def step_down(caller: Caller, path: str) -> None:
        statuses.append(caller.send("PUT", path, {"role": "viewer"}).status_code)

    threads = [Thread(target=step_down, args=pair) for pair in zip(keys, paths, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with any_house.world.storage.read() as tx:
        assert len(tx.members.owners(any_house.world.organization)) == 1
    assert 200 in statuses


def test_keys_follow_the_user_for_whom_they_act(any_house: House) -> None:
    accept(any_house, invite(any_house, "second@example.com", "owner"))
    mine = any_house.caller(any_house.owner.post("/api/v1/api-keys", {"name": "a", "role": "admin"})["key"])
    path = f"{base(any_house)}/members/{members(any_house)['ada@example.com']['id']}"
    any_house.owner.put(path, {"role": "member"})
    assert mine.monitor()
    mine.refused(403, "GET", "/api/v1/api-keys")
    any_house.owner.refused(403, "DELETE", path)
    with any_house.world.storage.begin() as tx:
        tx.keys.revoke_of_user(any_house.world.organization, members_user(any_house), tx.now)
    mine.refused(401, "GET", "/api/v1/monitors")


def members_user(house: House) -> str:
    """Return the user for whom the owner's key acts."""
    with house.world.storage.read() as tx:
        found = tx.users.by_email("ada@example.com")
    assert found is not None
    return found.id


def test_the_keys_of_a_removed_member_stop_working(any_house: House) -> None:
    accept(any_house, invite(any_house, "second@example.com", "owner"))
    removed = members(any_house)["ada@example.com"]
    any_house.owner.delete(f"{base(any_house)}/members/{removed['id']}")
    any_house.owner.refused(401, "GET", "/api/v1/monitors")


def test_an_admin_decides_about_everyone_but_owners(house: House) -> None:
    admin = house.key("admin")
    owner = members(house)["ada@example.com"]
    invited = invite(house, role="viewer", by=admin)
    admin.refused(403, "PUT", f"{base(house)}/members/{owner['id']}", {"role": "viewer"})
    admin.refused(403, "DELETE", f"{base(house)}/members/{owner['id']}")
    admin.refused(403, "PUT", f"{base(house)}/members/{invited['id']}", {"role": "owner"})
    admin.refused(403, "POST", f"{base(house)}/invitations", {"email": "x@example.com", "role": "owner"})
    future = invite(house, "boss@example.com", "owner")
    admin.refused(403, "POST", f"{base(house)}/invitations/{future['id']}/resend")
    admin.refused(403, "DELETE", f"{base(house)}/invitations/{future['id']}")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a@b@c.test"}, "email"),
        ({"email": "a b@c.test"}, "email"),
        ({"email": f"{'a' * 250}@c.test"}, "email"),
        ({"email": None}, "email"),
        ({"role": "emperor"}, "role"),
        ({"status": "active"}, "status"),
    ],
    ids=str,
)
def test_a_wrong_field_of_an_invitation_is_named(house: House, fields: dict[str, Any], field: str) -> None:
    body = {"email": "lin@example.com"} | fields
    assert house.owner.refused(400, "POST", f"{base(house)}/invitations", body)["data"]["field"] == field


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "x" * 201}, "password"),
        ({"password": None}, "password"),
        ({"name": ""}, "name"),
        ({"role": "owner"}, "role"),
    ],
    ids=str,
)
def test_a_wrong_field_of_an_acceptance_is_named_and_costs_nothing(
    house: House, fields: dict[str, Any], field: str
) -> None:
    invited = invite(house)
    body = {"password": PASSWORD} | fields
    refused = house.caller(None).refused(400, "POST", invited["accept_path"], body)
    assert refused["data"]["field"] == field
    assert accept(house, invited)["role"] == "member"


def test_neither_tokens_nor_passwords_are_kept_or_logged(house: House) -> None:
    with capture_logs() as logs:
        invited = invite(house)
        house.caller(None).refused(400, "POST", invited["accept_path"], {"password": "short"})
        accept(house, invited)
    assert invited["token"] not in str(logs)
    with house.world.storage.read() as tx:
        assert tx.members.by_digest(invited["token"]) is None
        user = tx.users.by_email("lin@example.com")
    assert user is not None
    assert (user.password_hash or "").startswith("$argon2id$")


@pytest.mark.parametrize("token", ["unknown", "%00", "x" * 3000, "%ff"])
def test_an_unknown_token_is_404_without_being_repeated(house: House, token: str) -> None:
    refused = house.caller(None).refused(404, "POST", f"/api/v1/invitations/{token}/accept", {"password": PASSWORD})
    assert refused["error"] == "no such invitation (any more)"
