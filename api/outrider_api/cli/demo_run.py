"""The demonstration: the shop and the embedded whole side by side, until Ctrl-C."""

import os
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from rich.console import Console

from outrider_api.client import Client
from outrider_api.demo.shop import create_shop
from outrider_api.http.app import create_app, release_waiting
from outrider_engine.bootstrap.processes import Node, embedded_node
from outrider_engine.domain.egress import EgressMode
from outrider_engine.domain.identity import new_key_text
from outrider_engine.domain.runs import Artifact
from outrider_engine.settings import Settings, load_settings

from .demo_guide import (
    Places,
    introduce,
    say_how_to_go_on,
    say_what_is_wrong,
    show_what_is_left,
    show_where_to_look,
)
from .demo_upload import upload
from .demo_watch import DemoWatch
from .signals import stop_asked
from .startup import log_to
from .web_server import WebServer, listener

HOST = "127.0.0.1"
_GRACE_S = 3.0


def run_demo(*, port: int, shop_port: int, data_dir: Path | None, once: bool) -> int:
    """Show the demonstration; returns 0 when the sample journey passed at first, else 1.

    Raises:
        ConfigurationError: a port is taken, or a setting is wrong.
        OSError: the data folder can't be written.
    """
    with ExitStack() as stack:
        sock = stack.enter_context(listener(HOST, port))
        shop_sock = stack.enter_context(listener(HOST, shop_port, option="--shop-port"))
        settings = demo_settings(data_dir)
        log = settings.data_dir / "outrider.log"
        log_to(stack.enter_context(log.open("a", encoding="utf-8")), level=settings.log_level, as_json=False)
        asked = stack.enter_context(stop_asked())
        places = Places(api=f"http://{HOST}:{port}", shop=f"http://{HOST}:{shop_port}", data=settings.data_dir, log=log)
        console = Console(highlight=False)
        introduce(console, places)
        stack.enter_context(WebServer(create_shop(), shop_sock, name="shop"))
        node = embedded_node(settings)
        stack.callback(node.stop, _GRACE_S)
        key = _bootstrapped(node, settings)
        node.start()
        app = create_app(node.engine)
        stack.enter_context(WebServer(app, sock, name="api", before_stop=partial(release_waiting, app)))
        client = Client(places.api, key)
        watch = DemoWatch(console, client, asked)
        run = watch.first_runs(upload(client, places.shop))
        say_what_is_wrong(console, run)
        kept = _kept(node, settings, key, run.id)
        if once:
            show_what_is_left(console, places, kept)
        elif not asked.wait(0):
            show_where_to_look(console, places, key, run, kept)
            say_how_to_go_on(console, places)
            watch.go_on()
        if asked.wait(0):
            console.print("\nStopping …")
        return 0 if run.is_up else 1


def demo_settings(data_dir: Path | None) -> Settings:
    """Return the settings of the demonstration: its own folder and database, whatever the environment says."""
    chosen = load_settings({"data_dir": data_dir})
    folder = chosen.data_dir / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    return load_settings(
        {
            "data_dir": folder,
            "database_url": f"sqlite:///{folder.absolute() / 'outrider.db'}",
            "egress": EgressMode.PRIVATE,
            "egress_deny": (),
            "browser_slots": 1,
            "bootstrap_api_key": _kept_key(folder),
        }
    )


def _kept_key(folder: Path) -> str:
    """Return the demonstration's API key, the same at every start."""
    path = folder / "api-key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new_key_text())
    return path.read_text().strip()


def _bootstrapped(node: Node, settings: Settings) -> str:
    """Make the organization at the first start; returns the text of its key."""
    assert settings.bootstrap_api_key is not None
    key = settings.bootstrap_api_key.get_secret_value()
    node.engine.identity.ensure_first_organization(key)
    return key


def _kept(node: Node, settings: Settings, key: str, run_id: str) -> list[tuple[Artifact, Path]]:
    """Return the files of a run and where they are on this disk."""
    organization = node.engine.identity.authenticate(key).organization_id
    found = node.engine.history.artifacts(organization, run_id)
    return [(artifact, settings.artifacts_dir / artifact.key) for artifact in found]
