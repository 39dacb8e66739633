"""The notifier ``jira`` against a small Jira that remembers its issues."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import ValidationError

from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.errors import NotifyError
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.testing import deliver, notifier_problems, sample_message
from outrider_plugins.jira.notifier import JiraNotifier
from outrider_plugins.jira.settings import JiraSettings

JIRA = JiraNotifier()
LABEL = "outrider-alt_sample"


@dataclass
class Jira:
    """Issues by key, and who asked."""

    url: str = ""
    status: int = 0
    issues: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: list[tuple[str, str]] = field(default_factory=list)
    authorizations: set[str] = field(default_factory=set)

    def answer(self, path: str, body: Any) -> tuple[int, Any]:
        """Do what a request asks for."""
        if self.status:
            return self.status, {"errorMessages": ["s3cret"]}
        if path == "/search/jql":
            label = re.findall(r'labels = "(.*?)"', body["jql"])[0]
            found = [{"key": key, "fields": issue} for key, issue in self.issues.items() if label in issue["labels"]]
            return 200, {"issues": found[: body["maxResults"]]}
        if path == "/issue":
            key = f"OPS-{len(self.issues) + 1}"
            self.issues[key] = body["fields"] | {"status": {"name": "To Do"}}
            return 201, {"key": key}
        _, _, key, what = path.split("/")
        if what == "comment":
            self.comments.append((key, body["body"]["content"][0]["content"][0]["text"]))
            return 201, {}
        if body is None:
            return 200, {"transitions": [{"id": "31", "name": "Close it", "to": {"name": "Done"}}]}
        assert body == {"transition": {"id": "31"}}
        self.issues[key]["status"] = {"name": "Done"}
        return 204, None


@pytest.fixture
def jira() -> Iterator[Jira]:
    found = Jira()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.authorizations.add(self.headers["Authorization"])
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, answer = found.answer(self.path.removeprefix("/rest/api/3"), body)
            content = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *args: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_port}"
        yield found
        server.shutdown()
        thread.join()


def tell(jira: Jira, event: AlertEvent = AlertEvent.OPENED, **config: Any) -> int | None:
    settings = {"site": jira.url + "/", "api_token": "t0ken", "project": "OPS", **config}
    return deliver(JIRA, settings, sample_message(event), public_url="https://o.test").status_code


def text_of(issue: dict[str, Any]) -> str:
    return "\n".join(line["content"][0]["text"] for line in issue["description"]["content"])


def test_register_notifiers_offers_jira_as_its_contract_says() -> None:
    assert notifier_problems(load_plugins(blocked=("browser",)).notifiers["jira"]) == []


def test_an_alert_makes_one_issue_however_often_it_is_told(jira: Jira) -> None:
    config = {"labels": ["outage"], "fields": {"priority": {"name": "High"}}, "issue_type": "Incident"}
    assert tell(jira, **config) == 201
    assert tell(jira, **config) == 200
    (issue,) = jira.issues.values()
    assert issue["project"] == {"key": "OPS"}
    assert issue["issuetype"] == {"name": "Incident"}
    assert (issue["summary"], issue["labels"], issue["priority"]) == (
        "Shop is failing",
        ["outage", LABEL],
        {"name": "High"},
    )
    for told in (
        "Status: DOWN (3 failures in a row)",
        "Error: connection refused",
        "https://o.test/api/v1/runs/run_sample",
    ):
        assert told in text_of(issue)


def test_recovery_closes_the_issue_and_says_so(jira: Jira) -> None:
    tell(jira)
    for wished in ("done", "Close it"):
        jira.issues["OPS-1"]["status"] = {"name": "To Do"}
        assert tell(jira, AlertEvent.RESOLVED, transition=wished) == 201
        assert jira.issues["OPS-1"]["status"] == {"name": "Done"}
    assert jira.comments[0] == ("OPS-1", "Shop passed again after 0:07:00.")


def test_recovery_without_a_transition_only_comments_and_without_an_issue_does_nothing(jira: Jira) -> None:
    assert tell(jira, AlertEvent.RESOLVED) is None
    tell(jira)
    tell(jira, AlertEvent.RESOLVED)
    assert jira.issues["OPS-1"]["status"] == {"name": "To Do"}
    assert len(jira.comments) == 1


def test_a_transition_that_is_not_offered_is_named(jira: Jira) -> None:
    tell(jira)
    with pytest.raises(NotifyError, match="no transition 'Fly away'") as refusal:
        tell(jira, AlertEvent.RESOLVED, transition="Fly away")
    assert refusal.value.permanent
    assert jira.comments == []


@pytest.mark.parametrize("event", list(AlertEvent))
def test_every_event_has_a_form(jira: Jira, event: AlertEvent) -> None:
    tell(jira, event, template="{title}", visibility="public")
    assert len(jira.issues) == (event is not AlertEvent.RESOLVED)


def test_who_asks_with_an_address_and_who_with_a_token_alone(jira: Jira) -> None:
    tell(jira, email="me@a.test")
    assert jira.authorizations == {"Basic bWVAYS50ZXN0OnQwa2Vu"}
    jira.authorizations.clear()
    tell(jira)
    assert jira.authorizations == {"Bearer t0ken"}


@pytest.mark.parametrize(("status", "permanent"), [(401, True), (404, True), (429, False), (503, False)])
def test_refusals_tell_whether_to_come_again(jira: Jira, status: int, *, permanent: bool) -> None:
    jira.status = status
    with pytest.raises(NotifyError) as refusal:
        tell(jira)
    assert (refusal.value.permanent, refusal.value.status_code) == (permanent, status)
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("wrong", "value"),
    [
        ("site", "http://jira.example.com"),
        ("project", 'OPS" OR project = "X'),
        ("labels", ["two words"]),
        ("fields", {"labels": []}),
        ("email", "nobody"),
        ("template", "{nobody}"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: str, value: Any) -> None:
    config = {"site": "https://acme.atlassian.net", "api_token": "t", "project": "OPS", wrong: value}
    with pytest.raises(ValidationError) as refusal:
        JiraSettings.model_validate(config)
    assert {str(problem["loc"][0]) for problem in refusal.value.errors()} == {wrong}
