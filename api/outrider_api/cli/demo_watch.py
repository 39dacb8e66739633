"""What the demonstration shows: the first runs as they happen, and later every run as it ends."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from rich.console import Console
from rich.text import Text

from outrider_api.client import Alert, Client, Run
from outrider_engine.domain.verdicts import Verdict

from .demo_upload import Uploaded
from .run_lines import end_line, shown_step
from .signals import StopRequest
from .step_list import MARKS, StepList, duration

_POLL_S = 0.1
_LOOK_EVERY_S = 1.0
_ALERT_WITHIN_S = 5.0
_SHOWN_RUNS = 50
_SHOWN_ALERTS = 20
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
AnyT = TypeVar("AnyT", Run, Alert)


class DemoWatch:
    """Shows what happens; asks the API as any client would, until the end is ``asked`` for."""

    def __init__(self, console: Console, client: Client, asked: StopRequest) -> None:
        self._console = console
        self._client = client
        self._asked = asked
        self._names: dict[str, str] = {}
        self._seen: set[tuple[str, str]] = set()
        self._open_before: set[str] = set()

    def first_runs(self, uploaded: Uploaded) -> Run:
        """Run everything once and show it; returns the run of the journey, as far as it got."""
        watched = (uploaded.journey, *uploaded.monitors)
        self._names = {check.id: check.name for check in watched}
        self._remember_what_was()
        walked = self._client.journeys.run(uploaded.journey.id)
        probed = [self._client.monitors.run(monitor.id) for monitor in uploaded.monitors]
        self._head("Walking the shop in a real browser")
        with StepList(self._console, [step["name"] for step in uploaded.journey.raw["steps"]]) as steps:
            walked = self._follow(walked.id, steps)
        self._show_end(walked)
        self._head("Watching four addresses")
        for run in probed:
            self._show_run(self._follow(run.id), clock=False)
        self._show_alert(uploaded.monitors[-1].id)
        self._seen |= {(run.id, "over") for run in (walked, *probed)}
        return walked

    def go_on(self) -> None:
        """Show every run and alert that follows, until asked to stop."""
        while not self._asked.wait(_LOOK_EVERY_S):
            recent = self._newest_runs()
            over = [run for run in recent if run.is_over]
            fresh = self._fresh(over, lambda run: (run.id, "over"))
            for run in sorted(fresh, key=lambda run: run.completed_at or _LONG_AGO):
                self._show_run(run, clock=True)
            alerts = self._newest_alerts()
            for alert in reversed(list(self._fresh(alerts, lambda alert: (alert.id, alert.status)))):
                self._console.print(_alert_line(alert), soft_wrap=True)

    def _remember_what_was(self) -> None:
        """Take what the last start left as seen: only what happens after this one is shown."""
        alerts = self._newest_alerts()
        self._open_before = {alert.id for alert in alerts if alert.status == "open"}
        self._seen |= {(alert.id, alert.status) for alert in alerts}
        recent = self._newest_runs()
        self._seen |= {(run.id, "over") for run in recent if run.is_over}

    def _fresh(self, found: Iterable[AnyT], key: Any) -> Iterable[AnyT]:
        for each in found:
            if key(each) not in self._seen:
                self._seen.add(key(each))
                yield each

    def _follow(self, run_id: str, steps: StepList | None = None) -> Run:
        while True:
            run = self._client.runs.get(run_id)
            for step in run.steps[steps.shown :] if steps else ():
                assert steps is not None
                steps.ended(shown_step(step))
            if run.is_over or self._asked.wait(_POLL_S):
                return run

    def _newest_runs(self) -> list[Run]:
        return list(islice(self._client.runs.list(page_size=_SHOWN_RUNS), _SHOWN_RUNS))

    def _newest_alerts(self) -> list[Alert]:
        return list(islice(self._client.alerts.list(), _SHOWN_ALERTS))

    def _show_end(self, run: Run) -> None:
        if run.is_over:
            self._console.print(end_line(run), soft_wrap=True)

    def _show_run(self, run: Run, *, clock: bool) -> None:
        if not run.is_over:
            return
        mark, style = MARKS[Verdict(run.status)]
        when = f"{_clock(run.completed_at)} " if clock else ""
        took = duration(run.duration_ms or 0)
        name = self._names.get(run.check_id, run.check_id)
        line = Text.assemble(f"  {when}", (mark, style), f" {name:<24.40} ", (f"{took:>9}", "dim"))
        if run.error:
            line.append(f"  {run.error}", style=style)
        self._console.print(line, soft_wrap=True)

    def _show_alert(self, resource_id: str) -> None:
        for _ in range(round(_ALERT_WITHIN_S / _POLL_S)):
            found = list(self._client.alerts.list(status="open", resource_id=resource_id))
            if found or self._asked.wait(_POLL_S):
                break
        else:
            return
        for alert in found:
            self._seen.add((alert.id, alert.status))
            self._head("Alert")
            is_old = alert.id in self._open_before
            self._console.print(_old_alert_line(alert) if is_old else _alert_line(alert), soft_wrap=True)

    def _head(self, title: str) -> None:
        self._console.print()
        self._console.print(Text(title, style="bold"))


def _clock(moment: datetime | None, form: str = "%H:%M:%S") -> str:
    return f"{moment.astimezone():{form}}" if moment else "?"


def _old_alert_line(alert: Alert) -> Text:
    told = ("▲ alert", "bold red")
    return Text.assemble(
        "  ",
        told,
        f" still open from an earlier start, since {_clock(alert.triggered_at, '%Y-%m-%d %H:%M:%S')}: {alert.message}",
    )


def _alert_line(alert: Alert) -> Text:
    is_open = alert.status == "open"
    when = _clock(alert.triggered_at if is_open else alert.resolved_at)
    mark, style = ("▲ alert", "bold red") if is_open else ("▽ over", "bold green")
    return Text.assemble(f"  {when} ", (mark, style), f" {alert.message}")
