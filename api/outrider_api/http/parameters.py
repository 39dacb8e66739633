"""Query parameters that a route does not have: refused, for a misspelt filter that is ignored would show too much."""

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query

from outrider_engine.errors import WrongParameter

ANYWHERE = "api_key"
"""Understood everywhere (see ``security``), and not advertised."""


def refuse_unknown(request: Request) -> None:
    """Refuse a request with a query parameter that its route does not declare.

    Raises:
        WrongParameter: names it, and those that there are.
    """
    known = _declared(request)
    for name in request.query_params:
        if name not in known and name != ANYWHERE:
            raise WrongParameter("is not a parameter of this address", field=name, allowed=sorted(known), given=name)


def _declared(request: Request) -> frozenset[str]:
    """Return the names of the query parameters of a request's route, found out once for each."""
    found: dict[object, frozenset[str]] = request.app.state.query_parameters
    endpoint = request.scope["endpoint"]
    if endpoint not in found:
        flat = get_flat_params(request.scope["route"].dependant)
        found[endpoint] = frozenset(one.alias for one in flat if isinstance(one.field_info, Query))
    return found[endpoint]
