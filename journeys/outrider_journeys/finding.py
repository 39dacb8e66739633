"""Finding an element by ordered locators that share the time of the step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import Error, TimeoutError  # noqa: A004 - Playwright's name

from outrider_engine.domain.verdicts import Reason

from .actions.contract import StepFailure
from .locators import Locator, Locators, resolve

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element
    from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class Found:
    """The element and the locator that found it."""

    element: "Element"
    locator: Locator
    position: int


def find(locators: Locators, page: "Page", render: Callable[[str], str], time_left_ms: Callable[[], float]) -> Found:
    """Return the first locator that finds exactly one element.

    The first gets half of the step's time, each further one half of what is left, the last one all of it: a page that
    is merely slow is not taken for one that has changed. A single locator is not waited for here, because Playwright's
    own actions wait as well.

    Raises:
        StepFailure: none found an element, or all found several.
    """
    elements = [resolve(locator, page, render) for locator in locators]
    if len(elements) == 1:
        return Found(elements[0], locators[0], 0)
    problems = []
    for position, element in enumerate(elements):
        is_last = position == len(elements) - 1
        try:
            element.wait_for(state="attached", timeout=time_left_ms() if is_last else time_left_ms() / 2)
        except TimeoutError:
            problems.append(f"{locators[position].describe()} was not found")
        except Error as error:
            if "strict mode violation" not in error.message:
                raise
            problems.append(f"{locators[position].describe()} stands for several elements")
        else:
            return Found(element, locators[position], position)
    raise StepFailure("; ".join(problems), reason=Reason.LOCATOR)
