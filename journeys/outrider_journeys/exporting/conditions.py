"""Conditions as Python expressions."""

from typing import TYPE_CHECKING

from outrider_journeys.conditions import Condition
from outrider_journeys.page_conditions import PageCondition

from .expressions import called, literal
from .scripts import script

if TYPE_CHECKING:
    from .code import CodeWriter


def condition_on_variable(condition: Condition, code: "CodeWriter") -> str:
    """Return the expression for whether a variable is as a condition wants it."""
    name = literal(condition.variable)
    if condition.exists is False:
        return f"{name} not in values"
    if not condition.expectations():
        return f"{name} in values"
    squeezed = code.helper("squeezed")
    return f"{name} in values and {code.condition_on(f'{squeezed}(values[{name}])', condition)}"


def condition_on_page(condition: Condition | PageCondition, code: "CodeWriter") -> str:
    """Return the expression for whether a condition of flow holds, waiting for it as long as it says."""
    now = _now(condition, code)
    if isinstance(condition, Condition) or not condition.within:
        return now
    return called(code.helper("soon"), code.page, f"lambda: {now}", repr(condition.within))


def _now(condition: Condition | PageCondition, code: "CodeWriter") -> str:
    if isinstance(condition, Condition):
        return condition_on_variable(condition, code)
    if condition.not_ is not None:
        inner = condition.not_
        if isinstance(inner, Condition) and not inner.expectations():
            return condition_on_variable(inner.model_copy(update={"exists": inner.exists is False}), code)
        return f"not ({_now(inner, code)})"
    for several, word in ((condition.all, " and "), (condition.any, " or ")):
        if several is not None:
            return word.join(f"({_now(each, code)})" for each in several)
    return _of_page(condition, code)


def _of_page(condition: PageCondition, code: "CodeWriter") -> str:
    if condition.expression is not None:
        return f"{code.page}.evaluate({script(condition.expression, code)})"
    if condition.visible is not None or condition.hidden is not None:
        locator = condition.visible or condition.hidden
        element = code.locator(locator) if locator else ""
        return f"{element}.filter(visible=True).count() {'> 0' if condition.visible else '== 0'}"
    squeezed = code.helper("squeezed")
    readers = {
        f"{code.page}.url": condition.url,
        f"{squeezed}({code.page}.title())": condition.title,
        f'{squeezed}({code.page}.locator(":root").inner_text())': condition.text,
    }
    return next((code.condition_on(reader, test) for reader, test in readers.items() if test is not None), "True")
