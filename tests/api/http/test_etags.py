"""``ETag``, ``If-None-Match``, ``If-Match``: nothing is sent twice, nobody overwrites what they have not read."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from api_house import Caller, House, error_of

from outrider_api.http.etags import of_plain

MONITORS, V0 = "/api/v1/monitors", "/v0/monitors"
CHANGES: dict[str, Any] = {"name": "renamed"}
INCIDENT = {"title": "Checkout is slow", "severity": "p2", "impact": "minor"}


def definitions(house: House) -> dict[str, str]:
    """Return the address of one of each kind of thing that can be changed."""
    owner = house.owner
    monitor = owner.monitor(type="scripted")
    rule = owner.rule(monitor_id=owner.monitor()["id"])
    return {
        "monitor": f"{MONITORS}/{monitor['id']}",
        "api monitor": f"/api/v1/api-monitors/{owner.api_monitor()['id']}",
        "journey": f"/api/v1/journeys/{owner.journey()['id']}",
        "channel": f"/api/v1/alerts/channels/{owner.channel()['id']}",
        "rule": f"/api/v1/alert-rules/{rule['id']}",
        "environment": f"/api/v1/environments/{owner.post('/api/v1/environments', {'name': 'staging'})['id']}",
        "variable": f"/api/v1/variables/{owner.post('/api/v1/variables', {'name': 'one', 'value': '1'})['id']}",
        "incident": f"/api/v1/incidents/{owner.post('/api/v1/incidents', INCIDENT)['id']}",
        "organization": f"/api/v1/organizations/{house.world.organization}",
    }


def tag(caller: Caller, path: str) -> str:
    """Return the tag of what is there."""
    return caller.send("GET", path).headers["ETag"]


def changed(caller: Caller, path: str, match: str, body: Any = None) -> Any:
    """Change what is at an address, if it still is what the caller read."""
    method = "PATCH" if path.startswith("/v0") else "PUT"
    wanted = body or CHANGES
    if "incidents" in path:
        wanted = {"title": wanted["name"]}
    return caller.send(method, path, wanted, headers={"If-Match": match})


def name_of(data: Any) -> str:
    """Return what something is called."""
    return str(data.get("title") or data["name"])


def test_whoever_has_read_the_newest_state_may_change_it_and_others_may_not(house: House) -> None:
    for path in definitions(house).values():
        owner, first = house.owner, tag(house.owner, path)
        assert first.startswith('"'), path
        answer = changed(owner, path, first)
        assert (answer.status_code, name_of(answer.json()["data"])) == (200, "renamed"), path
        now = owner.send("GET", path)
        assert now.headers["ETag"].split("-")[0] == answer.headers["ETag"].split("-")[0] != first.split("-")[0], path
        refused = error_of(changed(owner, path, first, {"name": "lost"}), 412)
        assert refused["code"] == "precondition_failed", path
        assert name_of(owner.send("GET", path).json()["data"]) == "renamed", path
        if "organizations" not in path:
            error_of(owner.send("DELETE", path, headers={"If-Match": first}), 412)
            assert owner.send("DELETE", path, headers={"If-Match": now.headers["ETag"]}).status_code == 200, path


def test_who_has_it_already_gets_no_second_copy(house: House) -> None:
    for path in definitions(house).values():
        first = tag(house.owner, path)
        for known in (first, f"W/{first}", f'"other", {first}', "*"):
            again = house.owner.send("GET", path, headers={"If-None-Match": known})
            told = of_plain(first) if known == "*" else first
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", told), path
            assert "X-API-Usage" in again.headers
        assert house.owner.send("GET", path, headers={"If-None-Match": '"other"'}).status_code == 200, path


def test_a_compressed_answer_has_another_tag_and_either_is_understood(house: House) -> None:
    path = f"{MONITORS}/{house.owner.monitor(description='long ' * 300)['id']}"
    plain, packed = (house.owner.send("GET", path, headers={"Accept-Encoding": each}) for each in ("identity", "gzip"))
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] == f'{plain.headers["ETag"][:-1]}-gzip"'
    assert "Accept-Encoding" in packed.headers["Vary"]
    for known in (plain.headers["ETag"], packed.headers["ETag"]):
        for accepted in ("identity", "gzip"):
            headers = {"If-None-Match": known, "Accept-Encoding": accepted}
            again = house.owner.send("GET", path, headers=headers)
            assert (again.status_code, again.headers["ETag"]) == (304, known)
    assert house.owner.send("GET", path, headers={"If-None-Match": '"x-gzip"'}).status_code == 200
    assert changed(house.owner, path, packed.headers["ETag"], {"name": "once"}).status_code == 200
    error_of(changed(house.owner, path, packed.headers["ETag"], {"name": "twice"}), 412)


def test_a_file_is_known_by_the_tag_of_its_compressed_form_too(house: House, tmp_path: Path) -> None:
    (file,) = house.run_with_a_file(tmp_path)["artifacts"]
    plain = house.owner.send("GET", file["url"]).headers["ETag"]
    for known in (plain, f'{plain[:-1]}-gzip"'):
        again = house.owner.send("GET", file["url"], headers={"If-None-Match": known})
        assert (again.status_code, again.headers["ETag"]) == (304, known)


def test_a_run_is_news_to_readers_and_no_change_of_the_definition(house: House) -> None:
    path = f"{MONITORS}/{house.owner.monitor(type='scripted')['id']}"
    before = tag(house.owner, path)
    house.owner.post(f"{path}/check")
    house.finish_all()
    assert house.owner.send("GET", path, headers={"If-None-Match": before}).status_code == 200
    assert changed(house.owner, path, before).status_code == 200


def test_each_dialect_minds_what_it_shows(house: House) -> None:
    id = house.owner.monitor()["id"]
    native, brily = f"{MONITORS}/{id}", f"{V0}/{id}"
    first = tag(house.owner, brily)
    assert house.owner.send("GET", brily, headers={"If-None-Match": first}).status_code == 304
    house.owner.put(native, {"tags": ["one"]})
    assert tag(house.owner, brily) == first
    house.owner.put(native, {"interval": 120})
    refused = changed(house.owner, brily, first)
    assert (refused.status_code, refused.json()["error"]["code"]) == (412, "precondition_failed")
    assert house.owner.send("DELETE", brily, headers={"If-Match": first}).status_code == 412
    assert changed(house.owner, brily, tag(house.owner, brily)).json()["name"] == "renamed"
    assert house.owner.send("DELETE", brily, headers={"If-Match": tag(house.owner, brily)}).status_code == 204


@pytest.mark.parametrize("given", ["", "abc", '"open', '"a" "b"', "*, *", 'w/"a"', '"a";'])
def test_a_malformed_tag_is_refused(house: House, given: str) -> None:
    path = f"{MONITORS}/{house.owner.monitor()['id']}"
    refused = error_of(changed(house.owner, path, given), 400)
    assert refused["data"]["field"] == "If-Match"
    error_of(house.owner.send("GET", path, headers={"If-None-Match": given}), 400)


def test_star_is_whatever_is_there_and_weak_tags_are_never_good_enough(house: House) -> None:
    path = f"{MONITORS}/{house.owner.monitor()['id']}"
    assert changed(house.owner, path, "*").status_code == 200
    error_of(changed(house.owner, path, f"W/{tag(house.owner, path)}"), 412)
    assert changed(house.owner, path, f'"x", {tag(house.owner, path)}').status_code == 200
    error_of(changed(house.owner, f"{MONITORS}/mon_0", "*"), 404)
    error_of(changed(house.stranger(), path, tag(house.owner, path)), 404)


def test_of_many_who_read_the_same_one_wins(any_house: House) -> None:
    for kind, path in definitions(any_house).items():
        read = tag(any_house.owner, path)

        def attempt(number: int, path: str = path, read: str = read) -> int:
            return int(changed(any_house.owner, path, read, {"name": f"by_{number}"}).status_code)

        with ThreadPoolExecutor(4) as threads:
            statuses = sorted(threads.map(attempt, range(4)))
        assert statuses == [200, 412, 412, 412], kind


def test_members_and_keys_are_read_one_by_one_and_changed_by_who_has_read_them(any_house: House) -> None:
    owner = any_house.owner
    invited = owner.post(f"/api/v1/organizations/{any_house.world.organization}/invitations", {"email": "lin@a.test"})
    member = f"/api/v1/organizations/{any_house.world.organization}/members/{invited['id']}"
    first = tag(owner, member)
    assert owner.send("GET", member, headers={"If-None-Match": first}).status_code == 304
    assert "token" not in owner.get(member)
    assert any_house.key("viewer").get(member)["email"] == "lin@a.test"
    answer = changed(owner, member, first, {"role": "viewer"})
    assert (answer.status_code, answer.headers["ETag"]) == (200, tag(owner, member))
    error_of(changed(owner, member, first, {"role": "admin"}), 412)
    error_of(owner.send("DELETE", member, headers={"If-Match": first}), 412)
    assert owner.get(member)["role"] == "viewer"

    key = f"/api/v1/api-keys/{owner.post('/api/v1/api-keys', {'name': 'ci'})['id']}"
    before = tag(owner, key)
    rotated = owner.send("POST", f"{key}/rotate", headers={"If-Match": before})
    assert (rotated.status_code, rotated.headers["ETag"]) == (200, tag(owner, key))
    assert "key" not in owner.get(key)
    any_house.caller(rotated.json()["data"]["key"]).get("/api/v1/monitors")
    error_of(owner.send("POST", f"{key}/rotate", headers={"If-Match": before}), 412)
    error_of(owner.send("DELETE", key, headers={"If-Match": before}), 412)
    assert owner.send("DELETE", key, headers={"If-Match": rotated.headers["ETag"]}).status_code == 200, (
        "use is no change"
    )
    owner.refused(404, "GET", key)
    any_house.stranger().refused(404, "GET", member)


def test_of_many_who_give_a_member_a_role_one_wins(any_house: House) -> None:
    path = f"/api/v1/organizations/{any_house.world.organization}"
    member = f"{path}/members/{any_house.owner.post(f'{path}/invitations', {'email': 'lin@a.test'})['id']}"
    read = tag(any_house.owner, member)
    roles = ("viewer", "admin", "owner", "viewer")
    with ThreadPoolExecutor(4) as threads:
        statuses = threads.map(lambda role: changed(any_house.owner, member, read, {"role": role}).status_code, roles)
    assert sorted(statuses) == [200, 412, 412, 412]


def test_the_document_tells_of_tags(house: House) -> None:
    paths = house.client.get("/openapi.json").json()["paths"]
    for path in ("/api/v1/monitors/{id}", "/api/v1/alerts/rules/{id}", "/v0/monitors/{id}"):
        assert {"304", "200"} <= set(paths[path]["get"]["responses"])
        assert "ETag" in paths[path]["get"]["responses"]["200"]["headers"]
        for method in set(paths[path]) - {"get"}:
            assert "412" in paths[path][method]["responses"]
            assert "If-Match" in {one["name"] for one in paths[path][method]["parameters"]}
