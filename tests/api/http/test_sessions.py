"""Sessions of browsers over HTTP: who signs in, what they may do, and what other sites can't make them do."""

from datetime import timedelta
from typing import Any

import pytest
from api_house import Caller, House, data_of, error_of
from httpx2 import Response
from structlog.testing import capture_logs

from outrider_engine.domain.members import ExternalIdentity
from outrider_engine.errors import Conflict, Unauthenticated

PATH = "/api/v1/session"
EMAIL = "lin@example.com"
PASSWORD = "correct horse battery"
CREDENTIALS = {"email": EMAIL, "password": PASSWORD}


@pytest.fixture
def nobody(house: House) -> Caller:
    """A browser without a key; Lin is a member by now."""
    join(house)
    return house.caller(None)


def join(house: House, organization: str | None = None, role: str = "member", email: str = EMAIL) -> Any:
    path = f"/api/v1/organizations/{organization or house.world.organization}/invitations"
    invited = house.owner.post(path, {"email": email, "role": role})
    return house.caller(None).post(invited["accept_path"], {"password": PASSWORD})


def proof(signed_in: Any) -> dict[str, Any]:
    return {"headers": {"X-CSRF-Token": signed_in["csrf_token"]}}


def test_whoever_signs_in_works_with_their_role_until_they_sign_out(any_house: House) -> None:
    join(any_house)
    any_house.world.clock.advance(1)
    browser = any_house.caller(None)
    signed_in = browser.post(PATH, {"email": " LIN@example.com ", "password": PASSWORD})
    assert (signed_in["user"]["email"], signed_in["role"]) == (EMAIL, "member")
    assert signed_in["organization"]["name"] == "Acme"
    assert browser.get(PATH) == signed_in
    assert browser.get("/api/v1/monitors") == []
    monitor = {"name": "shop", "type": "url", "url": "http://127.0.0.1:9/"}
    assert data_of(browser.send("POST", "/api/v1/monitors", monitor, **proof(signed_in)))["name"] == "shop"
    browser.refused(403, "GET", "/api/v1/audit-log")
    actor = any_house.owner.get("/api/v1/audit-log")[0]["actor"]
    assert (actor["kind"], actor["name"], actor["user_id"]) == ("user", EMAIL, signed_in["user"]["id"])
    kept = any_house.client.cookies["outrider_session"]
    assert data_of(browser.send("DELETE", PATH, **proof(signed_in)))["deleted"] is True
    assert "outrider_session" not in any_house.client.cookies
    any_house.client.cookies["outrider_session"] = kept
    browser.refused(401, "GET", PATH)
    browser.refused(401, "GET", "/api/v1/monitors")


def test_the_cookie_is_out_of_the_reach_of_scripts_and_other_sites(house: House, nobody: Caller) -> None:
    with capture_logs() as logs:
        plain = nobody.send("POST", PATH, CREDENTIALS).headers["set-cookie"]
    assert plain.startswith("outrider_session=")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=2592000"} <= set(plain.split("; "))
    assert "Secure" not in plain
    assert PASSWORD not in str(logs)
    assert plain.partition("=")[2].partition(";")[0] not in str(logs)
    secure = house.client.post("https://testserver" + PATH, json=CREDENTIALS)
    assert "; Secure" in secure.headers["set-cookie"]


@pytest.mark.parametrize("wrong", [{"password": "of somebody else"}, {"email": "no@example.com"}, {"email": "no"}])
def test_a_wrong_password_and_an_unknown_user_are_told_alike(nobody: Caller, wrong: dict[str, str]) -> None:
    refused = nobody.refused(401, "POST", PATH, CREDENTIALS | wrong)
    assert refused["error"] == "e-mail address or password is wrong"
    nobody.refused(401, "GET", PATH)


def test_who_guesses_has_to_wait(house: House, nobody: Caller) -> None:
    for _ in range(9):
        house.services.rates.take_guess(EMAIL, "testclient")
    nobody.refused(401, "POST", PATH, CREDENTIALS | {"password": "a guess"})
    response = nobody.send("POST", PATH, CREDENTIALS)
    assert error_of(response, 429)["code"] == "rate_limited"
    assert response.headers["Retry-After"] == "90"
    for index in range(19):
        house.services.rates.take_guess(f"{index}@example.com", "testclient")
    nobody.refused(429, "POST", PATH, {"email": "another@example.com", "password": "a guess"})
    house.world.clock.advance(90)
    assert nobody.post(PATH, CREDENTIALS)["role"] == "member"


def test_only_wrong_passwords_count(house: House, nobody: Caller) -> None:
    for _ in range(8):
        house.services.rates.take_guess(EMAIL, "testclient")
    for _ in range(5):
        nobody.post(PATH, CREDENTIALS)
    for _ in range(2):
        nobody.refused(401, "POST", PATH, CREDENTIALS | {"password": "a guess"})
    nobody.refused(429, "POST", PATH, CREDENTIALS)


def test_an_invitation_does_not_help_to_guess_a_password(house: House, nobody: Caller) -> None:
    second = house.owner.post("/api/v1/organizations", {"name": "Second"})["id"]
    invited = house.owner.post(f"/api/v1/organizations/{second}/invitations", {"email": EMAIL})
    for _ in range(10):
        nobody.refused(403, "POST", invited["accept_path"], {"password": "a mere guess"})
    nobody.refused(429, "POST", invited["accept_path"], {"password": PASSWORD})
    nobody.refused(429, "POST", PATH, CREDENTIALS)


def written(browser: Caller, **headers: str) -> Response:
    return browser.send("POST", "/api/v1/releases", {"name": "shop"}, headers=headers)


def test_what_changes_something_must_come_from_a_page_of_our_own(house: House, nobody: Caller) -> None:
    token = nobody.post(PATH, CREDENTIALS)["csrf_token"]
    assert error_of(written(nobody), 403)["code"] == "csrf_failed"
    assert error_of(written(nobody, **{"X-CSRF-Token": "x" + token[1:]}), 403)["code"] == "csrf_failed"
    for foreign in ("http://evil.example", "null", "http://testserver.evil.example", "http://testserver:81"):
        refused = error_of(written(nobody, **{"X-CSRF-Token": token, "Origin": foreign}), 403)
        assert refused["code"] == "csrf_failed"
        error_of(nobody.send("POST", PATH, CREDENTIALS, headers={"Origin": foreign}), 403)
    for method, path in (("DELETE", PATH), ("PUT", PATH)):
        assert nobody.refused(403, method, path, {})["code"] == "csrf_failed"
    assert house.owner.get("/api/v1/releases") == []
    assert written(nobody, **{"X-CSRF-Token": token, "Origin": "http://testserver"}).status_code == 201
    assert written(house.owner).status_code == 201, "a key proves enough"


def test_a_session_ends_when_it_is_not_used_and_after_thirty_days(house: House, nobody: Caller) -> None:
    clock = house.world.clock
    nobody.post(PATH, CREDENTIALS)
    for _ in range(4):
        clock.advance(timedelta(days=6, hours=23).total_seconds())
        nobody.get("/api/v1/monitors")
    clock.advance(timedelta(days=2, hours=3, minutes=59).total_seconds())
    nobody.get("/api/v1/monitors")
    clock.advance(60)
    nobody.refused(401, "GET", "/api/v1/monitors")
    nobody.post(PATH, CREDENTIALS)
    clock.advance(timedelta(days=7).total_seconds())
    nobody.refused(401, "GET", PATH)


def test_a_session_goes_on_in_another_organization_of_its_user(any_house: House) -> None:
    join(any_house)
    any_house.world.clock.advance(1)
    second = any_house.owner.post("/api/v1/organizations", {"name": "Second"})["id"]
    joined = join(any_house, second, "viewer")
    strange = any_house.services.identity.create_organization("Strange").id
    browser = any_house.caller(None)
    any_house.owner.monitor()
    signed_in = browser.post(PATH, CREDENTIALS)
    assert len(browser.get("/api/v1/monitors")) == 1
    error_of(browser.send("PUT", PATH, {"organization_id": strange}, **proof(signed_in)), 404)
    switched = data_of(browser.send("PUT", PATH, {"organization_id": second}, **proof(signed_in)))
    assert (switched["organization"]["id"], switched["role"]) == (second, "viewer")
    assert browser.get("/api/v1/monitors") == []
    error_of(browser.send("POST", "/api/v1/releases", {"name": "a"}, **proof(switched)), 403)
    browser.refused(404, "POST", PATH, CREDENTIALS | {"organization_id": strange})
    any_house.owner.delete(f"/api/v1/organizations/{second}/members/{joined['id']}")
    browser.refused(401, "GET", "/api/v1/monitors")
    browser.refused(401, "GET", PATH)
    assert browser.post(PATH, CREDENTIALS)["organization"]["name"] == "Acme"


def test_who_was_removed_can_not_sign_in_any_more(house: House, nobody: Caller) -> None:
    nobody.post(PATH, CREDENTIALS)
    members = f"/api/v1/organizations/{house.world.organization}/members"
    (lin,) = (each["id"] for each in house.owner.get(members) if each["email"] == EMAIL)
    house.owner.put(f"{members}/{lin}", {"role": "viewer"})
    assert nobody.get(PATH)["role"] == "viewer"
    house.owner.delete(f"{members}/{lin}")
    nobody.refused(401, "GET", PATH)
    assert "no organization" in nobody.refused(403, "POST", PATH, CREDENTIALS)["error"]


def test_ended_sessions_are_forgotten(any_house: House) -> None:
    join(any_house)
    any_house.caller(None).post(PATH, CREDENTIALS)
    any_house.world.clock.advance(timedelta(days=6).total_seconds())
    any_house.caller(None).post(PATH, CREDENTIALS)
    any_house.world.clock.advance(timedelta(days=1, seconds=1).total_seconds())
    with any_house.world.storage.begin() as tx:
        assert tx.retention.drop_sessions(tx.now, 10) == 1
    assert any_house.caller(None).get(PATH)["role"] == "member"


def test_an_identity_of_a_provider_stands_for_one_user(any_house: House) -> None:
    join(any_house)
    sessions = any_house.services.sessions
    known = ExternalIdentity(issuer="https://login.example.com", subject="lin")
    with pytest.raises(Unauthenticated, match="link it first"):
        sessions.sign_in_as(known)
    token, lin = sessions.sign_in(EMAIL, PASSWORD)
    for _ in range(2):
        sessions.link(token, known)
    any_house.client.cookies["outrider_session"], again = sessions.sign_in_as(known)
    assert again.session.user_id == lin.session.user_id
    assert any_house.caller(None).get(PATH)["user"]["email"] == EMAIL
    join(any_house, email="kim@example.com")
    other, _ = sessions.sign_in("kim@example.com", PASSWORD)
    with pytest.raises(Conflict, match="another user"):
        sessions.link(other, known)
    with pytest.raises(Unauthenticated):
        sessions.sign_in_as(ExternalIdentity(issuer="https://other.example.com", subject="lin"))
