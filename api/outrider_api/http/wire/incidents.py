"""Incidents as clients write and read them."""

from typing import Annotated, cast

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.domain.alert_policies import Severity
from outrider_engine.domain.incidents import Impact, Incident, IncidentState, IncidentUpdate
from outrider_engine.errors import InvalidInput
from outrider_engine.services.incidents import IncidentFields

from .bodies import Text
from .moments import DAY_BEGINS, DAY_ENDS, Instant, Moment

OPEN = "open"
"""Stands for every state but ``resolved`` where incidents are listed."""

StateFilter = Annotated[
    str | None, Query(description="`investigating`, `identified`, `monitoring`, `resolved`; `open`: all but the last.")
]
Since = Annotated[Instant | None, DAY_BEGINS, Query(alias="from", description="Only what started then or later.")]
Until = Annotated[Instant | None, DAY_ENDS, Query(alias="to", description="Only what started then or earlier.")]


def state_filter(text: str | None) -> tuple[IncidentState | None, bool]:
    """Return the state that a list is narrowed to, and whether it is narrowed to what is open.

    Raises:
        InvalidInput: there is no such state.
    """
    if text is None or text == OPEN:
        return None, text == OPEN
    if text not in list(IncidentState):
        raise InvalidInput("is not a state", field="state", allowed=[*IncidentState, OPEN], given=text)
    return IncidentState(text), False


class UpdateBody(BaseModel):
    """The first update of an incident."""

    model_config = ConfigDict(extra="forbid")

    state: IncidentState = Field(
        default=IncidentState.INVESTIGATING, description="The state from now on; any can follow any."
    )
    body: Text = Field(min_length=1, max_length=10_000, description="What people read.")


class PostedBody(UpdateBody):
    """An update of an incident; it says in which state the incident is from then on."""

    state: IncidentState = Field(description="The state from now on; any can follow any.")


class BrilyIncidentChanges(BaseModel):
    """What clients of brily can change of an incident; absent fields keep their value, lists are replaced."""

    model_config = ConfigDict(extra="forbid")

    title: Text = Field(default="", min_length=1, max_length=200)
    state: IncidentState = Field(
        default=IncidentState.INVESTIGATING, description="A state without a word; better post an update."
    )
    severity: Severity = Field(
        default=Severity.P2, description="`p1`: core down. `p2`: degraded, with a way around it. `p3`: minor."
    )
    impact: Impact = Field(default=Impact.PARTIAL, description="How much of the service is affected.")
    affected_components: list[Text] = Field(default_factory=list, max_length=50, description="Names of parts.")
    status_page_id: Text | None = Field(default=None, min_length=1, max_length=200)
    check_ids: list[Text] = Field(default_factory=list, max_length=50, description="Monitors and journeys it is about.")
    alert_ids: list[Text] = Field(default_factory=list, max_length=50, description="Alerts it is about.")
    started_at: Instant | None = Field(default=None, description="When the trouble began; now when left out.")
    postmortem_url: Text | None = Field(default=None, max_length=2000)

    def fields(self) -> IncidentFields:
        """Return what was sent.

        Raises:
            InvalidInput: ``started_at`` is null.
        """
        given = {name: getattr(self, name) for name in IncidentFields.__annotations__ if name in self.model_fields_set}
        if "started_at" in given and given["started_at"] is None:
            raise InvalidInput("can't be null", field="started_at")
        return cast("IncidentFields", given)


class BrilyIncidentBody(BrilyIncidentChanges):
    """An incident to be opened by hand, as clients of brily write it."""

    title: Text = Field(min_length=1, max_length=200)
    initial_update: UpdateBody | None = Field(default=None, description="What is told first.")

    def first_update(self) -> tuple[IncidentState, str] | None:
        """Return the first update, if there is one."""
        first = self.initial_update
        return None if first is None else (first.state, first.body)


class IncidentChanges(BrilyIncidentChanges):
    """What can be changed of an incident; absent fields keep their value, lists are replaced."""

    project_id: Text = Field(default="", description="To which its checks and alerts belong.")


class IncidentBody(BrilyIncidentBody):
    """An incident to be opened by hand."""

    project_id: Text = Field(
        default="", description="That of its checks and alerts when left out, or the organization's default one."
    )


class UpdateOut(BaseModel):
    """What was told at one time."""

    state: IncidentState
    body: str
    posted_at: Moment

    @classmethod
    def of(cls, update: IncidentUpdate) -> "UpdateOut":
        """Show an update."""
        return cls(state=update.state, body=update.body, posted_at=update.posted_at)


class IncidentOut(BaseModel):
    """An incident with everything that was told of it."""

    id: str
    title: str
    state: IncidentState
    severity: Severity
    impact: Impact
    project_id: str
    automatic: bool = Field(description="An alert opened it, and it closes with the last alert of its check.")
    affected_components: list[str]
    status_page_id: str | None
    check_ids: list[str]
    alert_ids: list[str]
    updates: list[UpdateOut] = Field(description="Oldest first.")
    started_at: Moment
    resolved_at: Moment | None = Field(description="`null` while it is open.")
    postmortem_url: str | None
    created_at: Moment

    @classmethod
    def of(cls, incident: Incident) -> "IncidentOut":
        """Show an incident."""
        return cls(
            id=incident.id,
            title=incident.title,
            state=incident.state,
            severity=incident.severity,
            impact=incident.impact,
            project_id=incident.project_id,
            automatic=incident.alerting_check_id is not None,
            affected_components=list(incident.affected_components),
            status_page_id=incident.status_page_id,
            check_ids=list(incident.check_ids),
            alert_ids=list(incident.alert_ids),
            updates=[UpdateOut.of(update) for update in incident.updates],
            started_at=incident.started_at,
            resolved_at=incident.resolved_at,
            postmortem_url=incident.postmortem_url,
            created_at=incident.created_at,
        )
