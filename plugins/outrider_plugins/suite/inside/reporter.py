"""The plugin of a suite's pytest: tells what happens as it happens, and hands out what the suite was given.

It is loaded by ``-p``. Two variables of the environment say which file descriptors are its own and how browsers start;
in the worker processes of pytest-xdist there are no descriptors, and the main process tells and hands out for them.
"""

import json
import os
from collections.abc import Generator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TextIO, cast

import pytest

from outrider_journeys.given import hand_over
from outrider_journeys.stepping import StepRecord

from . import DESCRIPTORS, LAUNCH
from .launching import start_browsers_as

_MOST_TESTS = 5000
_LONGEST_ERROR = 4000
_FILES = {
    "playwright_trace": "trace",
    "playwright_screenshot": "screenshot",
    "outrider_screenshot": "screenshot",
}


def pytest_configure(config: pytest.Config) -> None:
    """Take what the suite is given, before any of its own code runs."""
    start_browsers_as(json.loads(os.environ.get(LAUNCH, "{}")))
    given = _given(config)
    hand_over(variables=given["variables"], secrets=given["secrets"])
    os.environ.update(given["environment"])
    config.pluginmanager.register(_Reporter(_channel(config), given), "outrider-suite")


class _Reporter:
    """Tells of the tests, one JSON object a line."""

    def __init__(self, channel: TextIO | None, given: dict[str, Any]) -> None:
        self._channel = channel
        self._given = given

    def tell(self, kind: str, **facts: Any) -> None:
        """Tell something; whoever listened may be gone."""
        if self._channel is not None:
            with suppress(OSError, ValueError):
                self._channel.write(json.dumps({"kind": kind, **facts}) + "\n")
                self._channel.flush()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand a worker of xdist what it can't read itself."""
        node.workerinput["outrider_given"] = self._given
        self.tell("parallel")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell which tests there are."""
        self.tell("collected", tests=[item.nodeid for item in session.items[:_MOST_TESTS]])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell what could not be collected."""
        if report.failed:
            self.tell("problem", where=report.nodeid, text=_shortened(report.longreprtext))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Tell that a test begins."""
        self.tell("began", test=nodeid, at=datetime.now(UTC).isoformat())

    @pytest.hookimpl(optionalhook=True)
    def pytest_outrider_step_ended(self, item: pytest.Item, step: StepRecord) -> None:
        """Tell of a step at once."""
        self.tell("step", test=item.nodeid, **step.plain())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add to the report what ended the test, for the main process."""
        report = yield
        if call.excinfo is not None:
            cast("Any", report).outrider_problem = _problem(call.excinfo)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell how a phase of a test ended, with the steps that xdist's workers could not tell."""
        problem = getattr(report, "outrider_problem", None)
        self.tell(
            "phase",
            test=report.nodeid,
            phase=report.when,
            outcome=report.outcome,
            expected=hasattr(report, "wasxfail"),
            ms=report.duration * 1000,
            at=datetime.now(UTC).isoformat(),
            problem=problem,
            text=_shortened(report.longreprtext) if report.failed else None,
            steps=getattr(report, "outrider_steps", []),
            files=[[_FILES[name], str(path)] for name, path in report.user_properties if name in _FILES],
        )

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell that a test is over."""
        self.tell("ended", test=nodeid)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Tell that pytest, or a plugin of the suite, broke."""
        self.tell("problem", where="pytest", text=_shortened(str(excrepr)))

    def pytest_unconfigure(self) -> None:
        """Tell that this is the end."""
        self.tell("finished")


def _problem(raised: pytest.ExceptionInfo[BaseException]) -> dict[str, Any]:
    """Return what was raised; a journey knows better than the name of an exception what it means."""
    failure = getattr(raised.value, "failure", None) if raised.typename == "JourneyFailed" else None
    if failure is None:
        return {"sort": raised.typename, "text": _shortened(raised.exconly())}
    text = _shortened(failure.message)
    return {"sort": raised.typename, "text": text, "verdict": failure.verdict.value, "reason": failure.reason.value}


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _given(config: pytest.Config) -> dict[str, Any]:
    if _is_worker(config):
        given: dict[str, Any] = config.workerinput["outrider_given"]  # type: ignore[attr-defined]  # by xdist
        return given
    descriptor = int(os.environ[DESCRIPTORS].split(",")[1])
    with os.fdopen(descriptor, encoding="utf-8") as file:
        read: dict[str, Any] = json.load(file)
    return read


def _channel(config: pytest.Config) -> TextIO | None:
    if _is_worker(config):
        return None
    descriptor = int(os.environ.pop(DESCRIPTORS).split(",")[0])
    os.set_inheritable(descriptor, False)
    return os.fdopen(descriptor, "w", encoding="utf-8")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_ERROR else f"{text[:_LONGEST_ERROR]}… ({len(text)} characters)"
