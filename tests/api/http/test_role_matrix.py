"""Every route against every role and scope, from the routes themselves and the table of permissions.

A route that wants no permission fails here until it is one of those that decide by what they show.
"""

from collections.abc import Iterator

from api_house import Caller, House
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from outrider_api.http.app import ROUTERS
from outrider_api.http.openapi import WITHOUT_KEY
from outrider_api.http.routes import channels, rules
from outrider_api.http.security import SUBJECT_OF, Allowed, AllowedSome, AllowedThere, watcher
from outrider_engine.domain.identity import PERMISSIONS, SCOPES, Permission, Role

DECIDING_BY_WHAT_THEY_SHOW = (watcher,)
NEEDS_A_KEY = ("/api/", "/v0/", "/compat/")
ENDLESS = "/api/v1/events"

Needs = Allowed | AllowedSome | AllowedThere | None


def calls_of(dependant: Dependant) -> Iterator[object]:
    """Return everything that a route depends on."""
    for each in dependant.dependencies:
        yield each.call
        yield from calls_of(each)


def routes() -> Iterator[tuple[str, str, Needs]]:
    """Return method, path and need of each route that wants a key."""
    placed = [("", router) for router in ROUTERS]
    placed += [(path, module.router) for module in (channels, rules) for path in module.PATHS]
    for prefix, router in placed:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            path = prefix + route.path
            if not path.startswith(NEEDS_A_KEY) or path in WITHOUT_KEY:
                continue
            calls = list(calls_of(route.dependant))
            needs = [call for call in calls if isinstance(call, Allowed | AllowedSome | AllowedThere)]
            assert len(needs) == 1 or any(call in DECIDING_BY_WHAT_THEY_SHOW for call in calls), f"who may {path}?"
            for method in route.methods:
                yield method, path, needs[0] if needs else None


def status(caller: Caller, house: House, method: str, path: str) -> int:
    """Return how a request is answered that does nothing even where it is allowed."""
    if path.startswith("/api/v1/organizations/{id}"):
        path = path.replace("{id}", house.world.organization)
    query = {"after": "nowhere"} if path == ENDLESS else {}
    body = {} if method in {"POST", "PUT", "PATCH"} else None
    return int(caller.send(method, path.replace("{", "").replace("}", ""), body, params=query).status_code)


def test_each_role_may_do_what_the_table_says_and_nothing_else(house: House) -> None:
    callers = {role: house.key(role.value) for role in Role}
    tried = 0
    for method, path, needs in routes():
        for role, caller in callers.items():
            house.world.clock.advance(1)
            permission = needs.permission if needs is not None else Permission.READ
            is_refused = status(caller, house, method, path) == 403
            assert is_refused == (permission not in PERMISSIONS[role]), f"{role}: {method} {path}"
            tried += 1
    assert tried > 250


def test_a_key_without_the_scope_is_refused_whatever_its_role(house: House) -> None:
    callers: dict[str, Caller] = {}
    for method, path, needs in routes():
        if needs is None:
            continue
        subjects = set(SUBJECT_OF.values()) if isinstance(needs, AllowedSome) else {needs.subject}
        named = " ".join(sorted(subjects))
        if named not in callers:
            others = [scope for scope in SCOPES if scope.partition(":")[0] not in subjects]
            callers[named] = house.key("owner", scopes=others)
        house.world.clock.advance(1)
        assert status(callers[named], house, method, path) == 403, f"{method} {path}"
