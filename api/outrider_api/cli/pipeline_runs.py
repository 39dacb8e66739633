"""What ``outrider trigger`` was asked for: one journey with its steps, or a batch of checks with its reports."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outrider_api.client import Client
from outrider_engine.errors import InvalidInput

from .artifact_wishes import wishes_of
from .batch_triggering import Reports, follow_batch
from .connecting import connected
from .journey_values import variables_of
from .named_checks import id_of_check
from .pipeline_facts import facts_from
from .remote_options import Remote
from .triggering import follow_to_the_verdict

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRuns:
    """The options of the command; empty ones were not given."""

    tags: Sequence[str]
    match: str
    checks: Sequence[str]
    families: Sequence[str]
    project: str | None
    non_blocking_tags: Sequence[str]
    allow_empty: bool
    base_url: str | None
    variables: Sequence[str]
    environment: str | None
    locations: Sequence[str]
    artifacts: Sequence[str]
    title: str | None
    commit: str | None
    branch: str | None
    wait_s: int

    def reports(self, *, junit: Path | None, summary: Path | None, is_in_step: bool) -> Reports:
        """Return which reports are to be written.

        Raises:
            InvalidInput: this is no step of a pipeline that has a summary.
        """
        named = os.environ.get(STEP_SUMMARY)
        if is_in_step and not named:
            raise InvalidInput(f"{STEP_SUMMARY} is not set: is this a step of GitHub Actions?", field="--step-summary")
        return Reports(junit=junit, summary=summary, step_summary=Path(named) if is_in_step and named else None)

    def of_journey(self, remote: Remote, journey: str, reports: Reports) -> int:
        """Run a journey and show its steps; returns the exit status that stands for the verdict.

        Raises:
            InvalidInput: there is no such journey, or an option is for batches.
        """
        self._refuse_options_of_batches(reports)
        client, variables, artifacts = connected(remote), variables_of(self.variables), wishes_of(self.artifacts)
        return follow_to_the_verdict(
            client,
            lambda: client.journeys.trigger(
                client.journeys.find(journey).id,
                base_url=self.base_url,
                variables=variables,
                location=self.locations[0] if self.locations else None,
                environment=self.environment,
                artifacts=artifacts,
            ),
            wait_s=self.wait_s,
            as_json=remote.as_json,
        )

    def of_batch(self, remote: Remote, reports: Reports) -> int:
        """Run a batch and show its runs; returns the exit status that stands for the verdict.

        Raises:
            InvalidInput: nothing says which checks, or there is none of a name.
        """
        if not (self.tags or self.checks):
            raise InvalidInput("is required, or --check, or a journey: they say what to run", field="--tag")
        client, variables = connected(remote), variables_of(self.variables)
        return follow_batch(
            client,
            lambda: self._fields(client, variables),
            wait_s=self.wait_s,
            reports=reports,
            as_json=remote.as_json,
        )

    def _fields(self, client: Client, variables: dict[str, str]) -> dict[str, Any]:
        said = {name: text for name in ("title", "commit", "branch") if (text := getattr(self, name))}
        asked: dict[str, Any] = {
            "tags": self.tags,
            "check_ids": [id_of_check(client, check) for check in self.checks],
            "families": self.families,
            "project_id": self.project,
            "non_blocking_tags": self.non_blocking_tags,
            "base_url": self.base_url,
            "variables": variables,
            "environment": self.environment,
            "locations": self.locations,
            "artifacts": wishes_of(self.artifacts),
        }
        given = {name: value for name, value in asked.items() if value}
        more = {"match": self.match, "allow_empty": self.allow_empty}
        return facts_from(os.environ) | said | more | given

    def _refuse_options_of_batches(self, reports: Reports) -> None:
        given = {
            "--tag": self.tags,
            "--check": self.checks,
            "--family": self.families,
            "--project": self.project,
            "--non-blocking-tag": self.non_blocking_tags,
            "--all-tags": self.match == "all",
            "--allow-empty": self.allow_empty,
            "--title": self.title,
            "--commit": self.commit,
            "--branch": self.branch,
            "--location": len(self.locations) > 1,
            "--junit": reports.junit,
            "--summary": reports.summary,
            "--step-summary": reports.step_summary,
        }
        for option, is_given in given.items():
            if is_given:
                often = " more than once" if option == "--location" else ""
                problem = f"can't be given{often} beside a journey; name the journey by --check instead"
                raise InvalidInput(problem, field=option)
