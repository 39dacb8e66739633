"""The command of a suite: pytest with its options, its environment and its limits."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outrider_engine.contracts import ProcessContext
from outrider_engine.domain.artifact_policies import by_kind_of
from outrider_journeys.browsers import SWITCHES

from .inside import DESCRIPTORS, LAUNCH
from .layers import Layers
from .projects import Project
from .settings import SuiteSettings

REPORTER = "outrider_plugins.suite.inside.reporter"
PACKAGES = "OUTRIDER_SUITE_PACKAGES"
_PASSED_ON = (
    "TZ",
    "LD_LIBRARY_PATH",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "PLAYWRIGHT_BROWSERS_PATH",
    "OUTRIDER_SLOT",
)
_TRACING = {"always": "on", "on_failure": "retain-on-failure", "never": "off"}
_PICTURES = {"always": "on", "on_failure": "only-on-failure", "never": "off"}
_LIMITS = {"CORE": 0, "NOFILE": 4096, "NPROC": 512}
"""``NPROC`` counts threads; a browser has some hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a suite finds on this machine."""

    layers: Layers
    environment: Mapping[str, str] = field(repr=False)
    shown: tuple[str, ...]
    program: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptors:
    """What a suite's processes get: where to tell, where to read what is given, where to hand out the way out."""

    report: int
    given: int
    hand: int | None


def orders(
    settings: SuiteSettings,
    context: ProcessContext,
    around: Surroundings,
    project: Project,
    descriptors: Descriptors,
    *,
    port: int | None,
) -> dict[str, Any]:
    """Return the warden's orders. ``port`` is that of the way out; ``None``: the network stays as it is."""
    launch = {"proxy": context.proxy, "args": SWITCHES, "program": around.program}
    environment = {
        **_environment(around.environment, project, context.proxy),
        DESCRIPTORS: f"{descriptors.report},{descriptors.given}",
        LAUNCH: json.dumps(launch),
    }
    return {
        "command": [sys.executable, "-P", "-m", "pytest", *_options(settings, context, project)],
        "environment": environment,
        "folder": str(project.inside / "project"),
        "user": around.layers.user,
        "limits": {**_LIMITS, "CPU": round(2 * context.timeout_s) + 10},
        "keep": [descriptors.report, descriptors.given],
        **(
            {"root": str(project.root), "own": [str(project.outside), str(project.inside)], "shown": around.shown}
            if project.root is not None
            else {}
        ),
        **({"port": port, "hand": descriptors.hand} if port is not None else {}),
    }


def policies(settings: SuiteSettings, context: ProcessContext) -> Mapping[str, str]:
    """Return when ``trace`` and ``screenshots`` are kept: as the suite says, and as who asked for the run says.

    Pictures can't be searched for secrets, so there are none where there are secrets.
    """
    wished = {"trace": settings.trace, **by_kind_of(context.artifacts), **context.artifact_policies}
    return {**wished, "screenshots": "never"} if context.secrets else wished


def handed(settings: SuiteSettings, context: ProcessContext) -> dict[str, Any]:
    """Return the values that the suite's pytest reads from its descriptor."""
    every = {**context.variables, **context.secrets}
    chosen = {name: every[name] for name in settings.environment_variables if name in every}
    return {"variables": dict(context.variables), "secrets": dict(context.secrets), "environment": chosen}


def _options(settings: SuiteSettings, context: ProcessContext, project: Project) -> list[str]:
    kept = policies(settings, context)
    base_url = context.base_url or settings.base_url
    return [
        *("-p", REPORTER, "--color=no"),
        *("-o", f"cache_dir={project.inside / 't' / 'cache'}"),
        f"--output={project.inside / 'results'}",
        f"--tracing={_TRACING[kept['trace']]}",
        f"--screenshot={_PICTURES[kept['screenshots']]}",
        "--video=off",
        *([f"--base-url={base_url}"] if base_url else []),
        *(["-k", settings.keyword] if settings.keyword else []),
        *(["-m", settings.markers] if settings.markers else []),
        *settings.select,
    ]


def _environment(parent: Mapping[str, str], project: Project, proxy: str | None) -> dict[str, str]:
    proxies = {f"{name}_PROXY": proxy for name in ("HTTP", "HTTPS", "ALL")} if proxy else {}
    packages = parent.get(PACKAGES)
    return {
        **{name: parent[name] for name in _PASSED_ON if name in parent},
        **proxies,
        **{name.lower(): value for name, value in proxies.items()},
        **({"PYTHONPATH": packages} if packages else {}),
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(project.inside / "home"),
        "TMPDIR": str(project.inside / "t"),
        "USER": "suite",
        "LANG": parent.get("LANG", "C.UTF-8"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }
