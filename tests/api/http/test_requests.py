"""What holds for every request: keys, bodies, envelopes, ids, and that nothing unexpected gets out."""

import json
from typing import Any

import pytest
from api_house import House, data_of, error_of
from structlog.testing import capture_logs

MONITORS = "/api/v1/monitors"
COLLECTIONS = [
    MONITORS,
    "/api/v1/api-monitors",
    "/api/v1/journeys",
    "/api/v1/alerts/channels",
    "/api/v1/alerts/rules",
    "/api/v1/api-keys",
]


@pytest.mark.parametrize("form", ["Bearer", "bearer", "ApiKey", "X-API-Key", "api_key"])
def test_a_key_is_taken_in_every_form(house: House, form: str) -> None:
    key = house.owner.key
    headers = {"X-API-Key": key} if form == "X-API-Key" else {"Authorization": f"{form} {key}"}
    headers = {} if form == "api_key" else headers
    params = {"api_key": key} if form == "api_key" else {}
    assert house.client.get(MONITORS, headers=headers, params=params).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({"Authorization": "Bearer"}, id="empty"),
        pytest.param({"Authorization": "Bearer nobody_issued_this"}, id="foreign"),
        pytest.param({"Authorization": "Bearer outr_0123456789abcdefghijklmnopqrstuvwxyz"}, id="wrong-checksum"),
        pytest.param({"Authorization": "Basic dTpw"}, id="other-scheme"),
        pytest.param({"X-API-Key": "\xff\xfe"}, id="odd-bytes"),
    ],
)
def test_without_a_valid_key_every_dialect_reads_the_same_401(house: House, headers: dict[str, str]) -> None:
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    response = house.client.get(MONITORS, headers=encoded)
    error = error_of(response, 401)
    assert error["statusMessage"] == "Unauthorized"
    assert error["error"] == "API key missing or invalid"
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_neither_keys_nor_queries_are_logged(house: House) -> None:
    with capture_logs() as logs:
        house.client.get(MONITORS, params={"api_key": house.owner.key})
    entry = next(entry for entry in logs if entry["event"] == "request")
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", MONITORS, 200)
    assert str(house.owner.key) not in str(logs)


def test_every_answer_has_a_request_id_of_its_own(house: House) -> None:
    paths = [MONITORS, "/api/v1/nothing", "/healthz", "/api/v1/monitors/unknown"]
    ids = [house.owner.send("GET", path).headers["X-Request-Id"] for path in paths * 2]
    assert len(set(ids)) == len(ids)
    assert all(ids)


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/monitors/x/nothing", "/api/v1", "/api/agent/nothing", "/x"]
)
def test_an_unknown_path_is_404_in_the_envelope(house: House, path: str) -> None:
    assert house.owner.refused(404, "GET", path)["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", MONITORS), ("PUT", "/api/v1/alerts"), ("DELETE", "/healthz"), ("POST", "/docs")]
)
def test_a_wrong_method_is_405_in_the_envelope(house: House, method: str, path: str) -> None:
    response = house.owner.send(method, path)
    error_of(response, 405)
    assert response.headers["Allow"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="cut"),
        pytest.param(b"[]", id="array"),
        pytest.param(b'"x"', id="string"),
        pytest.param(b"null", id="null"),
        pytest.param(b"\xff\xfe", id="no-utf-8"),
        pytest.param(b'{"name": NaN}', id="nan"),
        pytest.param(b'{"name": -Infinity}', id="infinity"),
        pytest.param(b'{"name": 1e999}', id="too-large-a-number"),
        pytest.param(b'{"name": ' + b"9" * 5000 + b"}", id="too-many-digits"),
        pytest.param(b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="nested"),
        pytest.param(b'{"name": ' + b"[" * 80 + b"]" * 80 + b"}", id="nested-less"),
        pytest.param(b'{"\\u0000": 1}', id="nul-in-a-name"),
        pytest.param(b'{"\\ud800": 1}', id="surrogate-in-a-name"),
        pytest.param(b'{"' + b"x" * 100_000 + b'": 1}', id="long-name"),
    ],
)
def test_a_body_that_is_no_good_json_object_is_400(house: House, content: bytes) -> None:
    for path in COLLECTIONS:
        response = house.owner.send("POST", path, content=content, headers={"Content-Type": "application/json"})
        error_of(response, 400)
        assert len(response.content) < 10_000


def test_a_body_may_come_without_a_content_type(house: House) -> None:
    body = json.dumps({"name": "a", "type": "url", "url": "http://127.0.0.1/"}).encode()
    assert house.owner.send("POST", MONITORS, content=body, headers={"Content-Type": "text/plain"}).status_code == 201


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_of_more_than_five_megabytes_is_413(house: House, declared: bool) -> None:
    chunk = b" " * 1_000_000
    content: Any = chunk * 6 if declared else (chunk for _ in range(6))
    response = house.owner.send("POST", MONITORS, content=content)
    assert error_of(response, 413)["code"] == "too_large"


def test_a_get_may_carry_a_content_type(house: House) -> None:
    response = house.owner.send("GET", MONITORS, headers={"Content-Type": "application/json"})
    assert data_of(response) == []


def test_a_key_is_asked_for_before_the_body_is_looked_at(house: House) -> None:
    house.caller(None).refused(401, "POST", MONITORS, content=b"{")
    house.key("viewer").refused(403, "POST", MONITORS, content=b"{")


def test_what_nobody_expected_is_a_500_without_details(house: House) -> None:
    house.serve(None)
    with capture_logs() as logs:
        error = error_of(house.owner.send("GET", MONITORS), 500)
    assert error["error"] == "internal error"
    assert any(entry["event"] == "request raised" and "exc_info" in entry for entry in logs)
    assert next(entry for entry in logs if entry["event"] == "request")["status"] == 500


def test_answers_are_neither_cached_nor_sniffed(house: House) -> None:
    headers = house.owner.send("GET", MONITORS).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/api/v1/monitors/{id}/runs", "/api/v1/monitors/{id}/results", "/api/v1/alerts", "/v0/monitors/{id}/checks"],
)
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1795646494", "soon"])
def test_a_time_that_can_not_be_kept_is_refused(house: House, path: str, moment: str) -> None:
    id = house.owner.monitor()["id"]
    answer = house.owner.send("GET", path.format(id=id), params={"from": moment})
    assert answer.status_code == 400, answer.text


def test_a_key_can_not_expire_outside_of_time(house: House) -> None:
    body = {"name": "ci", "role": "viewer", "expires_at": "0001-01-01T00:00:00+14:00"}
    assert house.owner.send("POST", "/api/v1/api-keys", json=body).status_code == 400
