"""What the client makes of servers that are slow, odd, elsewhere or no Outrider at all."""

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from outrider_api.client import Client, Refused, Run, Unreachable
from outrider_api.client.retrying import pause_before_retry, retry_after
from outrider_engine.errors import InvalidInput

KEY = "outr_a_key_that_nobody_may_see"
FINE: tuple[int, dict[str, str], Any] = (200, {}, {"success": True, "data": {"id": "mon_1"}})


class Scripted(ThreadingHTTPServer):
    """Gives prepared answers in turn (the last one again and again), and remembers the requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, dict[str, str], Any]] = [FINE]
        self.requests: list[tuple[str, str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Scripted

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.path, dict(self.headers)))
        answers = self.server.answers
        status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
        text = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as made:
        thread = Thread(target=made.serve_forever, args=(0.02,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(server: Scripted, slept: list[float]) -> Client:
    return Client(f"{server.url}/prefix/", KEY, sleep=slept.append)


def refusal(status: int, **headers: str) -> tuple[int, dict[str, str], Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, named, {"success": False, "error": f"no, not with {KEY}", "code": "c", "request_id": "r1"}


def test_a_request_that_is_turned_away_is_sent_again_when_the_server_says(
    client: Client, server: Scripted, slept: list[float]
) -> None:
    server.answers = [refusal(429, Retry_After="7"), refusal(503), FINE]
    assert client.monitors.get("mon_1").id == "mon_1"
    assert slept == [7, 1.0]
    assert [path for _, path, _ in server.requests] == ["/prefix/api/v1/monitors/mon_1"] * 3


def test_it_is_not_sent_again_for_ever(client: Client, server: Scripted, slept: list[float]) -> None:
    server.answers = [refusal(503, Retry_After="1")]
    with pytest.raises(Refused, match="503"):
        client.monitors.get("mon_1")
    assert slept == [1] * 4


def test_a_creation_is_sent_again_under_the_same_idempotency_key_only(client: Client, server: Scripted) -> None:
    server.answers = [refusal(503), FINE]
    client.monitors.create(name="a")
    client.monitors.create(name="a")
    keys = [headers["Idempotency-Key"] for _, _, headers in server.requests]
    assert (keys[0] == keys[1], keys[1] == keys[2]) == (True, False)


def test_a_change_is_not_sent_again(client: Client, server: Scripted, slept: list[float]) -> None:
    server.answers = [refusal(503), FINE]
    with pytest.raises(Refused):
        client.monitors.update("mon_1", name="b")
    assert slept == []


def test_a_report_is_its_text_and_nothing_else_passes_for_one(client: Client, server: Scripted) -> None:
    report = {"Content-Type": "text/markdown; charset=utf-8", "X-Request-Id": "r1"}
    server.answers = [refusal(503), (200, report, "# ✅")]
    assert client.batches.summary("bat_1") == "# ✅"
    for headers, text, problem in (
        ({"Content-Type": "text/html"}, "<html>", "is not an Outrider"),
        ({"Content-Type": "application/json", "X-Request-Id": "r1"}, '{"success": true}', "with no report"),
    ):
        server.answers = [(200, headers, text)]
        with pytest.raises(Unreachable, match=problem):
            client.batches.summary("bat_1")


@pytest.mark.parametrize(
    ("status", "seconds", "retries", "pause"),
    [
        pytest.param(429, 3.0, 0, 3.0, id="as-asked"),
        pytest.param(429, 3000.0, 0, None, id="too-long"),
        pytest.param(503, None, 2, 2.0, id="backing-off"),
        pytest.param(503, 1.0, 4, None, id="too-often"),
        pytest.param(500, 1.0, 0, None, id="not-for-the-moment"),
    ],
)
def test_when_a_request_is_sent_again(status: int, seconds: float | None, retries: int, pause: float | None) -> None:
    assert pause_before_retry(status, seconds, retries) == pause


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(None, None), ("5", 5.0), ("soon", None), ("-1", None), ("inf", None), ("Wed, 21 Oct 2015 07:28:00 GMT", None)],
)
def test_how_long_a_server_asks_to_wait(text: str | None, seconds: float | None) -> None:
    assert retry_after(text) == seconds


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        pytest.param((200, {}, "<html>"), "is not an Outrider: its answer is not JSON", id="html"),
        pytest.param((301, {"Location": "https://a/"}, ""), "sends on to https://a/; give the address", id="redirect"),
    ],
)
def test_what_is_no_outrider_is_told(
    client: Client, server: Scripted, answer: tuple[int, dict[str, str], Any], sentence: str
) -> None:
    server.answers = [answer]
    with pytest.raises(Unreachable, match=sentence):
        client.monitors.get("mon_1")


@pytest.mark.parametrize("answer", [(502, {}, "<html>Bad Gateway"), (400, {}, []), (500, {}, {"error": None})])
def test_errors_of_whoever_stands_before_the_server_are_errors_of_the_client(
    client: Client, server: Scripted, answer: tuple[int, dict[str, str], Any]
) -> None:
    server.answers = [answer]
    with pytest.raises((Refused, Unreachable)):
        client.monitors.get("mon_1")


def test_the_key_is_in_no_error_and_no_repr(client: Client, server: Scripted) -> None:
    server.answers = [refusal(403)]
    with pytest.raises(Refused) as error:
        client.monitors.get("mon_1")
    assert (error.value.status, error.value.code, error.value.request_id) == (403, "c", "r1")
    assert KEY not in f"{error.value} {error.value!r} {client!r} {vars(client)}"


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "ключ"])
def test_what_can_be_no_key_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(InvalidInput, match=r"^key: must be one word") as error:
        Client("http://127.0.0.1:9", key)
    assert not key or key not in str(error.value)


@pytest.mark.parametrize(
    "server", ["127.0.0.1:8000", "ftp://a", "http://", "http://a:b", "http://u:p@a", "http://a/?q=1", "http://[a"]
)
def test_what_is_no_address_is_refused(server: str) -> None:
    with pytest.raises(InvalidInput, match=r"^server: "):
        Client(server, KEY)


@pytest.mark.parametrize("server", ["http://127.0.0.1:9", f"http://{'a' * 70}.invalid"])
def test_a_server_that_is_not_there_is_told(server: str) -> None:
    with pytest.raises(Unreachable, match="can't be reached"):
        Client(server, KEY).monitors.get("mon_1")


@pytest.mark.parametrize("id", ["../api-keys", "a b", "a\r\nX: y", "?x=1", "é"])
def test_an_id_cannot_lead_elsewhere(client: Client, server: Scripted, id: str) -> None:
    client.monitors.get(id)
    path = server.requests[0][1].removeprefix("/prefix/api/v1/monitors/")
    assert not set(path) & set("/? \r\n")


def test_unknown_fields_are_kept_and_missing_ones_have_defaults() -> None:
    run = Run.of({"id": "run_1", "status": "passed", "mood": "fine", "steps": [{"name": "a"}], "location": None})
    assert (run.raw["mood"], run.steps[0].name, run.location, run.artifacts) == ("fine", "a", "", ())


def test_importing_the_client_loads_no_server() -> None:
    script = (
        "import sys, outrider_api.client; unwanted = 'sqlalchemy', 'fastapi', 'pydantic', 'dramatiq', 'playwright';"
        "print([name for name in (*unwanted, 'typer', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
