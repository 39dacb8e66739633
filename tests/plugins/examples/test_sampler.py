"""A stranger's plugin on the other lanes, in the language of journeys, and told of runs."""

import csv
import socketserver
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from strangers import LONGEST_S, Environment, Running, run

pytestmark = pytest.mark.slow

NAME = "outrider-sampler"
SITEMAP = (
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.example/</loc></url></urlset>'
)
PAGES = {
    b"/sitemap.xml": SITEMAP,
    b"/banner": b"<!doctype html><dialog open>Cookies <button onclick='parentNode.close()'>OK</button></dialog>",
    b"/": b"<!doctype html><title>Long</title><div style='height:5000px'></div><footer>Imprint</footer>",
}


class Web(socketserver.StreamRequestHandler):
    """A web site of two pages."""

    def handle(self) -> None:
        path = self.rfile.readline().split()[1]
        while self.rfile.readline().strip():
            pass
        status, content = (b"200 OK", PAGES[path]) if path in PAGES else (b"404 Not Found", b"")
        self.wfile.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n" % (status, len(content)) + content)


class Mail(socketserver.StreamRequestHandler):
    """A mail server that knows EHLO."""

    def handle(self) -> None:
        self.wfile.write(b"220 mail.example.com\r\n")
        while line := self.rfile.readline():
            self.wfile.write(
                b"250-mail.example.com\r\n250 STARTTLS\r\n" if line.startswith(b"ehlo") else b"221 Bye\r\n"
            )


@pytest.fixture(scope="module")
def ports() -> Iterator[dict[type, int]]:
    """The ports of the web site and of the mail server."""
    servers = {handler: socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) for handler in (Web, Mail)}
    threads = [threading.Thread(target=server.serve_forever, args=(0.02,)) for server in servers.values()]
    for thread in threads:
        thread.start()
    yield {handler: server.server_address[1] for handler, server in servers.items()}
    for server, thread in zip(servers.values(), threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


def runs_in(path: Path) -> list[list[str]]:
    """Return check and verdict of each run that the file tells of."""
    return [row[1:3] for row in csv.reader(path.read_text().splitlines())] if path.exists() else []


@pytest.mark.long
def test_the_stranger_s_own_tests_pass(environment: Environment) -> None:
    told = run(
        environment.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=environment.sources["outrider-sampler"]
    )
    assert " passed" in told


def test_a_check_type_of_the_thread_lane_observes_and_run_finished_is_told(
    running: Running, ports: dict[type, int]
) -> None:
    config = {"host": "localhost", "port": ports[Mail]}
    made = running.api.post("/api/v1/monitors", {"name": "mx", "type": "smtp", "interval": None, "config": config})
    run = running.api.ran(f"/api/v1/monitors/{made['id']}/check")
    assert run["status"] == "passed", run
    assert run["facts"]["offers"] == ["starttls"]
    until = time.monotonic() + LONGEST_S
    while ["mx", "passed"] not in (told := runs_in(running.told)):
        assert time.monotonic() < until, told
        time.sleep(0.05)
    assert told.count(["mx", "passed"]) == 1


def test_a_check_type_of_the_process_lane_has_steps_and_artifacts(running: Running, ports: dict[type, int]) -> None:
    body = {"type": "sitemap", "interval": None, "config": {"url": f"http://127.0.0.1:{ports[Web]}/sitemap.xml"}}
    made = running.api.post("/api/v1/monitors", {"name": "map", **body})
    run = running.api.ran(f"/api/v1/monitors/{made['id']}/check")
    assert (run["status"], run["facts"]) == ("passed", {"pages": 1}), run
    assert [(step["name"], step["status"]) for step in run["steps"]] == [("Download", "passed"), ("Parse", "passed")]
    (artifact,) = running.api.get(f"/api/v1/runs/{run['id']}/artifacts")
    assert running.api.content(f"/api/v1/runs/{run['id']}/artifacts/{artifact['id']}") == SITEMAP


@pytest.mark.browser
def test_register_step_actions_adds_to_the_language_of_journeys(running: Running, ports: dict[type, int]) -> None:
    steps = [
        {"action": "goto", "url": "/"},
        {"action": "scroll_to", "locator": {"css": "footer"}},
    ]
    body = {"name": "down", "base_url": f"http://127.0.0.1:{ports[Web]}", "steps": steps}
    made = running.api.post("/api/v1/journeys", body)
    run = running.api.ran(f"/api/v1/journeys/{made['id']}/run-now")
    assert run["status"] == "passed", run
    assert 0 < run["steps"][1]["detail"]["top"] < 1000
    assert "scroll_to" in str(running.api.get("/api/v1/schemas/journey"))


@pytest.mark.browser
def test_register_custom_steps_is_what_journeys_can_call_by_name(running: Running, ports: dict[type, int]) -> None:
    dismiss = {"action": "custom", "custom": "sampler.dismiss_banner", "parameters": {"button": "OK"}}
    body = {"name": "calm", "base_url": f"http://127.0.0.1:{ports[Web]}"}
    made = running.api.post("/api/v1/journeys", body | {"steps": [{"action": "goto", "url": "/banner"}, dismiss]})
    run = running.api.ran(f"/api/v1/journeys/{made['id']}/run-now")
    assert run["status"] == "passed", run
    assert run["steps"][1]["detail"]["dismissed"] == "OK"
    unknown = {**dismiss, "custom": "sampler.dance"}
    made = running.api.post("/api/v1/journeys", body | {"steps": [{"action": "goto", "url": "/banner"}, unknown]})
    run = running.api.ran(f"/api/v1/journeys/{made['id']}/run-now")
    assert (run["status"], run["cause"], run["reason"]) == ("error", "check", "unknown_action"), run


@pytest.mark.parametrize(
    ("kind", "setting", "target"),
    [
        pytest.param("smtp", "host", "{}", id="thread"),
        pytest.param("sitemap", "url", "http://{}/sitemap.xml", id="process"),
        pytest.param("sitemap", "url", "https://{}/sitemap.xml", id="process, TLS"),
    ],
)
def test_no_lane_leads_around_the_egress_policy(running: Running, kind: str, setting: str, target: str) -> None:
    config = {setting: target.format(running.denied)}
    body = {"name": "out", "type": kind, "interval": None, "config": config}
    made = running.api.post("/api/v1/monitors", body)
    run = running.api.ran(f"/api/v1/monitors/{made['id']}/check")
    assert (run["status"], run["cause"], run["reason"]) == ("error", "check", "egress_denied"), run
