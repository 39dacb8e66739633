"""How elements are found: Playwright's locators as data."""

from typing import TYPE_CHECKING, Annotated, Any, Self, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from .playwright_selectors import in_words
from .roles import Role
from .selector_syntax import css_problem, xpath_problem
from .strict_model import ShortenableModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator as Element
    from playwright.sync_api import Page

ENGINES = ("role", "label", "text", "placeholder", "alt", "title", "test_id", "css", "xpath", "selector")
_WITH_EXACT = ("role", "label", "text", "placeholder", "alt", "title")
_ROLE_OPTIONS = ("name", "level", "checked", "pressed", "selected", "expanded", "disabled", "include_hidden")
_WORDS = {"label": "field", "text": "", "placeholder": "field", "alt": "image", "title": "", "test_id": "element"}


def _valid_css(selector: str) -> str:
    problem = css_problem(selector)
    if problem:
        raise ValueError(f"not a CSS selector: {problem}")
    return selector


def _valid_xpath(expression: str) -> str:
    problem = xpath_problem(expression)
    if problem:
        raise ValueError(f"not an XPath expression: {problem}")
    return expression


Name = Annotated[str, Field(min_length=1, max_length=1000)]
Css = Annotated[str, Field(max_length=2000), AfterValidator(_valid_css)]
Selector = Annotated[str, Field(min_length=1, max_length=20_000)]
XPath = Annotated[str, Field(max_length=2000), AfterValidator(_valid_xpath)]


class FrameLocator(ShortenableModel):
    """One way to find an iframe.

    Exactly one of role, label, text, placeholder, alt, title, test_id, css, xpath and selector says how.
    A bare text in its place is a CSS selector, or XPath when it begins with `/` or `(/`. Texts may name variables.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [engine]} for engine in ENGINES],
            "examples": [{"role": "button", "name": "Buy"}, {"label": "E-mail"}, {"css": "#cart .total"}],
        }
    )

    role: Role | None = None
    """ARIA role, best together with `name`."""
    name: Name | None = None
    """With `role`: the accessible name (what a screen reader says), or a part of it."""
    label: Name | None = None
    """Text of the label of a form field."""
    text: Name | None = None
    """Text that the element shows."""
    placeholder: Name | None = None
    """Placeholder of a form field."""
    alt: Name | None = None
    """Alternative text of an image."""
    title: Name | None = None
    """The title attribute."""
    test_id: Name | None = None
    """The attribute `data-testid`."""
    css: Css | None = None
    """CSS selector; Playwright's own pseudo-classes (`:visible`, `:has-text("…")`) are allowed."""
    xpath: XPath | None = None
    """XPath expression."""
    selector: Selector | None = None
    """A selector of Playwright's own (`internal:label="Name"i`, `article >> text=Buy`), for what no other field can
    say. Journeys of recordings use it; it may change with Playwright."""
    exact: bool | None = None
    """Whether text, label and the like must match wholly and in case."""
    level: int | None = Field(default=None, ge=1, le=9)
    """With `role: heading`: its level."""
    checked: bool | None = None
    """With `role`: whether it is checked."""
    pressed: bool | None = None
    """With `role`: whether it is pressed."""
    selected: bool | None = None
    """With `role`: whether it is selected."""
    expanded: bool | None = None
    """With `role`: whether it is expanded."""
    disabled: bool | None = None
    """With `role`: whether it is disabled."""
    include_hidden: bool | None = None
    """With `role`: whether hidden elements count."""
    has_text: Name | None = None
    """Keep only elements that contain this text."""
    visible: bool | None = None
    """Keep only elements that are (not) visible."""
    nth: int | None = Field(default=None, ge=-10_000, le=10_000)
    """Which of several: 0 is the first, -1 the last."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return _from_text(data) if isinstance(data, str) else data

    @model_validator(mode="after")
    def _one_engine(self) -> Self:
        given = [engine for engine in ENGINES if getattr(self, engine) is not None]
        if len(given) != 1:
            found = f"{' and '.join(given)} are given" if given else "none is"
            raise ValueError(f"exactly one of {', '.join(ENGINES)} is needed; {found}")
        for option in _ROLE_OPTIONS:
            if getattr(self, option) is not None and self.role is None:
                raise ValueError(f"{option} only goes with role")
        if self.exact is not None and given[0] not in _WITH_EXACT:
            raise ValueError(f"exact does not go with {given[0]}")
        return self

    @property
    def engine(self) -> str:
        """Which of the ways it is."""
        return next(engine for engine in ENGINES if getattr(self, engine) is not None)

    def describe(self) -> str:
        """Return it in words for people: ``button “Buy”``."""
        if self.role is not None:
            return f"{self.role} “{self.name}”" if self.name else self.role
        if self.selector is not None:
            return in_words(self.selector)
        value = getattr(self, self.engine)
        return f"{_WORDS[self.engine]} “{value}”".strip() if self.engine in _WORDS else value

    def spelling(self) -> str:
        """Return it in one line that names engine and value, for results: ``role=button name="Buy"``."""
        given = self.model_dump(exclude_none=True, exclude_defaults=True, mode="json")
        return " ".join(f"{key}={value!r}" for key, value in given.items())


class Locator(FrameLocator):
    """One way to find an element.

    Exactly one of role, label, text, placeholder, alt, title, test_id, css, xpath and selector says how.
    A bare text in its place is a CSS selector, or XPath when it begins with `/` or `(/`. Texts may name variables.
    """

    frame: tuple[FrameLocator, ...] = Field(default=(), max_length=10)
    """The iframes that lead to it from the outermost in, each by a CSS selector or an object like this one."""


Locators: TypeAlias = tuple[Locator, ...]


def _from_text(text: str) -> dict[str, str]:
    for prefix in ("css", "xpath"):
        if text.startswith(f"{prefix}="):
            return {prefix: text.removeprefix(f"{prefix}=")}
    return {"xpath" if text.startswith(("/", "(/", "./", "..")) else "css": text}


def resolve(locator: Locator, page: "Page", render: "Callable[[str], str]") -> "Element":
    """Return Playwright's locator for ours; the page is not asked yet.

    Raises:
        UnknownVariable: a text names a variable that nothing defines.
    """
    root: Any = page
    for frame in locator.frame:
        root = _within(root, frame, render).content_frame
    return _within(root, locator, render)


def _within(root: Any, locator: FrameLocator, render: "Callable[[str], str]") -> "Element":
    engine = locator.engine
    value = render(getattr(locator, engine))
    element: Element
    if engine == "role":
        element = root.get_by_role(value, **_role_options(locator, render))
    elif engine in ("css", "xpath"):
        element = root.locator(f"{engine}={value}")
    elif engine == "selector":
        element = root.locator(value)
    elif engine == "test_id":
        element = root.get_by_test_id(value)
    else:
        method = {"alt": "alt_text"}.get(engine, engine)
        element = getattr(root, f"get_by_{method}")(value, exact=locator.exact)
    if locator.has_text is not None:
        element = element.filter(has_text=render(locator.has_text))
    if locator.visible is not None:
        element = element.filter(visible=locator.visible)
    return element if locator.nth is None else element.nth(locator.nth)


def _role_options(locator: FrameLocator, render: "Callable[[str], str]") -> dict[str, Any]:
    options = {option: getattr(locator, option) for option in (*_ROLE_OPTIONS, "exact")}
    given = {option: value for option, value in options.items() if value is not None}
    return given | ({"name": render(locator.name)} if locator.name else {})
