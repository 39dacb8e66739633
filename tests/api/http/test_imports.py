"""Importing journeys over HTTP: any known format, one or many, all or none."""

import io
import json
import stat
import time
import zipfile
from base64 import b64encode
from typing import Any

import pytest
from api_house import House, data_of, error_of
from hypothesis import given, settings
from hypothesis import strategies as st

JOURNEYS = "/api/v1/journeys"
IMPORT = f"{JOURNEYS}/import"
OPEN = {"action": "goto", "url": "/"}
BUY = {"action": "click", "locator": {"role": "button", "name": "Buy"}}
LOGIN = """
name: Login
base_url: https://shop.example
secrets: [PASSWORD]
tags: [shop]
browser: {locale: de-DE}
steps:
  - {action: goto, url: /}
  - {action: fill, locator: {label: Password}, value: "{{PASSWORD}}"}
"""
RECORDED = {
    "title": "Recorded",
    "steps": [
        {"type": "navigate", "url": "https://shop.example/"},
        {"type": "click", "selectors": [["aria/Buy"], ["#buy"]], "offsetX": 1, "offsetY": 1},
    ],
}


def zipped(**files: str | bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def sent(house: House, *files: tuple[str, str | bytes], **fields: str) -> Any:
    """Send files as a form."""
    return house.client.post(
        IMPORT,
        headers={"Authorization": f"Bearer {house.owner.key}"},
        files=[("file", (name, content)) for name, content in files],
        data=fields,
    )


def names(house: House) -> list[str]:
    return [journey["name"] for journey in house.owner.get(JOURNEYS)]


def test_a_journey_of_ours_is_imported_with_what_it_needs(any_house: House) -> None:
    body = {"content": LOGIN, "file_name": "login.journey.yaml", "fields": {"interval_seconds": 300}}
    done = any_house.owner.post(IMPORT, body)
    (made,) = done["checks"]
    assert (made["action"], made["name"], made["secrets_needed"]) == ("created", "Login", ["PASSWORD"])
    stored = any_house.owner.get(f"{JOURNEYS}/{made['id']}")
    assert (stored["interval_seconds"], stored["tags"], len(stored["steps"])) == (300, ["shop"], 2)
    (version,) = any_house.owner.get(f"{JOURNEYS}/{made['id']}/versions")
    assert version["source"] == "imported"
    assert done["receipts"][0]["format"] == "outrider"


def test_a_recording_of_another_tool_is_imported_with_a_receipt(house: House) -> None:
    done = house.owner.post(IMPORT, {"content": json.dumps(RECORDED), "name": "Mine"})
    assert done["receipts"][0]["format"] == "chrome-recorder"
    assert done["receipts"][0]["lines"]
    assert [check["name"] for check in done["checks"]] == ["Mine"]
    assert house.owner.get(f"{JOURNEYS}/{done['checks'][0]['id']}")["steps"][0]["action"] == "goto"


def test_a_dry_run_stores_nothing_and_tells_what_would_be(any_house: House) -> None:
    response = any_house.owner.send("POST", IMPORT, {"content": LOGIN, "dry_run": True})
    assert response.status_code == 200
    (would,) = data_of(response)["checks"]
    assert (would["action"], would["id"], would["name"]) == ("created", None, "Login")
    assert any_house.owner.get(JOURNEYS) == []
    assert any_house.owner.get("/api/v1/audit-log", per_page=1)[0]["subject"] != "journey"


def test_an_update_by_name_makes_the_file_all_of_the_settings(any_house: House) -> None:
    owner = any_house.owner
    fields = {"interval_seconds": 300, "locations": ["fra"]}
    (made,) = owner.post(IMPORT, {"content": LOGIN, "fields": fields})["checks"]
    shorter = {"name": "Login", "base_url": "https://shop.example", "steps": [OPEN]}
    rehearsed = owner.send("POST", IMPORT, {"definition": shorter, "on_conflict": "update", "dry_run": True})
    (would,) = data_of(rehearsed)["checks"]
    assert "- steps[fill-field-password]" in would["text"]
    assert owner.get(f"{JOURNEYS}/{made['id']}")["current_version"] == 1
    response = owner.send("POST", IMPORT, {"definition": shorter, "on_conflict": "update", "version_message": "less"})
    assert response.status_code == 200
    (changed,) = data_of(response)["checks"]
    assert (changed["action"], changed["id"], changed["current_version"]) == ("updated", made["id"], 2)
    stored = owner.get(f"{JOURNEYS}/{made['id']}")
    assert (stored["steps"], "browser" in stored, stored["interval_seconds"]) == ([OPEN], False, 300)
    assert stored["tags"] == ["shop"], "what the file does not speak of stays"
    again = owner.send("POST", IMPORT, {"definition": shorter, "on_conflict": "update"})
    assert data_of(again)["checks"][0]["action"] == "unchanged"
    assert owner.get(f"{JOURNEYS}/{made['id']}/versions")[0]["message"] == "less"
    assert owner.get(f"{JOURNEYS}/{made['id']}")["revision"] == 2


def test_an_update_may_name_the_check_and_ambiguous_names_are_refused(house: House) -> None:
    first, _ = house.owner.journey(name="twice"), house.owner.journey(name="twice")
    body = {"definition": {"name": "twice", "steps": [BUY]}, "on_conflict": "update"}
    assert house.owner.refused(409, "POST", IMPORT, body)["data"]["field"] == "id"
    changed = house.owner.post(IMPORT, {**body, "id": first["id"]})["checks"][0]
    assert (changed["id"], changed["action"]) == (first["id"], "updated")
    house.owner.refused(404, "POST", IMPORT, {**body, "id": house.owner.monitor()["id"]})


def test_several_files_are_stored_all_or_none(any_house: House) -> None:
    good = {"file_name": "a.journey.json", "definition": {"name": "a", "steps": [OPEN]}}
    bad = {"file_name": "b.journey.json", "content": '{"name": "b", "steps": [{"action": "goto"}]}'}
    error = any_house.owner.refused(400, "POST", IMPORT, {"files": [good, bad]})
    assert (error["data"]["field"], error["error"]) == (
        "steps[0].url",
        "b.journey.json:1: steps[0].url: is missing",
    )
    late = {"file_name": "c.journey.json", "definition": {"name": "c", "steps": [OPEN], "variables": {"A": "x"}}}
    any_house.owner.refused(400, "POST", IMPORT, {"files": [good, late], "fields": {"secrets": {"A": "y"}}})
    assert any_house.owner.get(JOURNEYS) == []
    done = any_house.owner.post(IMPORT, {"files": [good, late]})
    assert [check["name"] for check in done["checks"]] == ["a", "c"]


def test_two_files_for_one_check_are_refused(house: House) -> None:
    twice = {"definition": {"name": "a", "steps": [OPEN]}}
    error = house.owner.refused(400, "POST", IMPORT, {"files": [twice, twice], "on_conflict": "update"})
    assert "2 of them are called 'a'" in error["error"]
    made = house.owner.journey(name="b")
    both = [{**twice, "id": made["id"]}, {**twice, "id": made["id"]}]
    assert "two of them" in house.owner.refused(400, "POST", IMPORT, {"files": both})["error"]
    assert [(each["name"], each["current_version"]) for each in house.owner.get(JOURNEYS)] == [("b", 1)]


def test_a_form_takes_files_and_archives(house: House) -> None:
    packed = zipped(**{"flows/a.journey.yaml": LOGIN, "flows/rec.json": json.dumps(RECORDED), "README.md": "hello"})
    response = sent(house, ("flows.zip", packed), fields='{"tags": ["zip"]}', dry_run="false")
    assert response.status_code == 201, response.text
    done = data_of(response)
    assert [(check["name"], check["file_name"]) for check in done["checks"]] == [
        ("Login", "flows/a.journey.yaml"),
        ("Recorded", "flows/rec.json"),
    ]
    assert done["warnings"] == ["README.md: left out, for it is no file that could be a journey"]
    assert {tuple(journey["tags"]) for journey in house.owner.get(JOURNEYS)} == {("zip",)}


def linked() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("a.yaml")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return packed.getvalue()


def twice() -> bytes:
    return zipped(**{"a.yaml": LOGIN, "A.yaml": LOGIN})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: zipped(**{"../a.yaml": LOGIN}), "leads out"),
        (lambda: zipped(**{"/a.yaml": LOGIN}), "leads out"),
        (lambda: zipped(**{"C:a.yaml": LOGIN}), "no file should have"),
        (lambda: zipped(**{"a.yaml": LOGIN, "b.zip": zipped(x="y")}), "archive within"),
        (lambda: zipped(**{"a.yaml": b"\0" * 6_000_000}), "larger than"),
        (lambda: zipped(**{"a.yaml": b"\0" * 4_000_000}), "larger unpacked"),
        (lambda: zipped(**{f"{number}.txt": b"" for number in range(1001)}), "more than 1000"),
        (lambda: zipped(**{f"{number}.yaml": LOGIN for number in range(101)}), "more than 100 files"),
        (linked, "link"),
        (twice, "twice"),
        (lambda: zipped(**{"a.yaml": LOGIN})[:-30], "damaged"),
        (lambda: b"PK\x03\x04nothing", "damaged"),
        (lambda: zipped(**{"a.txt": "x"}), "no file"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_archives_that_are_up_to_no_good_are_refused(house: House, content: Any, said: str) -> None:
    error = error_of(sent(house, ("flows.zip", content())), 400)
    assert said in error["error"]
    assert names(house) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "content"),
        ({"content": "", "definition": {}}, "definition"),
        ({"files": [{"content": LOGIN}], "content": LOGIN}, "content"),
        ({"files": [{}]}, "files[0].content"),
        ({"content": LOGIN, "format": "word"}, "format"),
        ({"content": LOGIN, "on_conflict": "merge"}, "on_conflict"),
        ({"content": LOGIN, "fields": {"steps": []}}, "fields.steps"),
        ({"content": LOGIN, "fields": {"colour": 1}}, "colour"),
        ({"content": LOGIN, "fields": {"locations": ["mars"]}}, "locations[0]"),
        ({"content": "steps: [{action: goto}]"}, "steps[0].url"),
        ({"definition": {"name": "x", "steps": [OPEN], "colour": 1}}, "colour"),
    ],
)
def test_the_field_that_is_wrong_is_named(house: House, body: dict[str, Any], field: str) -> None:
    assert house.owner.refused(400, "POST", IMPORT, body)["data"]["field"] == field
    assert names(house) == []


def test_mistakes_in_a_file_of_ours_are_told_with_their_line(house: House) -> None:
    error = house.owner.refused(400, "POST", IMPORT, {"content": LOGIN + "  - {action: goto}\n"})
    assert error["error"] == "line 10: steps[2].url: is missing"


TOO_LONG = "steps:\n" + "- {action: back}\n" * 10_001
TOO_LARGE = f"steps:\n- {{action: note, text: {'a' * 5_000_000}}}\n"


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        pytest.param(TOO_LONG, 400, "steps: has more than 10000 items, there are 10001", id="too-many-steps"),
        pytest.param(TOO_LARGE, 413, "the body is larger than 5000000 bytes", id="too-large"),
        pytest.param(
            "steps:\n" + "- {action: clack}\n" * 9_999, 400, "steps[0].action: no such action", id="all-wrong"
        ),
    ],
)
def test_files_that_are_too_large_are_refused_with_the_limit(
    house: House, content: str, status: int, said: str
) -> None:
    began = time.process_time()
    assert said in house.owner.refused(status, "POST", IMPORT, {"content": content})["error"]
    response = sent(house, ("big.journey.yaml", content))
    assert (response.status_code, said in response.text) == (status, True), response.text[:500]
    assert time.process_time() - began < 20
    assert names(house) == []


COLLECTION = {
    "info": {"name": "Orders", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
    "item": [{"name": "List", "request": {"method": "GET", "url": "http://127.0.0.1:9/orders"}}],
}


def test_a_collection_of_requests_becomes_an_api_monitor(house: House) -> None:
    body = {"content": json.dumps(COLLECTION), "fields": {"interval_seconds": 120}, "on_conflict": "update"}
    (made,) = house.owner.post(IMPORT, body)["checks"]
    assert (made["family"], made["action"], made["name"]) == ("api_monitor", "created", "Orders")
    assert house.owner.get(f"/api/v1/api-monitors/{made['id']}")["interval"] == 120
    assert data_of(house.owner.send("POST", IMPORT, body))["checks"][0]["action"] == "unchanged"
    (version,) = house.owner.get(f"/api/v1/api-monitors/{made['id']}/versions")
    assert version["source"] == "imported"


def test_a_key_without_the_right_imports_nothing(house: House) -> None:
    only_journeys = house.key("member", scopes=["journeys:write", "journeys:read"])
    assert only_journeys.post(IMPORT, {"content": LOGIN})["checks"][0]["action"] == "created"
    both = [{"content": json.dumps(COLLECTION)}, {"definition": {"name": "b", "steps": [OPEN]}}]
    only_journeys.refused(403, "POST", IMPORT, {"files": both})
    house.key("viewer").refused(403, "POST", IMPORT, {"content": LOGIN})
    assert names(house) == ["Login"]


def test_a_repeated_request_imports_once(house: House) -> None:
    headers = {"Idempotency-Key": "once"}
    first, second = (house.owner.send("POST", IMPORT, {"content": LOGIN}, headers=headers) for _ in range(2))
    assert first.json() == second.json()
    assert names(house) == ["Login"]


def test_whatever_is_sent_is_imported_or_refused_and_never_in_part(house: House) -> None:
    known = st.text() | st.sampled_from([LOGIN, json.dumps(RECORDED), "{", "[]", "a: &x 1", "PK", "name: x\nsteps: 1"])
    pieces = st.lists(known, max_size=3).map("\n".join)

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(contents=st.lists(pieces, min_size=1, max_size=2), as_form=st.booleans())
    def send(contents: list[str], as_form: bool) -> None:
        before = len(names(house))
        raw = [text.encode(errors="replace") for text in contents]
        if as_form:
            response = sent(house, *((f"{index}.x", text) for index, text in enumerate(raw)))
        else:
            response = house.owner.send("POST", IMPORT, {"files": [{"content": text.decode()} for text in raw]})
        if response.status_code == 201:
            assert len(names(house)) == before + len(response.json()["data"]["checks"])
            for journey in house.owner.get(JOURNEYS):
                house.owner.delete(f"{JOURNEYS}/{journey['id']}")
        else:
            error_of(response, 400)
            assert len(names(house)) == before

    send()


def test_a_journey_that_calls_another_one_on_the_server_is_imported(house: House) -> None:
    house.owner.journey(name="Sign in")
    done = house.owner.post(IMPORT, {"content": "name: Buy\nsteps: [{action: call, journey: Sign in}]"})
    assert done["checks"][0]["definition"]["steps"] == [{"action": "call", "journey": "Sign in"}]


TESTS = "def test_home(page):\n    page.goto('/')\n"


def test_a_project_of_tests_is_one_check_as_it_is(house: House) -> None:
    packed = zipped(**{"tests/test_home.py": TESTS, "conftest.py": ""})
    fields = '{"keyword": "home", "secrets": {"TOKEN": "abc"}}'
    done = data_of(sent(house, ("shop.zip", packed), format="suite", fields=fields))
    (made,) = done["checks"]
    assert (made["name"], made["definition"]["type"], made["secrets_needed"]) == ("shop", "suite", [])
    again = sent(house, ("shop.zip", packed), format="suite", on_conflict="update", fields=fields)
    assert data_of(again)["checks"][0]["action"] == "unchanged"
    one = {"file_name": "test_home.py", "content": TESTS, "format": "suite", "id": made["id"], "name": "Shop"}
    (changed,) = house.owner.post(IMPORT, one)["checks"]
    definition = changed["definition"]
    assert (definition["code"], definition["archive"], definition["keyword"]) == (TESTS, None, "home")
    assert "~ archive: " in changed["text"]
    browser = {"definition": {"name": "Shop", "steps": [OPEN]}, "id": made["id"]}
    (walked,) = house.owner.post(IMPORT, browser)["checks"]
    assert (walked["definition"]["type"], walked["definition"]["steps"]) == ("browser", [OPEN])


def test_an_archive_of_json_is_taken_apart_as_one_of_a_form(house: House) -> None:
    archive = b64encode(zipped(**{"a.journey.yaml": LOGIN})).decode()
    assert house.owner.post(IMPORT, {"archive": archive})["checks"][0]["name"] == "Login"
    assert house.owner.refused(400, "POST", IMPORT, {"archive": "€"})["data"]["field"] == "archive"
    error = house.owner.refused(400, "POST", IMPORT, {"archive": b64encode(b"x").decode(), "format": "suite"})
    assert error["data"]["field"] == "archive"
    linked_archive = {"archive": b64encode(linked()).decode(), "format": "suite"}
    assert "archive" in house.owner.refused(400, "POST", IMPORT, linked_archive)["data"]["field"]
