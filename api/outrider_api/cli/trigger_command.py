"""``trigger``: runs on a server, now, and their verdict; for pipelines."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from outrider_engine.domain.checks import Family

from .base_url_option import base_url_option
from .options import Artifacts
from .remote_options import Remote, asks_a_server

BaseUrl: TypeAlias = Annotated[str | None, base_url_option("Another site than the definition says.")]
Variables: TypeAlias = Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A variable; repeatable.")]
InEnvironment: TypeAlias = Annotated[
    str | None, typer.Option("--environment", help="Name or id of an environment to run in; else the definition's.")
]
Location: TypeAlias = Annotated[str | None, typer.Option(help="Run there; without it, wherever the definition says.")]
Locations: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--location", metavar="NAME", help="Run there; else wherever the definition says; repeatable."),
]
Tags: TypeAlias = Annotated[
    list[str] | None, typer.Option("--tag", metavar="TAG", help="Run all checks with this tag; repeatable.")
]
AllTags: TypeAlias = Annotated[bool, typer.Option("--all-tags", help="Only checks that have all of the tags.")]
Checks: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--check", metavar="NAME|ID", help="And this monitor, API monitor or journey; repeatable."),
]
Families: TypeAlias = Annotated[
    list[Family] | None,
    typer.Option("--family", help="Only checks of this family; repeatable."),
]
Project: TypeAlias = Annotated[str | None, typer.Option("--project", metavar="ID", help="Only checks of this project.")]
NonBlocking: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--non-blocking-tag", metavar="TAG", help="The verdict does not depend on these; repeatable."),
]
AllowEmpty: TypeAlias = Annotated[bool, typer.Option("--allow-empty", help="Pass when there is nothing to run.")]
Title: TypeAlias = Annotated[str | None, typer.Option(help="What people see first.")]
Commit: TypeAlias = Annotated[str | None, typer.Option(help="Else as the pipeline's environment says.")]
Branch: TypeAlias = Annotated[str | None, typer.Option(help="The same.")]
Wait: TypeAlias = Annotated[
    int, typer.Option(min=0, max=3600, help="Seconds to wait for the verdict; 0 only starts the runs.")
]
JUnit: TypeAlias = Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit's XML there.")]
Summary: TypeAlias = Annotated[Path | None, typer.Option(metavar="FILE", help="Write a summary in Markdown there.")]
StepSummary: TypeAlias = Annotated[
    bool, typer.Option("--step-summary", help="Append the summary to the file that $GITHUB_STEP_SUMMARY names.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(asks_a_server(trigger))


def trigger(
    remote: Remote,
    journey: Annotated[str | None, typer.Argument(help="Id or name of a journey; its steps are shown.")] = None,
    *,
    tag: Tags = None,
    all_tags: AllTags = False,
    check: Checks = None,
    family: Families = None,
    project: Project = None,
    non_blocking_tag: NonBlocking = None,
    allow_empty: AllowEmpty = False,
    base_url: BaseUrl = None,
    var: Variables = None,
    environment: InEnvironment = None,
    location: Locations = None,
    artifacts: Artifacts = None,
    title: Title = None,
    commit: Commit = None,
    branch: Branch = None,
    wait: Wait = 300,
    junit: JUnit = None,
    summary: Summary = None,
    step_summary: StepSummary = False,
) -> None:
    """Run a journey, or all checks of a tag, on a server and wait for the verdict.

    Ends with 0 when all is up, 1 when a site failed, 2 when a check or a value is wrong, 3 when the fault is on our
    side or there is no verdict in time.
    """
    from .pipeline_runs import PipelineRuns

    asked = PipelineRuns(
        tags=tag or (), match="all" if all_tags else "any", checks=check or (), families=family or (), project=project,
        non_blocking_tags=non_blocking_tag or (), allow_empty=allow_empty, base_url=base_url, variables=var or (),
        environment=environment, locations=location or (), artifacts=artifacts or (), title=title,
        commit=commit, branch=branch, wait_s=wait,
    )  # fmt: skip
    files = asked.reports(junit=junit, summary=summary, is_in_step=step_summary)
    raise typer.Exit(asked.of_journey(remote, journey, files) if journey else asked.of_batch(remote, files))
