"""``/api/v1/billing``: what is used, and what plans allow."""

from outrider_api.http.answers import Answer, Listing, Paging
from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.routing import Routes
from outrider_api.http.security import BillingAdministrator, BillingReader
from outrider_api.http.services import Ask
from outrider_api.http.wire.billing import AddressOut, CheckoutBody, PlanOut, UsageOut
from outrider_engine.services.validation import validated

router = Routes(prefix="/api/v1/billing", tags=["Billing"], responses=ERRORS)


@router.get("/usage", operation_id="getUsage")
def get_usage(key: BillingReader, services: Ask) -> Answer[UsageOut]:
    """Return what the organization uses, beside what its plan allows."""
    return Answer(data=UsageOut.of(services.billing.usage(key.organization_id)))


@router.get("/plans", operation_id="listPlans")
def list_plans(_key: BillingReader, services: Ask, paging: Paging) -> Listing[PlanOut]:
    """List the plans of this server."""
    plans = services.billing.plans()
    first = (paging.page - 1) * paging.per_page
    return paging.listing([PlanOut.of(plan) for plan in plans[first : first + paging.per_page]], len(plans))


@router.post("/checkout", operation_id="checkout", openapi_extra=accepts("CheckoutBody"))
async def checkout(key: BillingAdministrator, services: Ask, body: JsonBody) -> Answer[AddressOut]:
    """Return where a plan is bought. A server that sells none answers 400 and says what to do."""
    given = validated(CheckoutBody, body)
    return Answer(data=AddressOut(url=await services.billing.checkout(key.organization_id, given.plan_id)))


@router.get("/portal", operation_id="billingPortal")
async def portal(key: BillingAdministrator, services: Ask) -> Answer[AddressOut]:
    """Return where bills are seen and plans are ended. A server that sells nothing answers 400 and says so."""
    return Answer(data=AddressOut(url=await services.billing.portal(key.organization_id)))
