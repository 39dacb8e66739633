"""Several pages: open_page, close_page, use_page."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.comparing import TextTest
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import literal
from outrider_journeys.steps import StepModel, shortened
from outrider_journeys.strict_model import Alias, Text

from .contract import StepFailure, StepScope
from .navigation import WaitUntil, loaded


class OpenPageStep(StepModel):
    """Open another page (a tab) and make it the current one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "open_page", "as": "admin", "url": "/admin"}]})

    action: Literal["open_page"]
    as_: Alias = Field(alias="as")
    """What later steps call it."""
    url: Text | None = Field(default=None, min_length=1)
    """Address that it opens; a blank page when absent."""
    wait_until: WaitUntil = "load"
    """When the page counts as loaded."""

    @property
    def navigates(self) -> bool:
        """Whether it loads a page: it may."""
        return True

    def summary(self) -> str:
        """Return the step in words."""
        return f"Open page {self.as_}" + (f" at {shortened(self.url)}" if self.url else "")


class ClosePageStep(StepModel):
    """Close a page: the one that `page` names, or the current one. The one before it is the current one then."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "close_page", "page": "admin"}, {"action": "close_page"}]}
    )

    action: Literal["close_page"]

    def summary(self) -> str:
        """Return the step in words."""
        return f"Close page {self.page}" if self.page else "Close the page"


class UsePageStep(StepModel):
    """Make another page the current one: the one of a name (`page`), of an address, or of a position."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "use_page", "page": "main"},
                {"action": "use_page", "url": "/receipt"},
            ]
        }
    )

    action: Literal["use_page"]
    url: TextTest | None = None
    """What the address of the page is like; it is waited for."""
    index: int | None = Field(default=None, ge=0, le=100)
    """Its position among all pages, from 0, in the order in which they were opened; it is waited for."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(given is not None for given in (self.page, self.url, self.index)) != 1:
            raise ValueError("exactly one of page, url and index is needed")
        return self

    def summary(self) -> str:
        """Return the step in words."""
        if self.url is not None:
            return f"Go on with the page whose address {self.url.describe()}"
        return f"Go on with page {self.page or self.index}"


class OpenPage:
    """Opens a page."""

    name = "open_page"
    title = "Open a page"
    model = OpenPageStep

    def run(self, step: OpenPageStep, scope: StepScope) -> None:
        """Open it, and an address in it."""
        address = scope.address(step.url) if step.url else None
        page = scope.context.new_page()
        scope.pages.open(step.as_, page)
        if address is not None:
            response = page.goto(address, wait_until=step.wait_until, timeout=scope.time_left_ms())
            loaded(response, None, scope)
            scope.note(url=page.url)

    def export(self, step: OpenPageStep, code: CodeWriter) -> None:
        """Open it."""
        code.line(f"page = pages[{literal(step.as_)}] = page.context.new_page()")
        if step.url:
            code.goto(step.url, step, wait_until=step.wait_until)


class ClosePage:
    """Closes a page."""

    name = "close_page"
    title = "Close a page"
    model = ClosePageStep

    def run(self, step: ClosePageStep, scope: StepScope) -> None:
        """Close it."""
        scope.pages.close(scope.page)

    def export(self, step: ClosePageStep, code: CodeWriter) -> None:
        """Close it, and go on with another."""
        code.line(f"page = {code.helper('closed')}(pages, page, {code.page})")


class UsePage:
    """Goes on with another page."""

    name = "use_page"
    title = "Go on with another page"
    model = UsePageStep

    def run(self, step: UsePageStep, scope: StepScope) -> None:
        """Find it and make it the current one."""
        if step.page is not None:
            scope.pages.use(scope.page)
            return
        test = step.url.rendered(scope.variables) if step.url else None

        def fits(position: int, url: str) -> bool:
            return position == step.index if test is None else test.problem_with(url) is None

        _, found = scope.eventually(
            lambda _: [page for at, page in enumerate(scope.context.pages) if fits(at, page.url)], bool
        )
        if not found:
            shown = ", ".join(shortened(page.url) for page in scope.context.pages)
            raise StepFailure(f"no page is like that; there are: {shown}", reason=Reason.ASSERTION)
        scope.pages.use(found[0])
        scope.note(url=found[0].url)

    def export(self, step: UsePageStep, code: CodeWriter) -> None:
        """Make it the current one."""
        if step.page is not None:
            code.line(f"page = {code.page}")
            return
        test = code.condition_on("each.url", step.url) if step.url else f"position == {step.index}"
        found = code.helper("page_like")
        code.line(f"page = {found}(page, lambda position, each: {test}, {code.milliseconds(step)})")
