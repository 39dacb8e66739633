"""A billing provider that sells."""

from outrider_engine.contracts import BillingContext
from outrider_engine.domain.plans import Plan


class BillingShop:
    """Answers with addresses that tell what was asked."""

    kind = "shop"
    title = "Shop"

    async def checkout(self, organization_id: str, plan: Plan, context: BillingContext) -> str:
        """Return an address of the plan."""
        return f"https://billing.example/{organization_id}/{plan.id}"

    async def portal(self, organization_id: str, context: BillingContext) -> str:
        """Return an address of the organization."""
        return f"https://billing.example/{organization_id}"
