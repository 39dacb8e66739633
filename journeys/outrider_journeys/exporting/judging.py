"""Assertions as Python."""

from typing import TYPE_CHECKING, Any

from outrider_journeys.asserting.states import script_of
from outrider_journeys.comparing import TextTests

from .expressions import Expression, called, literal
from .reading import of_element, of_page
from .recorded import RecordsWriter, write_recorded
from .scripts import script

if TYPE_CHECKING:
    from outrider_journeys.actions.asserting import AssertStep
    from outrider_journeys.asserting.variables import ExpressionTest
    from outrider_journeys.asserting.visual import VisualTest

    from .code import CodeWriter

_STATES = {
    "visible": "to_be_visible",
    "hidden": "to_be_hidden",
    "enabled": "to_be_enabled",
    "disabled": "to_be_disabled",
    "checked": "to_be_checked",
    "unchecked": "not_to_be_checked",
    "editable": "to_be_editable",
    "readonly": "not_to_be_editable",
    "attached": "to_be_attached",
    "detached": "not_to_be_attached",
    "focused": "to_be_focused",
    "unfocused": "not_to_be_focused",
    "in_viewport": "to_be_in_viewport",
    "out_of_viewport": "not_to_be_in_viewport",
}
_TEXTS = ("text", "value", "attribute", "property_", "css", "selected")
_OF_PAGE = ("url", "title", "text")
_SIDES = ("x", "y", "width", "height")


def write_assert(step: "AssertStep", code: "CodeWriter") -> None:
    """Write what an assertion demands."""
    if step.ways:
        _of_elements(step, code)
    else:
        for source in _OF_PAGE:
            test: TextTests | None = getattr(step, source)
            read = of_page(code.page, source)
            if test is not None and read is not None:
                code.test_of(read, test, what=f"the {source} of the page", timeout_ms=code.milliseconds(step))
    if step.aria is not None:
        _aria(step, code)
    if step.variable is not None:
        _variable(step.variable, code)
    if step.expression is not None:
        _expression(step.expression, step, code)
    write_recorded(step, code)
    if step.dialog is not None:
        kind = literal(step.dialog.kind) if step.dialog.kind else ""
        latest, what = f"{code.dialogs()}.latest({kind})", f"the message of the latest {step.dialog.kind or 'dialog'}"
        code.test_of(latest, step.dialog.message, what=what, timeout_ms=code.milliseconds(step))
    if step.visual is not None:
        _visual(step.visual, step, code)


def _of_elements(step: "AssertStep", code: "CodeWriter") -> None:
    element = code.element(step)
    if step.count is not None:
        code.test_of(f"str({element}.count())", step.count, what="the count", timeout_ms=code.milliseconds(step))
    if step.each is not None:
        _several(step, element, code)
        return
    subjects = (*_TEXTS, "count", "aria", "box", "visual", "expression")
    judged = [name for name in subjects if getattr(step, name) is not None]
    if step.state is not None or not judged:
        _state(step, element, step.state or "visible", code)
    for source in _TEXTS:
        test: Any = getattr(step, source)
        read = of_element(element, source.rstrip("_"), getattr(test, "name", None)) if test is not None else None
        if read is not None:
            what = f"the {source.rstrip('_')} of {step.ways[0].describe()}"
            code.test_of(read, test, what=what, timeout_ms=code.milliseconds(step))
    if step.box is not None:
        _box(step, element, code)


def _visual(test: "VisualTest", step: "AssertStep", code: "CodeWriter") -> None:
    code.call(
        code.helper("looks_like"),
        code.page,
        literal(test.name),
        "[values[name] for name in SECRETS]",
        threshold_percent=test.threshold_percent,
        timeout_ms=code.milliseconds(step),
        element=Expression(code.element(step)) if step.ways else None,
        full_page=test.full_page or None,
        masks=[Expression(code.locator(mask)) for mask in test.masks] or None,
    )


def _box(step: "AssertStep", element: str, code: "CodeWriter") -> None:
    tests = {side: getattr(step.box, side) for side in _SIDES}
    held = [code.condition_on(f"found[{literal(side)}]", test) for side, test in tests.items() if test is not None]
    writer = RecordsWriter(code, code.milliseconds(step))
    code.line(writer.awaited(f"{element}.bounding_box()", step.summary(), " and ".join(["found is not None", *held])))


def _state(step: "AssertStep", element: str, state: str, code: "CodeWriter") -> None:
    code.needs("from playwright.sync_api import expect")
    if state in _STATES:
        code.call(f"expect({element}).{_STATES[state]}", timeout=code.milliseconds(step))
    else:
        chosen = literal(state == "selected")
        code.call(f"expect({element}).to_have_js_property", '"selected"', chosen, timeout=code.milliseconds(step))


def _several(step: "AssertStep", element: str, code: "CodeWriter") -> None:
    """Write that some of several elements pass all tests."""
    tests = []
    for source in _TEXTS:
        test: Any = getattr(step, source)
        if test is not None:
            read = of_element("each", source.rstrip("_"), getattr(test, "name", None))
            tests.append(code.condition_on(f'{code.helper("squeezed")}({read} or "")', test))
    if step.state is not None:
        reads = literal(f"async element => {script_of(step.state)}")
        tests.append(called("each.evaluate", reads))
    found = f"({' and '.join(f'({test})' for test in tests) or 'True'} for each in {element}.all())"
    held = {"every": f"all{found}", "any": f"any{found}", "none": f"not any{found}"}.get(step.each or "")
    if held is None:
        held = f"all{found.replace(f'{element}.all()', f'[{element}.first]')}"
    waits = called(code.helper("soon"), code.page, f"lambda: {held}", repr(code.milliseconds(step) / 1000))
    code.line(f"assert {waits}, {literal(step.summary())}")


def _aria(step: "AssertStep", code: "CodeWriter") -> None:
    element = code.element(step) if step.ways else f'{code.page}.locator("body")'
    if step.aria is not None and step.aria.snapshot is not None:
        code.needs("from playwright.sync_api import expect")
        snapshot = code.text(step.aria.snapshot)
        code.call(f"expect({element}).to_match_aria_snapshot", snapshot, timeout=code.milliseconds(step))
    if step.aria is not None and step.aria.contains is not None:
        held = f"{code.helper('squeezed')}({code.text(step.aria.contains)}) in text"
        options = {"what": "what a screen reader finds", "timeout_ms": code.milliseconds(step)}
        code.call(
            code.helper("eventually"),
            code.page,
            f"lambda: {element}.aria_snapshot()",
            f"lambda text: {held}",
            **options,
        )


def _expression(test: "ExpressionTest", step: "AssertStep", code: "CodeWriter") -> None:
    target, names = (code.element(step), "element, argument") if step.ways else (code.page, "argument")
    read = f"{target}.evaluate({script(test.script, code, names=names)})"
    if test.expectations():
        text = f"{code.helper('as_text')}({read})"
        code.test_of(text, test, what="what the script gives", timeout_ms=code.milliseconds(step))
    else:
        code.line(RecordsWriter(code, code.milliseconds(step)).awaited(read, "what the script gives", "found"))


def _variable(test: Any, code: "CodeWriter") -> None:
    name = literal(test.name)
    if test.exists is False:
        code.line(f"assert {name} not in values")
        return
    code.line(f"assert {name} in values")
    if test.expectations():
        squeezed = code.helper("squeezed")
        code.line(f"assert {code.condition_on(f'{squeezed}(values[{name}])', test)}, values[{name}]")
