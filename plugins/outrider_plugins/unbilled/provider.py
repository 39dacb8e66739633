"""How ``none`` answers: with what to do instead."""

from outrider_engine.contracts import BillingContext
from outrider_engine.domain.plans import Plan
from outrider_engine.errors import InvalidInput


class Unbilled:
    """Sells nothing."""

    kind = "none"
    title = "No billing"

    async def checkout(self, organization_id: str, plan: Plan, context: BillingContext) -> str:
        """Say how to come to the plan."""
        raise InvalidInput(
            f"nothing is sold here: ask the operator of this server for the plan {plan.name}, who assigns it with "
            f"`outrider organizations plan {organization_id} {plan.id}`"
        )

    async def portal(self, organization_id: str, context: BillingContext) -> str:
        """Say that there are no bills."""
        raise InvalidInput("nothing is sold here, so there are no bills: the operator of this server assigns plans")
