"""``/api/v1/alerts/rules``: when to tell."""

from outrider_api.http.answers import Answer, Done, Listing, Paging
from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import AlertReader, AlertWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.alerting import RuleBody, RuleChanges, RuleOut
from outrider_api.http.wire.listing import AskedRules
from outrider_engine.errors import InvalidInput
from outrider_engine.services.validation import validated

PATHS = ("/api/v1/alerts/rules", "/api/v1/alert-rules")
"""Where the routes are: today's path, and the earlier one that old clients still ask."""

router = Routes(tags=["Rules"], responses=ERRORS)

FIXED = ("id", "type", "monitor_id", "api_monitor_id", "journey_id", "created_at")


@router.get("", operation_id="listRules")
def list_rules(key: AlertReader, services: Ask, paging: Paging, asked: AskedRules) -> Listing[RuleOut]:
    """List rules, oldest first unless `sort` says otherwise."""
    rules, total = services.rules.list(key.organization_id, asked)
    return paging.listing([RuleOut.of(rule) for rule in rules], total)


@router.post("", status_code=201, operation_id="createRule", openapi_extra=accepts("RuleBody"))
def create_rule(key: AlertWriter, services: Ask, body: JsonBody) -> Answer[RuleOut]:
    """Create a rule about one monitor, API monitor or journey."""
    given = validated(RuleBody, body)
    rule = services.rules.create(key.organization_id, given.type, given.target(), given.fields())
    return Answer(data=RuleOut.of(rule))


@router.get("/{id}", operation_id="getRule")
def get_rule(id: str, key: AlertReader, services: Ask, seen: Reading) -> Answer[RuleOut]:
    """Return a rule."""
    return Answer(data=seen(RuleOut.of(services.rules.get(key.organization_id, id))))


@router.put("/{id}", operation_id="updateRule", openapi_extra=accepts("RuleChanges"))
def update_rule(id: str, key: AlertWriter, services: Ask, body: JsonBody, match: Changing) -> Answer[RuleOut]:
    """Change some fields of a rule; its type and what it is about stay."""
    shown = RuleOut.of(services.rules.get(key.organization_id, id)).model_dump(mode="json")
    for name in FIXED:
        if name in body and body[name] != shown[name]:
            raise InvalidInput("can't be changed; make a new rule", field=name)
    given = validated(RuleChanges, {name: value for name, value in body.items() if name not in FIXED})
    changed = services.rules.update(key.organization_id, id, given.fields(), expecting=match.on(RuleOut.of))
    return Answer(data=match.changed(RuleOut.of(changed)))


@router.patch("/{id}", operation_id="patchRule", openapi_extra=accepts("RuleChanges"))
def patch_rule(id: str, key: AlertWriter, services: Ask, body: JsonBody, match: Changing) -> Answer[RuleOut]:
    """Change some fields of a rule, as PUT does."""
    return update_rule(id, key, services, body, match)


@router.delete("/{id}", operation_id="deleteRule")
def delete_rule(id: str, key: AlertWriter, services: Ask, match: Changing) -> Answer[Done]:
    """Delete a rule. Its open alert is resolved and its channels are told; its alerts stay readable."""
    services.rules.delete(key.organization_id, id, expecting=match.on(RuleOut.of))
    return Answer(data=Done(id=id))
