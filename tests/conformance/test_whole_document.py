"""Schemathesis over the whole OpenAPI document: all its checks and phases, with the links from answer to request."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from api_house import House
from served_house import listening, served_by

from outrider_engine.errors import Unauthenticated

KEY = "the text that stands for a key that is good"
CONFIG = Path(__file__).with_name("schemathesis.toml")
SEED = os.environ.get("OUTRIDER_SCHEMATHESIS_SEED", "1")
"""What is asked at random; the same in every run, unless somebody looks for more."""


class Kept:
    """The application as a long-lived client needs it: seconds pass, runs end, and its key is good.

    Among the keys that a list shows is the client's own; it revokes that as readily as others, and gets a new one.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._key = house.owner.key or ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        self._house.world.clock.advance(1)
        if scope["type"] == "http":
            good = f"Bearer {self._key}".encode()
            scope["headers"] = [(n, good if v == f"Bearer {KEY}".encode() else v) for n, v in scope["headers"]]
        await self._house.app(scope, receive, send)
        if scope["type"] == "http" and scope["method"] != "GET":
            await asyncio.to_thread(self._go_on)

    def _go_on(self) -> None:
        world = self._house.world
        for queue in ("light", "browser"):
            for claim in world.claims().take(queue, 100):
                world.finish(claim)
        try:
            self._house.services.identity.authenticate(self._key)
        except Unauthenticated:
            self._key = self._house.key("owner").key or ""


PHASES = {"sqlite": "examples,coverage,fuzzing,stateful", "postgresql": "examples,fuzzing,stateful"}
"""What is wrong with a request (``coverage``, most of the time) is found before any database is asked."""


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_nothing_is_found(any_house: House, database_url: str, tmp_path: Path) -> None:
    phases = PHASES[database_url.partition(":")[0]]
    program = Path(sys.executable).with_name("schemathesis")
    command = [program, "--config-file", CONFIG, "run", "--no-color", "--seed", SEED, "--phases", phases]
    any_house.client.get("/openapi.json")  # the first time takes seconds, on a busy machine longer than it waits
    with listening() as sock, served_by(Kept(any_house), sock, any_house):
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        told = {**os.environ, "OUTRIDER_BASE_URL": url, "OUTRIDER_API_KEY": KEY}
        done = subprocess.run(
            [*command, f"{url}/openapi.json"], cwd=tmp_path, env=told, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
