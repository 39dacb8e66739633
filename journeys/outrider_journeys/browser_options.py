"""How the browser presents itself on a journey."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from outrider_engine.errors import InvalidInput

from .strict_model import StrictModel

Short = Annotated[str, Field(min_length=1, max_length=200)]
HeaderName = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", max_length=100)]
HeaderValue = Annotated[str, Field(pattern=r"^[^\r\n\x00]*$", max_length=8000)]


class Viewport(StrictModel):
    """Size of the page, in CSS pixels."""

    width: int = Field(ge=100, le=10_000)
    """Width."""
    height: int = Field(ge=100, le=10_000)
    """Height."""


class BrowserOptions(StrictModel):
    """How the browser presents itself; what is absent is Playwright's default, or the device's."""

    device: Short | None = Field(default=None, examples=["iPhone 15"])
    """A device of Playwright's list; sets viewport, user agent, touch and pixel ratio at once."""
    viewport: Viewport | None = None
    """Size of the page."""
    locale: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$")] | None = None
    """Language, such as `de-DE`."""
    timezone: Annotated[str, Field(pattern=r"^[A-Za-z0-9_+/-]{1,64}$")] | None = None
    """Time zone, such as `Europe/Berlin`."""
    user_agent: HeaderValue | None = None
    """The User-Agent header."""
    color_scheme: Literal["light", "dark", "no-preference"] | None = None
    """What the media query `prefers-color-scheme` finds."""
    ignore_https_errors: bool = False
    """Accept certificates that nobody vouches for."""
    extra_headers: Annotated[dict[HeaderName, HeaderValue], Field(max_length=50)] = Field(default_factory=dict)
    """Headers sent with every request, to every host; values may name variables and secrets."""

    def context_options(
        self, devices: Mapping[str, Mapping[str, Any]], render: Callable[[str], str] = str
    ) -> dict[str, Any]:
        """Return the arguments for Playwright's ``new_context``.

        Args:
            devices: ``playwright.devices``.
            render: replaces ``{{name}}`` in the values of headers.

        Raises:
            InvalidInput: Playwright knows no such device.
            UnknownVariable: a header names a variable that nothing defines.
        """
        options: dict[str, Any] = {}
        if self.device is not None:
            if self.device not in devices:
                raise InvalidInput(f"there is no device {self.device!r}", field="browser.device", allowed=list(devices))
            options = {key: value for key, value in devices[self.device].items() if key != "default_browser_type"}
        given = {
            "viewport": self.viewport.model_dump() if self.viewport else None,
            "locale": self.locale.replace("_", "-") if self.locale else None,
            "timezone_id": self.timezone,
            "user_agent": self.user_agent,
            "color_scheme": self.color_scheme,
            "ignore_https_errors": self.ignore_https_errors or None,
            "extra_http_headers": {name: render(value) for name, value in self.extra_headers.items()} or None,
        }
        return options | {key: value for key, value in given.items() if value is not None}
