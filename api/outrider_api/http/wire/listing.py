"""How lists of definitions are searched and sorted."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal, TypeVar

from fastapi import Depends, Query

from outrider_api.http.answers import Page, Paging
from outrider_engine.domain.alerts import RuleType
from outrider_engine.domain.checks import CheckStatus
from outrider_engine.errors import InvalidInput
from outrider_engine.ports.alert_repository import ChannelQuery, RuleQuery
from outrider_engine.ports.check_repository import CheckQuery
from outrider_engine.ports.environment_repository import EnvironmentQuery, VariableQuery
from outrider_engine.ports.listing import DefinitionQuery, SortKey
from outrider_engine.ports.login_state_repository import LoginStateQuery
from outrider_engine.services.check_types import CheckTypes

from .spelling import API_MONITORS, MONITORS, Spelling

QueryT = TypeVar("QueryT", bound=DefinitionQuery)

_Named = Annotated[str | None, Query(max_length=200, description="Only those that have this in their name.")]
_Enabled = Annotated[bool | None, Query(description="Only those that are switched on, or off.")]
_Order = Annotated[Literal["asc", "desc"], Query(description="Up, or down.")]
_Sort = Annotated[Literal["name", "created_at"], Query(description="By what they are sorted.")]
_CheckSort = Annotated[Literal["name", "created_at", "updated_at"], Query(description="By what they are sorted.")]
_Type = Annotated[str | None, Query(description="Only those of this type.")]
_Status = Annotated[CheckStatus | None, Query(description="Only those in this state.")]
_Tag = Annotated[str | None, Query(description="Only those that have this tag.")]
_Location = Annotated[str | None, Query(description="Only those that run at this location.")]
InProject = Annotated[str | None, Query(description="Only those of this project.")]
_About = Annotated[str | None, Query(description="Only rules about this monitor, API monitor or journey.")]
_Channel = Annotated[str | None, Query(description="Only rules that tell this channel.")]


@dataclass(frozen=True, slots=True)
class Ordering:
    """Which page of those with a name is asked for, and in which order."""

    page: Page
    named: str | None
    sort: str
    order: str

    def of(self, query: QueryT) -> QueryT:
        """Return a query for that part of what another one finds."""
        return replace(
            query,
            named=self.named,
            sort=SortKey(self.sort),
            descending=self.order == "desc",
            page=self.page.page,
            per_page=self.page.per_page,
        )


async def ordering_of(paging: Paging, q: _Named = None, sort: _Sort = "created_at", order: _Order = "asc") -> Ordering:
    """Return which part of a list a request asks for."""
    return Ordering(paging, q, sort, order)


async def ordering_with_changes_of(
    paging: Paging, q: _Named = None, sort: _CheckSort = "created_at", order: _Order = "asc"
) -> Ordering:
    """Return which part of a list a request asks for, of definitions that keep the time of their last change."""
    return Ordering(paging, q, sort, order)


_Ordering = Annotated[Ordering, Depends(ordering_of)]
_OrderingWithChanges = Annotated[Ordering, Depends(ordering_with_changes_of)]


async def check_query_of(  # noqa: PLR0917 - FastAPI calls it by name
    ordering: _OrderingWithChanges,
    type: _Type = None,
    status: _Status = None,
    enabled: _Enabled = None,
    tag: _Tag = None,
    location: _Location = None,
    project_id: InProject = None,
) -> CheckQuery:
    """Return which checks a request asks for; their type as it was written."""
    switched = None if enabled is None else CheckStatus.ACTIVE if enabled else CheckStatus.PAUSED
    if switched is not None and status not in (None, switched):
        raise InvalidInput("says something else than status", field="enabled")
    return ordering.of(
        CheckQuery(type=type, status=status or switched, tag=tag, location=location, project_id=project_id)
    )


def of_family(asked: CheckQuery, spelling: Spelling, types: CheckTypes) -> CheckQuery:
    """Return a query for the checks of one family.

    Raises:
        InvalidInput: it has no such type.
    """
    kind = None if asked.type is None else spelling.kind_of(asked.type, types)
    return replace(asked, family=spelling.family, type=kind)


def of_monitors(asked: CheckQuery, types: CheckTypes) -> CheckQuery:
    """Return a query for monitors; for API monitors where their type is asked for, which izli counts among the others.

    Raises:
        InvalidInput: there is no such type.
    """
    return of_family(asked, API_MONITORS if asked.type == API_MONITORS.default_kind else MONITORS, types)


async def channel_query_of(ordering: _Ordering, type: _Type = None, enabled: _Enabled = None) -> ChannelQuery:
    """Return which channels a request asks for."""
    return ordering.of(ChannelQuery(type=type, enabled=enabled))


async def rule_query_of(  # noqa: PLR0917 - FastAPI calls it by name
    ordering: _Ordering,
    type: Annotated[RuleType | None, Query(description="Only those of this type.")] = None,
    enabled: _Enabled = None,
    resource_id: _About = None,
    channel_id: _Channel = None,
    project_id: InProject = None,
) -> RuleQuery:
    """Return which rules a request asks for."""
    return ordering.of(
        RuleQuery(type=type, enabled=enabled, check_id=resource_id, channel_id=channel_id, project_id=project_id)
    )


async def definition_query_of(ordering: _OrderingWithChanges) -> DefinitionQuery:
    """Return which definitions a request asks for that are told apart by their names alone."""
    return ordering.of(DefinitionQuery())


async def environment_query_of(ordering: _OrderingWithChanges, project_id: InProject = None) -> EnvironmentQuery:
    """Return which environments a request asks for."""
    return ordering.of(EnvironmentQuery(project_id=project_id))


async def variable_query_of(ordering: _OrderingWithChanges, project_id: InProject = None) -> VariableQuery:
    """Return which variables a request asks for."""
    return ordering.of(VariableQuery(project_id=project_id))


async def login_state_query_of(ordering: _Ordering, project_id: InProject = None) -> LoginStateQuery:
    """Return which login states a request asks for."""
    return ordering.of(LoginStateQuery(project_id=project_id))


AskedDefinitions = Annotated[DefinitionQuery, Depends(definition_query_of)]
AskedEnvironments = Annotated[EnvironmentQuery, Depends(environment_query_of)]
AskedVariables = Annotated[VariableQuery, Depends(variable_query_of)]
AskedLoginStates = Annotated[LoginStateQuery, Depends(login_state_query_of)]
AskedChecks = Annotated[CheckQuery, Depends(check_query_of)]
AskedChannels = Annotated[ChannelQuery, Depends(channel_query_of)]
AskedRules = Annotated[RuleQuery, Depends(rule_query_of)]
