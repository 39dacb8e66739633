"""Every route that changes something leaves an entry in the audit log: walked through from the OpenAPI document.

A new route of that kind fails here until it is in the table, or among those that change nothing that is audited.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from api_house import Caller, House
from engine_world import FAILED
from httpx2 import Response

from outrider_api.http.examples import EXAMPLES

READING = ("get", "head", "options")
UNAUDITED = {
    "checkMonitor": "a run is its own record",
    "triggerApiMonitor": "a run is its own record",
    "runJourney": "a run is its own record",
    "triggerJourney": "a run is its own record",
    "triggerMonitor": "a run is its own record",
    "triggerApiMonitorRun": "a run is its own record",
    "cancelRun": "a run is its own record",
    "promoteBaselines": "what runs are compared with is kept with each that differs",
    "startBatch": "runs are their own record",
    "cancelBatch": "runs are their own record",
    "pingWithOutput": "a ping is a run",
    "pingExitCodeWithOutput": "a ping is a run",
    "testChannel": "a message is sent, nothing is changed",
    "checkout": "leads to the billing provider; what it decides is written by whoever assigns the plan",
}
OF_PEOPLE = {
    "signIn",
    "switchOrganization",
    "signOut",
    "signOutEverywhere",
    "endSession",
    "changePassword",
    "acceptInvitation",
}
"""Operations without a key, which the second test walks through."""

Body = dict[str, Any] | None
EMAIL, PASSWORD = "lin@example.com", "correct horse battery"

CHANGES: tuple[tuple[str, Body, str, str], ...] = (
    ("createMonitor", EXAMPLES["MonitorCreate"], "monitor", "created"),
    ("updateMonitor", {"interval": 300}, "monitor", "updated"),
    ("pauseMonitor", None, "monitor", "updated"),
    ("resumeMonitor", None, "monitor", "updated"),
    ("restoreMonitorVersion", EXAMPLES["RestoreBody"], "monitor", "restored"),
    ("createApiMonitor", EXAMPLES["ApiMonitorCreate"], "api_monitor", "created"),
    ("updateApiMonitor", EXAMPLES["ApiMonitorUpdate"], "api_monitor", "updated"),
    ("pauseApiMonitor", None, "api_monitor", "updated"),
    ("resumeApiMonitor", None, "api_monitor", "updated"),
    ("restoreApiMonitorVersion", None, "api_monitor", "restored"),
    ("createJourney", EXAMPLES["JourneyCreate"], "journey", "created"),
    ("importJourneys", EXAMPLES["ImportBody"], "journey", "created"),
    ("updateJourney", EXAMPLES["JourneyUpdate"], "journey", "updated"),
    ("pauseJourney", None, "journey", "updated"),
    ("resumeJourney", None, "journey", "updated"),
    ("restoreJourneyVersion", None, "journey", "restored"),
    ("rotateMonitorToken", None, "monitor", "rotated"),
    ("createChannel", {"name": "a", "type": "recording"}, "channel", "created"),
    ("updateChannel", {"name": "b"}, "channel", "updated"),
    ("patchChannel", {"name": "c"}, "channel", "updated"),
    ("rotateChannelSecret", None, "channel", "rotated"),
    ("createRule", EXAMPLES["RuleBody"], "rule", "created"),
    ("updateRule", {"threshold": 5}, "rule", "updated"),
    ("patchRule", {"threshold": 6}, "rule", "updated"),
    ("acknowledgeAlert", None, "alert", "acknowledged"),
    ("resolveAlert", None, "alert", "resolved"),
    ("createProject", EXAMPLES["ProjectBody"], "project", "created"),
    ("updateProject", EXAMPLES["ProjectChanges"], "project", "updated"),
    ("deleteProject", None, "project", "deleted"),
    ("createEnvironment", EXAMPLES["EnvironmentBody"], "environment", "created"),
    ("updateEnvironment", EXAMPLES["EnvironmentChanges"], "environment", "updated"),
    ("createVariable", EXAMPLES["VariableBody"], "variable", "created"),
    ("updateVariable", EXAMPLES["VariableChanges"], "variable", "updated"),
    ("createIncident", EXAMPLES["IncidentBody"], "incident", "created"),
    ("updateIncident", EXAMPLES["IncidentChanges"], "incident", "updated"),
    ("patchIncident", {"severity": "p3"}, "incident", "updated"),
    ("updateOfIncident", EXAMPLES["PostedBody"], "incident", "updated"),
    ("createRelease", EXAMPLES["ReleaseBody"], "release", "created"),
    ("updateRelease", EXAMPLES["ReleaseChanges"], "release", "updated"),
    ("patchRelease", {"rollout_percent": 50}, "release", "updated"),
    ("brilyCreateMonitor", EXAMPLES["BrilyMonitorCreate"], "monitor", "created"),
    ("brilyUpdateMonitor", EXAMPLES["BrilyMonitorUpdate"], "monitor", "updated"),
    ("brilyPauseMonitor", None, "monitor", "updated"),
    ("brilyResumeMonitor", None, "monitor", "updated"),
    ("brilyDeleteMonitor", None, "monitor", "deleted"),
    ("brilyCreateIncident", {"title": "a"}, "incident", "created"),
    ("brilyUpdateIncident", {"severity": "p1"}, "incident", "updated"),
    ("brilyPostUpdate", {"state": "identified", "body": "a"}, "incident", "updated"),
    ("brilyCreateRelease", EXAMPLES["BrilyReleaseBody"], "release", "created"),
    ("brilyUpdateRelease", {"rollout_percent": 10}, "release", "updated"),
    ("createApiKey", EXAMPLES["KeyBody"], "api_key", "created"),
    ("rotateApiKey", EXAMPLES["RotationBody"], "api_key", "rotated"),
    ("createApiKeyOfOrganization", {"name": "b"}, "api_key", "created"),
    ("updateOrganization", EXAMPLES["OrganizationChanges"], "organization", "updated"),
    ("inviteMember", EXAMPLES["InvitationBody"], "member", "invited"),
    ("resendInvitation", None, "member", "invited"),
    ("updateMember", EXAMPLES["RoleBody"], "member", "updated"),
    ("removeMember", None, "member", "deleted"),
    ("inviteMember", EXAMPLES["InvitationBody"], "member", "invited"),
    ("revokeInvitation", None, "member", "deleted"),
    ("deleteRule", None, "rule", "deleted"),
    ("deleteChannel", None, "channel", "deleted"),
    ("deleteMonitor", None, "monitor", "deleted"),
    ("deleteApiMonitor", None, "api_monitor", "deleted"),
    ("deleteBaseline", None, "baseline", "deleted"),
    ("deleteJourney", None, "journey", "deleted"),
    ("deleteVariable", None, "variable", "deleted"),
    ("deleteLoginState", None, "login_state", "deleted"),
    ("deleteEnvironment", None, "environment", "deleted"),
    ("deleteIncident", None, "incident", "deleted"),
    ("deleteRelease", None, "release", "deleted"),
    ("revokeApiKey", None, "api_key", "revoked"),
)
"""What is asked, in this order, and what the log says of it."""
ELSEWHERE = {"createOrganization"}
"""Told in the log of another organization: the new one."""


@dataclass
class Walk:
    """Sends requests by the name of their operation, about what the requests before have made."""

    house: House
    paths: dict[str, tuple[str, str]]
    things: dict[str, str] = field(default_factory=dict)

    def send(self, operation: str, body: Body) -> None:
        """Send one request, which must succeed; what it makes is what later requests are about."""
        method, path = self.paths[operation]
        self.house.world.clock.advance(1)
        family = path.partition("/{")[0]
        response = self.house.owner.send(method, self._filled(path, family), body)
        assert response.status_code < 300, f"{operation}: {response.text}"
        made = _object_of(response)
        if method == "POST" and "{" not in path.removeprefix("/api/v1/organizations/{id}") and "id" in made:
            self.things[family if family != "/api/v1/organizations" else path] = made["id"]

    def _filled(self, path: str, family: str) -> str:
        organization = f"/api/v1/organizations/{self.house.world.organization}"
        invited = self.things.get("/api/v1/organizations/{id}/invitations", "")
        path = path.replace("/api/v1/organizations/{id}", organization)
        path = path.replace("{member_id}", invited).replace("{invitation_id}", invited)
        path = path.replace("{number}", "1").replace("{variant}/{name}", "chromium-1280x720/cart")
        return path.replace("{id}", self.things.get(family, "none"))


def _object_of(response: Response) -> dict[str, Any]:
    body = response.json() if response.content else {}
    found: dict[str, Any] = body.get("data", body)
    return found


def operations(house: House) -> dict[str, tuple[str, str]]:
    """Return method and path of each operation that may change something."""
    document = house.client.get("/openapi.json").json()
    return {
        operation["operationId"]: (method.upper(), path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method not in READING
    }


def newest(caller: Caller, count: int = 1) -> list[tuple[str, str]]:
    return [(each["subject"], each["action"]) for each in caller.get("/api/v1/audit-log", per_page=count)]


def test_every_route_that_changes_something_is_told(house: House) -> None:
    walk = Walk(house, operations(house))
    walked = {operation for operation, *_ in CHANGES}
    assert set(walk.paths) == walked | OF_PEOPLE | ELSEWHERE | set(UNAUDITED), "say what the audit log says of it"
    with house.world.storage.begin() as tx:
        tx.locations.add(["us-east", "eu-west", "fra", "hel", "ams"])
    before: dict[str, Callable[[], None]] = {
        "rotateMonitorToken": lambda: _ready_a_heartbeat(walk),
        "rotateChannelSecret": lambda: _ready_a_webhook(walk),
        "createRule": lambda: _ready_a_check(walk),
        "acknowledgeAlert": lambda: _ready_an_alert(walk),
        "deleteBaseline": lambda: _ready_a_baseline(walk),
        "deleteLoginState": lambda: walk.things.update({"/api/v1/login-states": house.world.login_state().id}),
    }
    for operation, body, subject, action in CHANGES:
        before.get(operation, lambda: None)()
        about = {"monitor_id": walk.things["/api/v1/monitors"], "channel_ids": []} if operation == "createRule" else {}
        walk.send(operation, {**body, **about} if body is not None else None)
        assert newest(house.owner) == [(subject, action)], operation


def _ready_a_heartbeat(walk: Walk) -> None:
    walk.send("createMonitor", {"name": "job", "type": "heartbeat", "period": 60})


def _ready_a_webhook(walk: Walk) -> None:
    config = {"url": "https://hooks.example.com/x"}
    walk.send("createChannel", {"name": "hook", "type": "webhook", "config": config})


def _ready_a_check(walk: Walk) -> None:
    walk.send("createMonitor", {"name": "shop", "type": "scripted", "config": {}})


def _ready_a_baseline(walk: Walk) -> None:
    walk.house.world.baseline(walk.things["/api/v1/journeys"], "chromium-1280x720/cart")


def _ready_an_alert(walk: Walk) -> None:
    house, monitor = walk.house, walk.things["/api/v1/monitors"]
    house.owner.rule(monitor_id=monitor, channel_ids=[])
    house.owner.post(f"/api/v1/monitors/{monitor}/check")
    house.finish_all(FAILED)
    walk.things["/api/v1/alerts"] = house.owner.get("/api/v1/alerts")[0]["id"]


def test_another_organization_is_told_in_its_own_log(house: House) -> None:
    made = house.owner.post("/api/v1/organizations", {"name": "Second"})
    with house.world.storage.read() as tx:
        assert [(each.subject, each.action.value) for each in tx.audit.list(made["id"], 9)] == [
            ("organization", "created")
        ]


def test_what_people_do_with_their_accounts_is_told_in_their_organizations(any_house: House) -> None:
    house, clock = any_house, any_house.world.clock
    organization = f"/api/v1/organizations/{house.world.organization}"
    invited = house.owner.post(f"{organization}/invitations", {"email": EMAIL})
    clock.advance(1)
    person = house.caller(None)
    person.post(invited["accept_path"], {"password": PASSWORD})
    assert newest(house.owner) == [("member", "joined")]
    second = house.owner.post("/api/v1/organizations", {"name": "Second"})["id"]
    again = house.owner.post(f"/api/v1/organizations/{second}/invitations", {"email": EMAIL})
    clock.advance(1)
    person.refused(403, "POST", again["accept_path"], {"password": "of somebody else"})
    assert newest(house.owner) == [("user", "sign_in_failed")]
    person.post(again["accept_path"], {"password": PASSWORD})

    def ask(method: str, path: str, body: Body = None, *, proof: str = "") -> dict[str, Any]:
        clock.advance(1)
        response = person.send(method, path, body, headers={"X-CSRF-Token": proof} if proof else {})
        assert response.status_code < 300, response.text
        return _object_of(response)

    def sign_in(password: str = PASSWORD) -> str:
        token: str = ask("POST", "/api/v1/session", {"email": EMAIL, "password": password})["csrf_token"]
        assert newest(house.owner) == [("session", "signed_in")]
        return token

    proof = sign_in()
    entry = house.owner.get("/api/v1/audit-log", per_page=1)[0]
    assert (entry["actor"]["kind"], entry["actor"]["name"], entry["actor"]["address"]) == ("user", EMAIL, "testclient")
    assert (entry["subject_name"], entry["after"]["address"]) == (EMAIL, "testclient")
    ask("DELETE", "/api/v1/session", proof=proof)
    assert newest(house.owner) == [("session", "signed_out")]
    proof = sign_in()
    ask("PUT", "/api/v1/session", {"organization_id": second}, proof=proof)
    assert told(house, second)[0] == ("session", "signed_in", "user")
    here = ask("GET", "/api/v1/user/sessions")
    ask("DELETE", f"/api/v1/user/sessions/{here[0]['id']}", proof=proof)  # type: ignore[index]
    assert told(house, second)[0] == ("session", "signed_out", "user")
    proof = sign_in()
    changes = {"current_password": PASSWORD, "new_password": "staple battery horse"}
    clock.advance(1)
    wrong = changes | {"current_password": "a guess"}
    person.refused(400, "PUT", "/api/v1/user/password", wrong, headers={"X-CSRF-Token": proof})
    assert newest(house.owner) == [("user", "sign_in_failed")]
    ask("PUT", "/api/v1/user/password", changes, proof=proof)
    for each in (house.world.organization, second):
        assert told(house, each)[0] == ("user", "password_changed", "user")
    ask("DELETE", "/api/v1/user/sessions", proof=proof)
    assert told(house, second)[0] == ("user", "signed_out", "user")
    clock.advance(1)
    house.services.accounts.reset_password(EMAIL, PASSWORD)
    assert told(house, second)[0] == ("user", "password_changed", "operator")


def told(house: House, organization: str) -> list[tuple[str, str, str]]:
    """Return what the log of an organization says, newest first."""
    with house.world.storage.read() as tx:
        entries = tx.audit.list(organization, 20)
    return [(each.subject, each.action.value, each.actor.kind.value) for each in entries]


@pytest.mark.parametrize(("email", "said"), [(EMAIL, 1), ("nobody@example.com", 0), ("no address", 0)])
def test_a_wrong_password_is_told_after_the_answer_where_the_user_is_a_member(
    any_house: House, email: str, said: int
) -> None:
    path = f"/api/v1/organizations/{any_house.world.organization}/invitations"
    invited = any_house.owner.post(path, {"email": EMAIL})
    any_house.caller(None).post(invited["accept_path"], {"password": PASSWORD})
    any_house.world.clock.advance(1)
    any_house.caller(None).refused(401, "POST", "/api/v1/session", {"email": email, "password": "a guess"})
    failed = [each for each in told(any_house, any_house.world.organization) if each[1] == "sign_in_failed"]
    assert failed == [("user", "sign_in_failed", "anonymous")] * said
