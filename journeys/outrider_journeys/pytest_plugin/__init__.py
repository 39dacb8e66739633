"""The pytest plugin: journey files are tests, and the steps of tests are in reports.

pytest loads this wherever Outrider is installed, also for tests that have nothing to do with it. So nothing is imported
here that pytest has not loaded anyway, and nothing is done but comparing the names of files (PYTEST_DONT_REWRITE).
"""

from collections.abc import Generator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from outrider_journeys.stepping import StepRecord, Watch, watched

STEPS = pytest.StashKey[list[StepRecord]]()
"""The steps that a test has ended so far."""
PATTERNS = ("*.journey.yaml", "*.journey.yml", "*.journey.json")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what journeys may be given; the browser's options are those of pytest-playwright."""
    group = parser.getgroup("outrider", "Outrider journeys")
    group.addoption(
        "--outrider-var",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="A variable of journeys; repeatable. The environment's OUTRIDER_VAR_NAME is one, too.",
    )
    group.addoption(
        "--outrider-timeout",
        type=float,
        default=None,
        metavar="SECONDS",
        help="Seconds for a whole journey that says nothing else (120).",
    )
    group.addoption(
        "--outrider-login-states",
        default=None,
        metavar="FOLDER",
        help="Private folder in which journeys keep login states for later runs.",
    )
    parser.addini("outrider_journeys", "Names of the files that are journeys.", type="args", default=list(PATTERNS))
    parser.addini("outrider_variables", "Variables of journeys, a NAME=VALUE a line.", type="linelist", default=[])
    parser.addini("outrider_timeout", "Seconds for a whole journey that says nothing else.", default="120")


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Let other plugins hear of steps as they end."""
    from . import hooks  # noqa: PLC0415 - see above

    pluginmanager.add_hookspecs(hooks)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect journey files; whatever they need is imported with the first of them."""
    if not any(fnmatch(file_path.name, pattern) for pattern in parent.config.getini("outrider_journeys")):
        return None
    from .collecting import JourneyFile  # noqa: PLC0415 - see above

    return JourneyFile.from_parent(parent, path=file_path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Hear of the steps that a test takes."""

    def contexts() -> Any:
        from .contexts import contexts_of  # noqa: PLC0415 - see above

        return contexts_of(item)

    def ended(step: StepRecord) -> None:
        item.ihook.pytest_outrider_step_ended(item=item, step=step)

    with watched(Watch(ended, contexts)):
        return (yield)


def pytest_outrider_step_ended(item: pytest.Item, step: StepRecord) -> None:
    """Keep a step for the reports of its test."""
    from .reporting import keep  # noqa: PLC0415 - see above

    keep(item, step)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell the steps of a test that has some."""
    report = yield
    if STEPS in item.stash:
        from .reporting import tell  # noqa: PLC0415 - see above

        tell(item, report)
    return report
