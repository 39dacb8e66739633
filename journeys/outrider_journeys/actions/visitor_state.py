"""What the browser remembers of its visitor: set_cookies, clear_state."""

from typing import TYPE_CHECKING, Any, Literal, Self, cast

from pydantic import ConfigDict, Field, model_validator

from outrider_journeys.bounded_calls import within_time
from outrider_journeys.evaluating import evaluated
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import Expression, literal
from outrider_journeys.steps import StepModel, shortened
from outrider_journeys.strict_model import StrictModel, Text

from .contract import StepScope

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

# A page without a site, such as a blank one, has no storage and refuses to be asked for it.
_CLEAR_SESSION = "() => { try { sessionStorage.clear() } catch (error) { return String(error) } }"


class Cookie(StrictModel):
    """One cookie. Without `url` and `domain` it is of the journey's base URL."""

    name: str = Field(min_length=1, max_length=500, pattern=r"^[^\s=;,\x00-\x1f\x7f]+$")
    """Its name."""
    value: Text
    """Its value; may name variables and secrets."""
    url: Text | None = None
    """The address that it is for, absolute or relative to the base URL; its host and path are the cookie's."""
    domain: str | None = Field(default=None, min_length=1, max_length=255)
    """The host that it is for; with a dot before it also those below it."""
    path: str | None = Field(default=None, pattern=r"^/", max_length=1000)
    """The path that it is for; needs `domain`."""
    expires: float | None = Field(default=None, ge=0, le=253_402_300_799)
    """When it expires, in seconds since 1970; with the browser when absent."""
    http_only: bool = False
    """Whether scripts can't read it."""
    secure: bool = False
    """Whether it is sent over TLS alone."""
    same_site: Literal["Strict", "Lax", "None"] | None = None
    """Whether it is sent along from other sites."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.url is not None and self.domain is not None:
            raise ValueError("give either url or domain, not both")
        if self.path is not None and self.domain is None:
            raise ValueError("path goes with domain; a url has its own")
        return self

    def parameters(self) -> dict[str, Any]:
        """Return it in Playwright's words, with variables not yet filled in."""
        given: dict[str, Any] = {"name": self.name, "value": self.value}
        if self.domain is not None:
            given |= {"domain": self.domain, "path": self.path or "/"}
        else:
            given |= {"url": self.url or "/"}
        more = {"expires": self.expires, "httpOnly": self.http_only, "secure": self.secure, "sameSite": self.same_site}
        return given | {name: value for name, value in more.items() if value not in (None, False)}


class SetCookiesStep(StepModel):
    """Set cookies."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "set_cookies", "cookies": [{"name": "consent", "value": "all"}]},
                {
                    "action": "set_cookies",
                    "cookies": [{"name": "beta", "value": "1", "domain": ".shop.example", "secure": True}],
                },
            ]
        }
    )

    action: Literal["set_cookies"]
    cookies: tuple[Cookie, ...] = Field(min_length=1, max_length=100)
    """The cookies."""

    def summary(self) -> str:
        """Return their names."""
        names = shortened(", ".join(cookie.name for cookie in self.cookies), 40)
        return f"Set cookie{'s' if len(self.cookies) > 1 else ''} {names}"


class ClearStateStep(StepModel):
    """Forget what sites left in the browser: cookies, and the storage of all sites that were visited.

    The storage of the session is that of the current page.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "clear_state"}, {"action": "clear_state", "storage": False}]}
    )

    action: Literal["clear_state"]
    cookies: bool = True
    """Forget cookies."""
    storage: bool = True
    """Forget local storage, session storage, databases and caches."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.cookies and not self.storage:
            raise ValueError("one of cookies and storage must be true")
        return self

    def summary(self) -> str:
        """Return what is forgotten."""
        both = self.cookies and self.storage
        return "Forget cookies and storage" if both else f"Forget {'cookies' if self.cookies else 'storage'}"


class SetCookies:
    """Sets cookies."""

    name = "set_cookies"
    title = "Set cookies"
    model = SetCookiesStep

    def run(self, step: SetCookiesStep, scope: StepScope) -> None:
        """Set them."""
        cookies = [_rendered(cookie, scope) for cookie in step.cookies]
        with within_time(scope.context, scope.time_left_ms()):
            scope.context.add_cookies(cookies)

    def export(self, step: SetCookiesStep, code: CodeWriter) -> None:
        """Write it."""
        cookies = []
        for cookie in step.cookies:
            given = cookie.parameters()
            texts = {"value": Expression(code.text(cookie.value))}
            if "url" in given:
                texts["url"] = Expression(code.address(given["url"]))
            cookies.append(given | texts)
        code.call(f"{code.page}.context.add_cookies", literal(cookies))


class ClearState:
    """Forgets what sites left."""

    name = "clear_state"
    title = "Forget cookies and storage"
    model = ClearStateStep

    def run(self, step: ClearStateStep, scope: StepScope) -> None:
        """Forget it."""
        with within_time(scope.context, scope.time_left_ms()):
            if not step.storage:
                scope.context.clear_cookies()
                return
            left = [] if step.cookies else scope.context.cookies()
            scope.context.set_storage_state(cast("StorageState", {"cookies": left, "origins": []}))
        evaluated(scope.page, _CLEAR_SESSION, timeout_ms=scope.time_left_ms())

    def export(self, step: ClearStateStep, code: CodeWriter) -> None:
        """Write it."""
        if not step.storage:
            code.line(f"{code.page}.context.clear_cookies()")
            return
        left = "[]" if step.cookies else f"{code.page}.context.cookies()"
        code.line(f'{code.page}.context.set_storage_state({{"cookies": {left}, "origins": []}})')
        code.line(f"{code.page}.evaluate({literal(_CLEAR_SESSION)})")


def _rendered(cookie: Cookie, scope: StepScope) -> Any:
    """Return a cookie as Playwright takes it."""
    given = cookie.parameters()
    given["value"] = scope.render(cookie.value)
    if "url" in given:
        given["url"] = scope.address(given["url"])
    return given
