"""The bodies of monitors, API monitors and journeys, without the settings of their check types."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr


def _as_text(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


Text = Annotated[str, Field(strict=True)]
Count = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Seconds = Annotated[float, Field(strict=True, description="Seconds.")]
Plain = Annotated[StrictStr | StrictInt | StrictFloat | StrictBool, AfterValidator(_as_text)]
State = Literal["active", "paused"]


class CheckBody(BaseModel):
    """What monitors and journeys have in common; absent fields keep their value (or default)."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(default="", min_length=1, max_length=200, description="What people call it.")
    type: Text = Field(default="", description="What kind of check it is.")
    description: Text = ""
    status: State = Field(default="active", description="Paused checks are not scheduled, but can be run on demand.")
    locations: list[Text] = Field(
        default_factory=list, description="Where it runs from, each on its own; one location when left out."
    )
    cron: Text | None = Field(default=None, description="Five-field cron expression, instead of an interval.")
    timezone: Text | None = Field(default=None, description="IANA time zone of `cron` (UTC).")
    max_retries: Count = Field(default=0, ge=0, le=5, description="Further tries in a run that did not pass.")
    tags: list[Text] = Field(default_factory=list)
    variables: dict[str, Plain] = Field(default_factory=dict, description="Values for `{{name}}`.")
    secrets: dict[str, Text | None] | list[Text] = Field(
        default_factory=dict,
        description="Secret values for `{{NAME}}`: stored encrypted, never shown; `null` removes one. "
        "Journeys may also list the names that they need.",
    )
    environment: Text | None = Field(
        default=None, description="Name or id of the environment whose variables and base URL it finds."
    )
    project_id: Text = Field(
        default="", description="The project to which it belongs; the organization's default one when left out."
    )
    assertions: list[dict[str, Any]] = Field(
        default_factory=list, description="What must hold; the check type's own judgement when left out."
    )
    quorum: Annotated[int, Field(strict=True)] | None = Field(
        default=None,
        description="How many of its locations must be failing before it opens an alert of its own, without any rule.",
    )
    alert_policy: dict[str, Any] | None = Field(
        default=None,
        description="Its own alert, replaced whole: `severity` (`p1` to `p3`; `p2`), `consecutive_failures` (1), "
        "`escalate_after_minutes`, `slack_channel`. With it and without `quorum`, more than half must fail.",
    )
    side_effects: Flag = Field(default=False, description="Running twice would harm: a lost run is not repeated.")
    config: dict[str, Any] = Field(default_factory=dict, description="All settings of the check type, by name.")
    version_message: Text = Field(
        default="", max_length=500, description="What is said about the change; kept with the version that it makes."
    )


class MonitorBody(CheckBody):
    """A monitor; the settings of its type may stand beside these fields, or under `config`."""

    interval: Annotated[int, Field(strict=True, ge=10, le=86_400)] | None = Field(
        default=60, description="Seconds between runs; they lie on a grid."
    )
    timeout: Seconds = Field(default=30.0, ge=0.1, le=3600)
    retries: Count = Field(default=0, ge=0, le=5, description="The same as `max_retries`.")


class ApiMonitorBody(CheckBody):
    """An API monitor; its steps stand beside these fields."""

    interval: Annotated[int, Field(strict=True, ge=10, le=86_400)] | None = Field(
        default=60, description="Seconds between runs; they lie on a grid."
    )
    timeout: Seconds = Field(default=60.0, ge=0.1, le=3600, description="Seconds for all steps of each try.")


class JourneyBody(CheckBody):
    """A journey; without an interval or cron expression it runs on demand only."""

    interval_seconds: Annotated[int, Field(strict=True, ge=10, le=86_400)] | None = Field(
        default=None, description="Seconds between runs; they lie on a grid."
    )
    timeout_seconds: Seconds = Field(default=60.0, ge=0.1, le=3600, description="Seconds for each try.")
    primary_location: Text | None = Field(default=None, description="The first of `locations`.")
