"""What an organization has used, what plans there are, and the way to another one."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from outrider_engine.contracts.billing import BillingContext, BillingProvider
from outrider_engine.domain.checks import Family
from outrider_engine.domain.plans import Plan
from outrider_engine.domain.usage import month_of, next_month, start_of_month
from outrider_engine.errors import InvalidInput
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.http import HttpClient
from outrider_engine.ports.storage import Storage

from .quotas import MONITORS, Quotas


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an organization uses and has used this month (UTC), beside its plan."""

    period_start: datetime
    period_end: datetime
    plan: Plan
    monitors: int
    browser_runs: int
    api_runs: int
    members: int
    api_calls: int


class BillingService:
    """Usage and plans, and the provider that sells them."""

    def __init__(
        self,
        *,
        storage: Storage,
        quotas: Quotas,
        provider: BillingProvider,
        clock: Clock,
        open_http: Callable[[], AbstractAsyncContextManager[HttpClient]],
    ) -> None:
        self._storage = storage
        self._quotas = quotas
        self._provider = provider
        self._clock = clock
        self._open_http = open_http

    def plans(self) -> Sequence[Plan]:
        """Return all plans."""
        return self._quotas.plans.all

    def usage(self, organization_id: str) -> Usage:
        """Return what an organization uses."""
        with self._storage.read() as tx:
            month = month_of(tx.now)
            runs = tx.plans.runs([organization_id], month)
            active = tx.plans.active_checks(organization_id)
            return Usage(
                period_start=start_of_month(tx.now),
                period_end=next_month(tx.now),
                plan=self._quotas.plan_of(tx, organization_id),
                monitors=sum(active.get(family, 0) for family in MONITORS),
                browser_runs=runs.get((organization_id, Family.JOURNEY), 0),
                api_runs=runs.get((organization_id, Family.API_MONITOR), 0),
                members=tx.members.list(organization_id, 1, 1)[1],
                api_calls=tx.usage.calls(organization_id, month),
            )

    async def checkout(self, organization_id: str, plan_id: str) -> str:
        """Return where a plan is bought.

        Raises:
            InvalidInput: there is no such plan, or the provider sells none.
        """
        plan = next((plan for plan in self.plans() if plan.id == plan_id), None)
        if plan is None:
            raise InvalidInput(
                "is not a plan", field="plan_id", allowed=[each.id for each in self.plans()], given=plan_id
            )
        async with self._open_http() as http:
            return await self._provider.checkout(organization_id, plan, self._context(http))

    async def portal(self, organization_id: str) -> str:
        """Return where bills are seen.

        Raises:
            InvalidInput: the provider has no such place.
        """
        async with self._open_http() as http:
            return await self._provider.portal(organization_id, self._context(http))

    def _context(self, http: HttpClient) -> BillingContext:
        return BillingContext(clock=self._clock, http=http)
