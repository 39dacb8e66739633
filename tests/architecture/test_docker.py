"""The container files: accepted by Compose when it is installed, without secrets, and in step with the command line."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

FILLED = {"POSTGRES_PASSWORD": "a", "OUTRIDER_SECRET_KEY": "b", "OUTRIDER_BOOTSTRAP_API_KEY": "c"}


def compose_command() -> list[str]:
    """The installed Compose, new or old; skips when there is none."""
    for command in (["docker", "compose"], ["docker-compose"]):
        found = shutil.which(command[0])
        if found and subprocess.run([*command, "version"], capture_output=True, check=False).returncode == 0:
            return command
    pytest.skip("Compose is not installed")


@pytest.fixture
def folder(root: Path) -> Path:
    return root / "docker"


@pytest.fixture
def services(folder: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((folder / "compose.yaml").read_text())["services"])


def configured(folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*compose_command(), "--env-file", ".env.example", "-f", "compose.yaml", "config"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_compose_accepts_the_file(folder: Path) -> None:
    done = configured(folder, FILLED)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("variable", FILLED)
def test_compose_refuses_to_start_without_a_secret(folder: Path, variable: str) -> None:
    done = configured(folder, {**FILLED, variable: ""})
    assert done.returncode != 0
    assert "is empty, see docker/.env.example" in done.stderr


def test_workers_serve_two_locations_and_one_service_upgrades_the_database(services: dict[str, Any]) -> None:
    workers = [service["command"] for name, service in services.items() if name.startswith("worker-")]
    assert len({command[command.index("--location") + 1] for command in workers}) == 2
    assert services["upgrade"]["command"] == ["db", "upgrade"]


def test_redis_keeps_hints_on_disk_and_evicts_nothing(services: dict[str, Any]) -> None:
    command = services["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"


def test_images_run_as_a_user_without_rights_under_an_init(folder: Path) -> None:
    stages = re.split(r"^FROM ", (folder / "Dockerfile").read_text(), flags=re.MULTILINE)
    final = [stage for stage in stages if " AS server" in stage or " AS worker" in stage]
    assert len(final) == 2
    assert all(re.findall(r"^USER (\w+)$", stage, re.MULTILINE)[-1:] == ["outrider"] for stage in final)
    assert all("HEALTHCHECK" in stage for stage in final)
    assert 'ENTRYPOINT ["tini", "--", "outrider"]' in (folder / "Dockerfile").read_text()


def test_the_browser_is_in_the_worker_image_only(folder: Path) -> None:
    server, worker = (folder / "Dockerfile").read_text().split("FROM base AS worker")
    assert "chromium" not in server
    assert "chromium-headless-shell" in worker


def test_no_secret_is_in_the_files(folder: Path) -> None:
    example = (folder / ".env.example").read_text()
    assert not re.findall(
        r"^(?:POSTGRES_PASSWORD|OUTRIDER_SECRET_KEY|OUTRIDER_BOOTSTRAP_API_KEY)=.+$", example, re.MULTILINE
    )
    assert not re.search(r"(?:ARG|ENV) .*(?:KEY|PASSWORD|SECRET)", (folder / "Dockerfile").read_text())


def test_the_seccomp_profile_lets_the_sandbox_in_and_keeps_the_kernel_closed(folder: Path) -> None:
    profile = json.loads((folder / "seccomp.json").read_text())
    denied = {name for rule in profile["syscalls"] for name in rule["names"]}
    assert not denied & {"clone", "clone3", "unshare", "chroot"}
    assert denied >= {"bpf", "keyctl", "mount", "ptrace", "userfaultfd", "kexec_load", "io_uring_setup"}
