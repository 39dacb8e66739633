"""Usage and plans as clients read them."""

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.domain.plans import Plan, PlanLimits
from outrider_engine.services.billing import Usage

from .bodies import Text
from .moments import Moment


class CheckoutBody(BaseModel):
    """The plan that is wanted."""

    model_config = ConfigDict(extra="forbid")

    plan_id: Text = Field(description="The `id` of one of the plans.")


class AddressOut(BaseModel):
    """Where to go on."""

    url: str


class LimitsOut(BaseModel):
    """What a plan allows; `null` is no limit."""

    monitors: int | None = Field(description="Active monitors and API monitors.")
    browser_runs: int | None = Field(description="Executions of journeys a month, each location counted.")
    api_runs: int | None = Field(description="Executions of API monitors a month, each location counted.")
    members: int | None = Field(description="People in the organization, invited ones counted.")
    shortest_interval_seconds: int | None
    locations: int | None = Field(description="Of one check.")
    api_calls: int | None = Field(description="Calls of the API a month, by all keys.")
    retention_days: int | None = Field(
        description="Days for which runs are kept: the plan's, or the server's where these are fewer."
    )

    @classmethod
    def of(cls, limits: PlanLimits) -> "LimitsOut":
        """Show limits."""
        return cls(**{name: getattr(limits, name) for name in cls.model_fields})


class PlanOut(BaseModel):
    """A plan that this server offers."""

    id: str
    name: str
    price_monthly: float | None
    limits: LimitsOut

    @classmethod
    def of(cls, plan: Plan) -> "PlanOut":
        """Show a plan."""
        return cls(id=plan.id, name=plan.name, price_monthly=plan.price_monthly, limits=LimitsOut.of(plan.limits))


class UsedOut(BaseModel):
    """How much of something is used."""

    used: int
    limit: int | None = Field(description="`null`: no limit.")


class UsageOut(BaseModel):
    """What an organization uses, and has used in this calendar month (UTC)."""

    period_start: Moment
    period_end: Moment
    plan: PlanOut
    monitors: UsedOut = Field(description="Active monitors and API monitors.")
    browser_runs: UsedOut = Field(description="Executions of journeys, each location counted.")
    api_runs: UsedOut = Field(description="Executions of API monitors, each location counted.")
    members: UsedOut = Field(description="People in the organization, invited ones counted.")
    api_calls: UsedOut
    retention_days: int | None = Field(description="Days for which runs are kept.")

    @classmethod
    def of(cls, usage: Usage) -> "UsageOut":
        """Show usage."""
        limits = usage.plan.limits
        names = ("monitors", "browser_runs", "api_runs", "members", "api_calls")
        used = {name: UsedOut(used=getattr(usage, name), limit=getattr(limits, name)) for name in names}
        return cls(
            period_start=usage.period_start,
            period_end=usage.period_end,
            plan=PlanOut.of(usage.plan),
            retention_days=limits.retention_days,
            **used,
        )
