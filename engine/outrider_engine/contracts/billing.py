"""Billing providers: how an organization comes to a plan when plans cost money."""

from dataclasses import dataclass
from typing import Protocol

from outrider_engine.domain.plans import Plan
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.http import HttpClient


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingContext:
    """What the engine hands to a call of a provider. Every connection goes through ``http``."""

    clock: Clock
    http: HttpClient


class BillingProvider(Protocol):
    """Sends people to where they pay; one of them is in use, the one that ``OUTRIDER_BILLING_PROVIDER`` names.

    Attributes:
        kind: the name by which the operator chooses it.
    """

    kind: str
    title: str

    async def checkout(self, organization_id: str, plan: Plan, context: BillingContext) -> str:
        """Return the address at which a plan is bought for an organization.

        Raises:
            InvalidInput: that can't be done; says what to do instead.
        """

    async def portal(self, organization_id: str, context: BillingContext) -> str:
        """Return the address at which an organization sees its bills and ends its plan.

        Raises:
            InvalidInput: that can't be done; says what to do instead.
        """
