"""What belongs to who is signed in: their password, and their sessions wherever they are."""

from typing import Any

import pytest
from api_house import Caller, House, data_of, error_of
from argon2.profiles import CHEAPEST

from outrider_engine.adapters.argon2_passwords import Argon2Passwords
from outrider_engine.adapters.rates_in_memory import RatesInMemory
from outrider_engine.errors import NotFound, Unauthenticated
from outrider_engine.services.accounts import AccountService
from outrider_engine.services.passwords import Passwords
from outrider_engine.services.rates import Rates
from outrider_engine.services.sessions import SessionService

SESSION = "/api/v1/session"
SESSIONS = "/api/v1/user/sessions"
PASSWORD = "/api/v1/user/password"
EMAIL = "lin@example.com"
OLD, NEW = "correct horse battery", "staple battery horse"


class Browser:
    """A browser with a session of Lin's."""

    def __init__(self, house: House, password: str = OLD, agent: str = "Firefox") -> None:
        self._house = house
        self._headers = {"User-Agent": agent}
        house.client.cookies.clear()
        signed_in = data_of(self._caller().send("POST", SESSION, self._credentials(password), headers=self._headers))
        self._headers["X-CSRF-Token"] = signed_in["csrf_token"]
        self._cookie = house.client.cookies["outrider_session"]
        house.client.cookies.clear()

    @staticmethod
    def _credentials(password: str) -> dict[str, str]:
        return {"email": EMAIL, "password": password}

    def _caller(self) -> Caller:
        return self._house.caller(None)

    def send(self, method: str, path: str, body: Any = None, *, csrf: bool = True) -> Any:
        headers = {name: text for name, text in self._headers.items() if csrf or name != "X-CSRF-Token"}
        self._house.client.cookies.set("outrider_session", self._cookie)
        response = self._caller().send(method, path, body, headers=headers)
        self._house.client.cookies.clear()
        return response

    def change(self, current: str = OLD, new: str = NEW) -> Any:
        return self.send("PUT", PASSWORD, {"current_password": current, "new_password": new})

    def is_signed_in(self) -> bool:
        return bool(self.send("GET", SESSION).status_code == 200)


def join(house: House, email: str = EMAIL) -> None:
    path = f"/api/v1/organizations/{house.world.organization}/invitations"
    invited = house.owner.post(path, {"email": email})
    house.caller(None).post(invited["accept_path"], {"password": OLD})


def signs_in(house: House, password: str) -> bool:
    sent = house.caller(None).send("POST", SESSION, {"email": EMAIL, "password": password})
    house.client.cookies.clear()
    return sent.status_code == 201


def test_another_password_ends_all_other_sessions(any_house: House) -> None:
    join(any_house)
    here, there = Browser(any_house), Browser(any_house)
    assert data_of(here.change()) == {"ended_sessions": 1}
    assert (here.is_signed_in(), there.is_signed_in()) == (True, False)
    assert (signs_in(any_house, OLD), signs_in(any_house, NEW)) == (False, True)


def test_a_password_is_changed_only_by_who_knows_it_and_from_our_own_pages(house: House) -> None:
    join(house)
    here, there = Browser(house), Browser(house)
    for new in ("short", "x" * 201, "with a \0 in it"):
        assert error_of(here.change(new=new), 400)["data"]["field"] == "new_password"
    body = {"current_password": OLD, "new_password": NEW}
    assert error_of(here.send("PUT", PASSWORD, body, csrf=False), 403)["code"] == "csrf_failed"
    error_of(here.send("PUT", PASSWORD, body | {"email": "kim@example.com"}), 400)
    house.owner.refused(401, "PUT", PASSWORD, body)  # with a key, but not signed in
    for _ in range(10):
        assert error_of(here.change("a mere guess"), 400)["data"]["field"] == "current_password"
    assert error_of(here.change(), 429)["code"] == "rate_limited"
    assert there.is_signed_in()
    house.world.clock.advance(90)
    assert signs_in(house, OLD)


def test_sessions_are_listed_with_when_and_where_and_each_can_be_ended(any_house: House) -> None:
    join(any_house)
    join(any_house, "kim@example.com")
    here = Browser(any_house)
    any_house.world.clock.advance(60)
    there = Browser(any_house, agent="Safari" * 100)
    newest, oldest = data_of(here.send("GET", SESSIONS))
    assert (oldest["current"], newest["current"]) == (True, False)
    assert (oldest["user_agent"], oldest["address"]) == ("Firefox", "testclient")
    assert newest["user_agent"] == ("Safari" * 100)[:300]
    assert newest["created_at"] > oldest["created_at"]
    assert here.send("GET", SESSIONS, None).json()["meta"]["total"] == 2
    assert data_of(here.send("GET", f"{SESSIONS}?per_page=1&page=2")) == [oldest]
    error_of(here.send("DELETE", f"{SESSIONS}/{newest['id']}", csrf=False), 403)
    data_of(here.send("DELETE", f"{SESSIONS}/{newest['id']}"))
    error_of(here.send("DELETE", f"{SESSIONS}/{newest['id']}"), 404)
    assert (here.is_signed_in(), there.is_signed_in()) == (True, False)
    data_of(here.send("DELETE", f"{SESSIONS}/{oldest['id']}"))
    assert not here.is_signed_in()


def test_nobody_ends_or_sees_sessions_of_others(house: House) -> None:
    join(house)
    join(house, "kim@example.com")
    here = Browser(house)
    (session,) = data_of(here.send("GET", SESSIONS))
    kim, _ = house.services.sessions.sign_in("kim@example.com", OLD)
    own, found, total = house.services.sessions.of_user(kim, 1, 20)
    assert ([own.id], total) == ([each.id for each in found], 1)
    with pytest.raises(NotFound):
        house.services.sessions.end(kim, session["id"])
    house.owner.refused(401, "GET", SESSIONS)
    house.owner.refused(401, "DELETE", SESSIONS)


def test_whoever_signs_out_everywhere_is_signed_in_nowhere(any_house: House) -> None:
    join(any_house)
    browsers = [Browser(any_house) for _ in range(3)]
    assert error_of(browsers[0].send("DELETE", SESSIONS, csrf=False), 403)["code"] == "csrf_failed"
    response = browsers[0].send("DELETE", SESSIONS)
    assert data_of(response) == {"ended_sessions": 3}
    assert 'outrider_session=""' in response.headers["set-cookie"]
    assert not any(browser.is_signed_in() for browser in browsers)


def test_an_operator_replaces_a_forgotten_password(any_house: House) -> None:
    join(any_house)
    browsers = [Browser(any_house) for _ in range(2)]
    accounts = any_house.services.accounts
    assert EMAIL in [user.email for user in accounts.list(1, 10)[0]]
    assert accounts.reset_password(" LIN@example.com", NEW) == 2
    assert not any(browser.is_signed_in() for browser in browsers)
    assert signs_in(any_house, NEW)
    with pytest.raises(NotFound):
        accounts.reset_password("nobody@example.com", NEW)


class Overtaken(Argon2Passwords):
    """Compares passwords while somebody replaces the one that is compared."""

    def __init__(self, accounts: AccountService) -> None:
        super().__init__(CHEAPEST)
        self._accounts = accounts

    def verify(self, stored: str | None, password: str) -> bool:
        """Compare, and be overtaken."""
        is_right = super().verify(stored, password)
        self._accounts.reset_password(EMAIL, NEW)
        return is_right


def test_an_old_password_lets_nobody_in_while_it_is_replaced(any_house: House) -> None:
    join(any_house)
    world = any_house.world
    hasher = Overtaken(any_house.services.accounts)
    passwords = Passwords(hasher=hasher, rates=Rates(RatesInMemory(world.clock.monotonic)))
    with pytest.raises(Unauthenticated):
        SessionService(storage=world.storage, passwords=passwords).sign_in(EMAIL, OLD)
