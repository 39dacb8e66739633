"""Conditions of flow: about variables, the page, or both."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator
from typing_extensions import TypeAliasType

from .comparing import TextTest
from .conditions import Condition
from .locators import Locator
from .page_scripts import Script
from .steps import shortened
from .strict_model import StrictModel

_KINDS = ("visible", "hidden", "url", "title", "text", "expression", "all", "any", "not")


class PageCondition(StrictModel):
    """What holds on the page; exactly one of the kinds, and how long to wait for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [kind]} for kind in _KINDS],
            "examples": [{"visible": {"role": "button", "name": "Accept"}, "within": 2}, {"url": "/login"}],
        }
    )

    visible: Locator | None = None
    """An element that it finds is visible."""
    hidden: Locator | None = None
    """No element that it finds is visible."""
    url: TextTest | None = None
    """The page's address."""
    title: TextTest | None = None
    """The page's title."""
    text: TextTest | None = None
    """The text that the page shows."""
    expression: Script | None = None
    """JavaScript that comes to something true in the page."""
    all: Annotated[tuple["AnyCondition", ...], Field(min_length=1, max_length=20)] | None = None
    """All of these hold."""
    any: Annotated[tuple["AnyCondition", ...], Field(min_length=1, max_length=20)] | None = None
    """One of these holds, or several."""
    not_: "AnyCondition | None" = Field(default=None, alias="not")
    """This does not hold."""
    within: float = Field(default=0, ge=0, le=3600, allow_inf_nan=False)
    """Seconds to wait for it to hold; without them it is looked at once."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [kind for kind in _KINDS if getattr(self, "not_" if kind == "not" else kind) is not None]
        if len(given) != 1:
            found = f"{' and '.join(given)} are given" if given else "none is"
            raise ValueError(f"exactly one of variable, {', '.join(_KINDS)} is needed; {found}")
        return self

    def describe(self) -> str:
        """Return it in words."""
        if self.not_ is not None:
            return f"not {in_words(self.not_)}"
        for several, word in ((self.all, " and "), (self.any, " or ")):
            if several is not None:
                return shortened(word.join(map(in_words, several)))
        if self.expression is not None:
            return shortened(self.expression)
        for what, test in (("address", self.url), ("title", self.title), ("text of the page", self.text)):
            if test is not None:
                return shortened(f"the {what} {test.describe()}")
        locator = self.visible or self.hidden
        return f"{locator.describe() if locator else 'it'} is {'visible' if self.visible else 'hidden'}"


def in_words(condition: "Condition | PageCondition") -> str:
    """Return a condition for people."""
    if isinstance(condition, PageCondition):
        return condition.describe()
    state = {None: "", True: "is set", False: "is not set"}[condition.exists]
    return shortened(f"{condition.variable} {' and '.join(filter(None, [state, condition.describe()]))}")


def _kind_of(condition: Any) -> str:
    is_data = isinstance(condition, Mapping)
    return "variable" if (is_data and "variable" in condition) or isinstance(condition, Condition) else "page"


_Either = Annotated[Condition, Tag("variable")] | Annotated[PageCondition, Tag("page")]
AnyCondition = TypeAliasType("AnyCondition", Annotated[_Either, Discriminator(_kind_of)])
"""A condition of either kind."""
