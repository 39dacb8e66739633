"""Outrider as separate processes on real PostgreSQL and Redis, started with its own command line."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any

from api_door import Door
from command_line import OutriderProcess
from cryptography.fernet import Fernet
from server_processes import free_port

from outrider_engine.bootstrap.databases import upgrade_database
from outrider_engine.bootstrap.engine import Engine, open_engine
from outrider_engine.domain.checks import Family
from outrider_engine.domain.identity import Organization
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.runs import Run, Trigger
from outrider_engine.domain.verdicts import RunStatus
from outrider_engine.ports.run_repository import RunQuery
from outrider_engine.services.check_fields import CheckFields
from outrider_engine.settings import Settings, load_settings

LEASE_S = 4


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = 30.0) -> None:
    """Wait for a condition, with a bound."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {timeout_s:g} s in vain for {what}"
        time.sleep(0.05)


@dataclass
class Cluster:
    """The processes, and an engine of the test's own that speaks to the same database and Redis."""

    database_url: str
    redis_url: str
    folder: Path
    lease_s: int = LEASE_S
    engine: Engine = field(init=False)
    organization: str = field(init=False)
    processes: list[OutriderProcess] = field(default_factory=list)
    doors: list[Door] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("OUTRIDER_")},
            "OUTRIDER_DATABASE_URL": self.database_url,
            "OUTRIDER_REDIS_URL": self.redis_url,
            "OUTRIDER_DATA_DIR": str(self.folder / "data"),
            "OUTRIDER_SECRET_KEY": Fernet.generate_key().decode(),
            "OUTRIDER_LEASE_SECONDS": str(self.lease_s),
            "OUTRIDER_BROWSER_SLOTS": "1",
        }
        settings = self.settings()
        upgrade_database(settings)
        self.engine = open_engine(settings, embedded=False)
        self.organization = new_id("organization", datetime.now(UTC))
        with self.engine.storage.begin() as tx:
            tx.organizations.add(Organization(id=self.organization, name="Acme", created_at=tx.now))
            tx.locations.add(["local"])

    def settings(self) -> Settings:
        """Return the settings of all processes."""
        given = {
            name.removeprefix("OUTRIDER_").lower(): value
            for name, value in self._environment.items()
            if name.startswith("OUTRIDER_")
        }
        return load_settings(given)

    def start(self, *words: str, **environment: str) -> OutriderProcess:
        """Start ``outrider`` with some words; its log goes to the folder."""
        number = len(self.processes)
        log = self.folder / f"{number}-{words[0]}.log"
        process = OutriderProcess(words, cwd=self.folder, env={**self._environment, **environment}, out=log, err=log)
        self.processes.append(process)
        return process

    def worker(self, queues: str = "light,browser,notify") -> OutriderProcess:
        """Start a worker at the location ``local`` and wait until it is there."""
        before = len(self._workers())
        process = self.start("worker", "--location", "local", "--queues", queues)
        wait_until(lambda: len(self._workers()) > before, "the worker's first sign of life")
        return process

    def api(self) -> Door:
        """Start an API and wait until it is ready; returns a door to it that the organization's owner holds."""
        port = free_port()
        key = self.engine.identity.create_key(self.organization, name=f"at port {port}", role="owner").text
        process = self.start("api", "--port", str(port))
        door = Door(f"http://127.0.0.1:{port}", key, process)
        self.doors.append(door)
        wait_until(door.is_ready, "the API to be ready")
        return door

    def terminate(self, process: OutriderProcess) -> int:
        """Send SIGTERM and return the exit status."""
        process.send_signal(signal.SIGTERM)
        return process.wait(40)

    def monitor(self, url: str, **fields: Any) -> str:
        """Store an HTTP monitor; returns its id."""
        return self._create(Family.MONITOR, {"name": "monitor", "type": "http", "config": {"url": url}, **fields})

    def journey(self, base_url: str, steps: list[dict[str, Any]], **fields: Any) -> str:
        """Store a journey; returns its id."""
        config = {"name": "journey", "base_url": base_url, "steps": steps}
        return self._create(Family.JOURNEY, {"name": "journey", "type": "browser", "config": config, **fields})

    def request(self, check_id: str) -> str:
        """Ask for a run as the API does; returns its id."""
        return self.engine.checks.run_now(self.organization, check_id, trigger=Trigger.CI)[0].id

    def run(self, run_id: str) -> Run:
        """Return a run."""
        with self.engine.storage.read() as tx:
            found = tx.runs.get(self.organization, run_id)
        assert found is not None
        return found

    def runs(self, check_id: str) -> list[Run]:
        """Return the runs of a check, newest first."""
        with self.engine.storage.read() as tx:
            return list(tx.runs.list(self.organization, RunQuery(check_id=check_id, limit=100)))

    def wait_for(self, run_id: str, *statuses: RunStatus, timeout_s: float = 30.0) -> Run:
        """Wait until a run has one of the statuses (any terminal one for none)."""

        def there() -> bool:
            status = self.run(run_id).status
            return status in statuses if statuses else status.is_terminal

        wait_until(there, f"run {run_id} to be {statuses or 'over'}", timeout_s)
        return self.run(run_id)

    def log_of(self, process: OutriderProcess) -> str:
        """Return what one process has logged."""
        number = self.processes.index(process)
        return next(self.folder.glob(f"{number}-*.log")).read_text(errors="replace")

    def logs(self) -> str:
        """Return what all processes have logged."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        """End every process that is left, and the test's own connections."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except TimeoutExpired:
                process.kill()
                process.wait()
        for door in self.doors:
            door.close()
        self.engine.close()

    def _create(self, family: Family, fields: dict[str, Any]) -> str:
        made = self.engine.checks.create(
            self.organization,
            family,
            CheckFields(locations=("local",), **fields),  # type: ignore[typeddict-item]
        )
        return made.check.id

    def _workers(self) -> list[str]:
        with self.engine.storage.read() as tx:
            return [beat.instance for beat in tx.heartbeats.list() if beat.component == "worker"]
