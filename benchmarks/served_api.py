"""The API as ``outrider api`` serves it, and bare FastAPI routes behind the same server, each in its own process."""

import itertools
import json
import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from outrider_api.cli.startup import log_to
from outrider_api.cli.web_server import WebServer, listener, spare_collector
from outrider_api.http.app import create_app
from outrider_engine.adapters.sql.engines import Database
from outrider_engine.bootstrap.engine import open_engine
from outrider_engine.settings import load_settings

PlainAnswer = tuple[Sequence[Sequence[tuple[str, Any]]], bytes]
"""The statements of each variant of an answer, with their parameters, and its JSON."""

_SPAWNED = multiprocessing.get_context("spawn")


@contextmanager
def served(settings: Mapping[str, Any], core: int) -> Iterator[int]:
    """Serve the API over a database; gives the port."""
    with _process(_serve_api, settings, core) as port:
        yield port


@contextmanager
def served_bare(bodies: list[bytes], core: int) -> Iterator[int]:
    """Serve each JSON text at ``/<number>``, read from an object at every request; gives the port."""
    with _process(_serve_bare, bodies, core) as port:
        yield port


@contextmanager
def served_plain(url: str, answers: Sequence[PlainAnswer], core: int) -> Iterator[int]:
    """Serve at ``/<number>`` what the same libraries cost by themselves: the statements of an answer, then its JSON.

    Statements are sent as text over SQLAlchemy, in one transaction and in a thread, for the variants in turn; rows are
    read and thrown away. No key is looked at and nothing is counted. Gives the port.
    """
    with _process(_serve_plain, (url, answers), core) as port:
        yield port


@contextmanager
def _process(target: Any, what: Any, core: int) -> Iterator[int]:
    receiver, sender = _SPAWNED.Pipe(duplex=False)
    process = _SPAWNED.Process(target=target, args=(what, core, sender), daemon=True)
    process.start()
    sender.close()
    try:
        yield receiver.recv()
    finally:
        process.terminate()
        process.join()


def _serve_api(settings: Mapping[str, Any], core: int, port: Connection) -> None:
    os.sched_setaffinity(0, {core})
    with Path(os.devnull).open("w") as nowhere:
        log_to(nowhere, level="INFO", as_json=True)
        app = create_app(open_engine(load_settings(dict(settings)), embedded=True))
        spare_collector()
        _serve(app, port)


def _serve_bare(bodies: list[bytes], core: int, port: Connection) -> None:
    os.sched_setaffinity(0, {core})
    app = FastAPI()
    objects = [json.loads(body) for body in bodies]

    @app.get("/{number}")
    def answer(number: int) -> dict[str, Any]:
        found: dict[str, Any] = objects[number]
        return found

    _serve(app, port)


def _serve_plain(what: tuple[str, Sequence[PlainAnswer]], core: int, port: Connection) -> None:
    os.sched_setaffinity(0, {core})
    url, answers = what
    database = Database(url)
    objects = [json.loads(body) for _, body in answers]
    turns = [itertools.cycle(variants) for variants, _ in answers]
    app = FastAPI()

    @app.get("/{number}")
    def answer(number: int) -> dict[str, Any]:
        with database.reading() as connection:
            for statement, parameters in next(turns[number]):
                connection.exec_driver_sql(statement, parameters).all()
        found: dict[str, Any] = objects[number]
        return found

    spare_collector()
    _serve(app, port)


def _serve(app: FastAPI, port: Connection) -> None:
    with listener("127.0.0.1", 0) as sock:
        bound = sock.getsockname()[1]
        with WebServer(app, sock):
            port.send(bound)
            port.close()
            while True:
                _SPAWNED.Event().wait()
