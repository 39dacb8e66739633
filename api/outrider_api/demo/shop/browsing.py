"""The pages for looking around: home, list, product, login."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from .catalogue import BY_SLUG, PRODUCTS, matching
from .counter import EMAIL, PASSWORD, VISITOR_COOKIE, Counter, form_of


class Browsing:
    """Handlers that change nothing but who is logged in."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    @property
    def routes(self) -> list[BaseRoute]:
        """Where the pages are."""
        return [
            Route("/", self._home),
            Route("/products", self._list),
            Route("/products/{slug}", self._product),
            Route("/login", self._login),
            Route("/login", self._log_in, methods=["POST"]),
            Route("/logout", self._log_out, methods=["POST"]),
        ]

    async def _home(self, request: Request) -> Response:
        return self._counter.show(request, "home.html", products=PRODUCTS[:3])

    async def _list(self, request: Request) -> Response:
        words = request.query_params.get("q", "")[:100]
        return self._counter.show(request, "products.html", products=matching(words), words=words)

    async def _product(self, request: Request) -> Response:
        product = BY_SLUG.get(request.path_params["slug"])
        if product is None:
            raise HTTPException(404)
        others = [other for other in PRODUCTS if other is not product][:3]
        return self._counter.show(request, "product.html", product=product, others=others)

    async def _login(self, request: Request) -> Response:
        return self._login_page(request)

    async def _log_in(self, request: Request) -> Response:
        form = await form_of(request)
        right = form.get("email", "").lower() == EMAIL and form.get("password") == PASSWORD
        if not right or self._counter.switches.login == "broken":
            return self._login_page(request, 401, form.get("email", ""))
        answer = RedirectResponse("/", 303)
        answer.set_cookie(VISITOR_COOKIE, self._counter.log_in("Ada"), httponly=True, samesite="lax")
        return answer

    async def _log_out(self, request: Request) -> Response:
        self._counter.log_out(request)
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(VISITOR_COOKIE)
        return answer

    def _login_page(self, request: Request, status: int = 200, email: str = "") -> Response:
        problem = "That email address and password do not belong together." if status == 401 else None
        return self._counter.show(
            request, "login.html", status, email=email, problem=problem, demo_email=EMAIL, demo_password=PASSWORD
        )
