"""What pages find around them: set_viewport, set_geolocation, grant_permissions, emulate_media, set_headers."""

from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from outrider_journeys.bounded_calls import within_time
from outrider_journeys.browser_options import (
    ColorScheme,
    Geolocation,
    Headers,
    Origin,
    Permissions,
    ReducedMotion,
    Viewport,
)
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import Expression, literal
from outrider_journeys.steps import StepModel

from .contract import StepScope

if TYPE_CHECKING:
    from playwright.sync_api import Geolocation as Place


class SetViewportStep(StepModel, Viewport):
    """Make the page larger or smaller."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "set_viewport", "width": 390, "height": 844}]})

    action: Literal["set_viewport"]

    def summary(self) -> str:
        """Return the size."""
        return f"Make the page {self.width} by {self.height} pixels large"


class SetGeolocationStep(StepModel, Geolocation):
    """Say where the browser is. Pages learn it only with the permission `geolocation`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "set_geolocation", "latitude": 64.15, "longitude": -21.94}]}
    )

    action: Literal["set_geolocation"]

    def summary(self) -> str:
        """Return the place."""
        return f"Be at {self.latitude:g}, {self.longitude:g}"


class GrantPermissionsStep(StepModel):
    """Let pages do something without asking, besides what they may already; `[]` takes all back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "grant_permissions", "permissions": ["geolocation"]}]}
    )

    action: Literal["grant_permissions"]
    permissions: Permissions
    """What they may do."""
    origin: Origin | None = None
    """The only site that may, such as `https://shop.example`; all when absent."""

    @model_validator(mode="after")
    def _all_are_taken_back(self) -> Self:
        if not self.permissions and self.origin is not None:
            raise ValueError("permissions can only be taken back from all sites; leave origin out")
        return self

    def summary(self) -> str:
        """Return what is granted."""
        return f"Grant {', '.join(self.permissions)}" if self.permissions else "Take all permissions back"


class EmulateMediaStep(StepModel):
    """Change what the page's media queries find; what is absent stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "emulate_media", "color_scheme": "dark"},
                {"action": "emulate_media", "media": "print"},
            ]
        }
    )

    action: Literal["emulate_media"]
    media: Literal["screen", "print"] | None = None
    """The medium."""
    color_scheme: ColorScheme | None = None
    """What `prefers-color-scheme` finds."""
    reduced_motion: ReducedMotion | None = None
    """What `prefers-reduced-motion` finds."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.changes():
            raise ValueError("give one of media, color_scheme and reduced_motion")
        return self

    def changes(self) -> dict[str, Any]:
        """Return what is changed, by Playwright's names."""
        return self.model_dump(include={"media", "color_scheme", "reduced_motion"}, exclude_none=True)

    def summary(self) -> str:
        """Return what is changed."""
        return f"Emulate {', '.join(self.changes().values())}"


class SetHeadersStep(StepModel):
    """Send headers with every request from now on, to every host.

    They take the place of `extra_headers` of the journey's `browser` and of those of an earlier step.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "set_headers", "headers": {"X-Preview": "{{PREVIEW_KEY}}"}}]}
    )

    action: Literal["set_headers"]
    headers: Headers = Field()
    """The headers; values may name variables and secrets. `{}` sends none any more."""

    def summary(self) -> str:
        """Return the names."""
        return f"Send {', '.join(self.headers)}" if self.headers else "Send no headers of its own"


class SetViewport:
    """Changes the size of the page."""

    name = "set_viewport"
    title = "Change the size of the page"
    model = SetViewportStep

    def run(self, step: SetViewportStep, scope: StepScope) -> None:
        """Change it."""
        with within_time(scope.page, scope.time_left_ms()):
            scope.page.set_viewport_size({"width": step.width, "height": step.height})

    def export(self, step: SetViewportStep, code: CodeWriter) -> None:
        """Write it."""
        code.line(f'{code.page}.set_viewport_size({{"width": {step.width}, "height": {step.height}}})')


class SetGeolocation:
    """Changes where the browser is."""

    name = "set_geolocation"
    title = "Change the place"
    model = SetGeolocationStep

    def run(self, step: SetGeolocationStep, scope: StepScope) -> None:
        """Change it."""
        with within_time(scope.context, scope.time_left_ms()):
            scope.context.set_geolocation(_place(step))

    def export(self, step: SetGeolocationStep, code: CodeWriter) -> None:
        """Write it."""
        code.call(f"{code.page}.context.set_geolocation", literal(_place(step)))


class GrantPermissions:
    """Grants permissions."""

    name = "grant_permissions"
    title = "Grant permissions"
    model = GrantPermissionsStep

    def run(self, step: GrantPermissionsStep, scope: StepScope) -> None:
        """Grant them, or take all back."""
        with within_time(scope.context, scope.time_left_ms()):
            if step.permissions:
                scope.context.grant_permissions(list(step.permissions), origin=step.origin)
            else:
                scope.context.clear_permissions()

    def export(self, step: GrantPermissionsStep, code: CodeWriter) -> None:
        """Write it."""
        if not step.permissions:
            code.line(f"{code.page}.context.clear_permissions()")
            return
        code.call(f"{code.page}.context.grant_permissions", permissions=list(step.permissions), origin=step.origin)


class EmulateMedia:
    """Changes what media queries find."""

    name = "emulate_media"
    title = "Emulate a medium"
    model = EmulateMediaStep

    def run(self, step: EmulateMediaStep, scope: StepScope) -> None:
        """Change it."""
        with within_time(scope.page, scope.time_left_ms()):
            scope.page.emulate_media(**step.changes())

    def export(self, step: EmulateMediaStep, code: CodeWriter) -> None:
        """Write it."""
        code.call(f"{code.page}.emulate_media", **step.changes())


class SetHeaders:
    """Sends headers with every request."""

    name = "set_headers"
    title = "Send headers"
    model = SetHeadersStep

    def run(self, step: SetHeadersStep, scope: StepScope) -> None:
        """Send them from now on."""
        headers = {name: scope.render(value) for name, value in step.headers.items()}
        with within_time(scope.context, scope.time_left_ms()):
            scope.context.set_extra_http_headers(headers)

    def export(self, step: SetHeadersStep, code: CodeWriter) -> None:
        """Write it."""
        headers = {name: Expression(code.text(value)) for name, value in step.headers.items()}
        code.call(f"{code.page}.context.set_extra_http_headers", headers=headers)


def _place(step: SetGeolocationStep) -> "Place":
    return {"latitude": step.latitude, "longitude": step.longitude, "accuracy": step.accuracy}
