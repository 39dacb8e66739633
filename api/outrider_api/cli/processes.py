"""The processes that ``outrider`` starts: opened, kept until they are told to stop, and ended in order."""

import re
import socket
import sys
import threading
from collections.abc import Callable

import structlog
import typer

from outrider_api.http.app import create_app, release_waiting
from outrider_engine.bootstrap.engine import open_engine
from outrider_engine.bootstrap.processes import Node, embedded_node, scheduler_node, worker_node
from outrider_engine.domain.checks import QUEUES
from outrider_engine.errors import InvalidInput, OutriderError
from outrider_engine.settings import Settings
from outrider_engine.worker.supervisor import Supervisor

from .signals import StopRequest, stop_asked
from .web_server import WebServer, listener, spare_collector

log = structlog.get_logger(__name__)

_LOCATION = re.compile(r"\*|[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_LOOK_EVERY_S = 1.0


def serve_everything(settings: Settings, host: str, port: int) -> None:
    """Run the embedded whole with its API until it is told to stop."""
    with listener(host, port) as sock, stop_asked() as asked:
        node = embedded_node(settings)
        try:
            key = node.engine.identity.ensure_first_organization(_bootstrap_key(settings))
            node.start()
            _serve(node, sock, asked, lambda: _greet(settings, host, port, key))
        finally:
            node.stop()


def serve_api(settings: Settings, host: str, port: int) -> None:
    """Run the API alone until it is told to stop."""
    with listener(host, port) as sock, stop_asked() as asked:
        node = Node(engine=open_engine(settings, embedded=False))
        try:
            if bootstrap := _bootstrap_key(settings):
                node.engine.identity.ensure_first_organization(bootstrap)
            node.start()
            _serve(node, sock, asked, lambda: log.info("api started", host=host, port=port))
        finally:
            node.stop()


def run_scheduler(settings: Settings) -> None:
    """Run a scheduler until it is told to stop."""
    with stop_asked() as asked:
        _keep(scheduler_node(settings), asked, "scheduler")


def run_worker(settings: Settings, *, location: str, queues: str, processes: int) -> None:
    """Run one worker, or several under a supervisor, until told to stop.

    Raises:
        InvalidInput: the location or a queue is none.
    """
    if not _LOCATION.fullmatch(location):
        raise InvalidInput("letters, digits, '.', '_' and '-' are allowed, or * alone", field="--location")
    names = tuple(dict.fromkeys(name.strip() for name in queues.split(",") if name.strip()))
    unknown = [name for name in names if name not in QUEUES]
    if unknown or not names:
        problem = f"no such queue: {', '.join(unknown) or 'none given'}"
        raise InvalidInput(problem, field="--queues", allowed=QUEUES, given=next(iter(unknown), None))
    if processes > 1:
        _supervise(settings, location, ",".join(names), processes)
        return
    with stop_asked() as asked:
        _keep(worker_node(settings, location=location, queues=names), asked, "worker", location=location, queues=names)


def _keep(node: Node, asked: StopRequest, part: str, **facts: object) -> None:
    try:
        node.start()
        log.info("started", part=part, **facts)
        asked.wait()
        log.info("stopping", part=part)
    finally:
        node.stop()


def _serve(node: Node, sock: socket.socket, asked: StopRequest, greet: Callable[[], None]) -> None:
    app = create_app(node.engine)
    spare_collector()

    def finish_first() -> None:
        node.stop_working()
        release_waiting(app)

    with WebServer(app, sock, before_stop=finish_first) as server:
        greet()
        while not asked.wait(_LOOK_EVERY_S):
            if not server.is_alive:
                raise OutriderError("the web server ended; the log says why")
        log.info("stopping")


def _supervise(settings: Settings, location: str, queues: str, processes: int) -> None:
    command = [sys.executable, "-m", "outrider_api.cli", "worker", "--location", location, "--queues", queues]
    supervisor = Supervisor([*command, "--data-dir", str(settings.data_dir)], processes)

    def stop_when_asked() -> None:
        asked.wait()
        supervisor.stop()

    with stop_asked() as asked:
        threading.Thread(target=stop_when_asked, name="stopping", daemon=True).start()
        status = supervisor.run()
    if status:
        raise OutriderError("a worker process did not stop in time and was killed")


def _bootstrap_key(settings: Settings) -> str | None:
    return settings.bootstrap_api_key.get_secret_value() if settings.bootstrap_api_key else None


def _greet(settings: Settings, host: str, port: int, key: str | None) -> None:
    shown = f"[{host}]" if ":" in host else host
    log.info("outrider is up", url=f"http://{shown}:{port}", data=str(settings.data_dir.absolute()))
    if key:
        typer.echo(f"\nAPI key of the first organization, shown this once:\n\n    {key}\n", err=True)
        typer.echo(f"Try it:  curl -H 'Authorization: Bearer {key}' http://{shown}:{port}/api/v1/monitors\n", err=True)
