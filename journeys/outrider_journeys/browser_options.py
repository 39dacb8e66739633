"""How the browser presents itself on a journey."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from outrider_engine.errors import InvalidInput

from .strict_model import StrictModel

Short = Annotated[str, Field(min_length=1, max_length=200)]
HeaderName = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", max_length=100)]
HeaderValue = Annotated[str, Field(pattern=r"^[^\r\n\x00]*$", max_length=8000)]
Headers = Annotated[dict[HeaderName, HeaderValue], Field(max_length=50)]
Origin = Annotated[str, Field(pattern=r"^https?://[^/?#\s]+$", max_length=300)]
LoginStateName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]

EngineName = Literal["chromium", "firefox", "webkit"]
ColorScheme = Literal["light", "dark", "no-preference"]
ReducedMotion = Literal["reduce", "no-preference"]
Permission = Literal[
    "accelerometer",
    "ambient-light-sensor",
    "background-sync",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "geolocation",
    "gyroscope",
    "local-fonts",
    "local-network-access",
    "magnetometer",
    "microphone",
    "midi",
    "midi-sysex",
    "notifications",
    "payment-handler",
    "screen-wake-lock",
    "storage-access",
]
"""What Playwright can grant; each browser knows some of them."""


def _unique(permissions: tuple[Permission, ...]) -> tuple[Permission, ...]:
    return tuple(dict.fromkeys(permissions))


Permissions = Annotated[tuple[Permission, ...], AfterValidator(_unique)]


class Viewport(StrictModel):
    """Size of the page, in CSS pixels."""

    width: int = Field(ge=100, le=10_000)
    """Width."""
    height: int = Field(ge=100, le=10_000)
    """Height."""


class Geolocation(StrictModel):
    """A place on Earth, in degrees."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    """Degrees north of the equator; negative in the south."""
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)
    """Degrees east of Greenwich; negative in the west."""
    accuracy: float = Field(default=0, ge=0, le=40_000_000, allow_inf_nan=False)
    """How far off it may be, in metres."""


class HttpCredentials(StrictModel):
    """Name and password for sites that ask by HTTP authentication; both may name variables and secrets."""

    username: HeaderValue
    """The user's name."""
    password: HeaderValue
    """The password; best a secret, `{{NAME}}`."""
    origin: Origin | None = None
    """The only site that gets them, such as `https://staging.shop.example`; every site that asks when absent."""


class BrowserOptions(StrictModel):
    """How the browser presents itself; what is absent is Playwright's default, or the device's."""

    engine: EngineName = "chromium"
    """Which browser; it must be installed where the journey runs."""
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
    color_scheme: ColorScheme | None = None
    """What the media query `prefers-color-scheme` finds."""
    reduced_motion: ReducedMotion | None = None
    """What the media query `prefers-reduced-motion` finds."""
    geolocation: Geolocation | None = None
    """Where the browser says it is. Pages learn it only with the permission `geolocation`."""
    permissions: Permissions = ()
    """What pages may do without asking."""
    has_touch: bool | None = None
    """Whether the screen takes touches; `tap` needs it."""
    is_mobile: bool | None = None
    """Whether the `viewport` meta tag counts and the page is laid out as on a phone; Firefox can't."""
    device_scale_factor: float | None = Field(default=None, gt=0, le=10, allow_inf_nan=False)
    """Physical pixels for each CSS pixel."""
    java_script: bool = True
    """Whether pages may run scripts."""
    offline: bool = False
    """Begin without a network; `set_network` gives it back."""
    ignore_https_errors: bool = False
    """Accept certificates that nobody vouches for."""
    extra_headers: Headers = Field(default_factory=dict)
    """Headers sent with every request, to every host; values may name variables and secrets."""
    http_credentials: HttpCredentials | None = None
    """Name and password for sites that ask by HTTP authentication."""
    storage_state: LoginStateName | None = Field(default=None, examples=["shop"])
    """A login state that an earlier run kept by `save_login_state`: the journey begins with its cookies and storage."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.engine == "firefox" and self.is_mobile:
            raise ValueError("firefox can't be mobile; leave is_mobile out or choose another engine")
        return self

    def context_options(
        self, devices: Mapping[str, Mapping[str, Any]], render: Callable[[str], str] = str
    ) -> dict[str, Any]:
        """Return the arguments for Playwright's ``new_context``; a login state is given to the context by the walk.

        Args:
            devices: ``playwright.devices``.
            render: replaces ``{{name}}`` in the values of headers and credentials.

        Raises:
            InvalidInput: Playwright knows no such device, or the engine can't be one.
            UnknownVariable: a header or credential names a variable that nothing defines.
        """
        given = {
            "viewport": self.viewport.model_dump() if self.viewport else None,
            "locale": self.locale.replace("_", "-") if self.locale else None,
            "timezone_id": self.timezone,
            "user_agent": self.user_agent,
            "color_scheme": self.color_scheme,
            "reduced_motion": self.reduced_motion,
            "geolocation": self.geolocation.model_dump() if self.geolocation else None,
            "permissions": list(self.permissions) or None,
            "has_touch": self.has_touch,
            "is_mobile": self.is_mobile,
            "device_scale_factor": self.device_scale_factor,
            "java_script_enabled": None if self.java_script else False,
            "offline": self.offline or None,
            "ignore_https_errors": self.ignore_https_errors or None,
            "extra_http_headers": {name: render(value) for name, value in self.extra_headers.items()} or None,
            "http_credentials": self._credentials(render),
        }
        options = self._of_device(devices) | {key: value for key, value in given.items() if value is not None}
        if self.engine == "firefox":
            options.pop("is_mobile", None)  # it refuses the word, whatever the answer
        return options

    def _of_device(self, devices: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        if self.device is None:
            return {}
        if self.device not in devices:
            raise InvalidInput(
                f"there is no device {self.device!r}", field="browser.device", allowed=list(devices), given=self.device
            )
        options = {key: value for key, value in devices[self.device].items() if key != "default_browser_type"}
        if self.engine == "firefox" and options.get("is_mobile") and self.is_mobile is None:
            problem = f"{self.device!r} is a mobile device, which firefox can't be"
            raise InvalidInput(problem, field="browser.device")
        return options

    def _credentials(self, render: Callable[[str], str]) -> dict[str, str] | None:
        if self.http_credentials is None:
            return None
        given = self.http_credentials
        found = {"username": render(given.username), "password": render(given.password)}
        return found | ({"origin": given.origin} if given.origin else {})
