"""Waiting, extracting and setting variables as Python."""

from typing import TYPE_CHECKING

from .expressions import called, literal
from .reading import of_element, of_page, of_script

if TYPE_CHECKING:
    from outrider_journeys.actions.extracting import ExtractStep, SetVariableStep
    from outrider_journeys.actions.waiting import WaitForStep

    from .code import CodeWriter

_OF_WALK = frozenset({"response", "header", "console", "download"})


def write_wait(step: "WaitForStep", code: "CodeWriter") -> None:
    """Write what is waited for."""
    limit = code.milliseconds(step)
    if step.seconds is not None:
        code.call(f"{code.page}.wait_for_timeout", repr(round(step.seconds * 1000)))
    elif step.load is not None:
        code.call(f"{code.page}.wait_for_load_state", literal(step.load), timeout=code.timeout(step))
    elif step.url is not None:
        code.test_of(f"{code.page}.url", step.url, what="the address", timeout_ms=limit)
    elif step.function is not None:
        waits = called(
            code.helper("soon"), code.page, f"lambda: {of_script(step.function, code.page)}", f"{limit / 1000}"
        )
        code.line(f"assert {waits}, {literal(step.summary())}")
    elif step.count is not None:
        code.test_of(f"str({code.element(step)}.count())", step.count, what="the count", timeout_ms=limit)
    elif step.ways:
        code.call(f"{code.element(step)}.wait_for", state=step.state, timeout=code.timeout(step))
    else:
        code.leave_out(step, "waiting for what may have come already is not written as code")


def write_extract(step: "ExtractStep", code: "CodeWriter") -> None:
    """Write what is taken."""
    read = _source(step, code)
    if read is None:
        code.leave_out(step, f"taking a value from {step.source} is not written as code")
        return
    pattern = [code.pattern(step.pattern)] if step.pattern else []
    if pattern:
        found = f"lambda text: {pattern[0]}.search(text)"
        options = {"what": f"the {step.source}", "timeout_ms": code.milliseconds(step)}
        read = called(code.helper("eventually"), code.page, f"lambda: {read}", found, **options)
    code.line(f"values[{literal(step.variable)}] = {called(code.helper('taken'), read, *pattern)}")


def _source(step: "ExtractStep", code: "CodeWriter") -> str | None:
    element = code.element(step) if step.ways else None
    key = literal(step.key)
    if step.source == "script" and step.script is not None:
        return called(code.helper("as_text"), of_script(step.script, code.page, element))
    if step.source == "cookie":
        return f'next((each["value"] for each in {code.page}.context.cookies() if each["name"] == {key}), None)'
    if step.source == "storage":
        area = f"{step.area or 'local'}Storage"
        return called(f"{code.page}.evaluate", literal(f"key => {area}.getItem(key)"), key)
    if step.source in _OF_WALK:
        return _of_walk(step, code)
    if element is not None:
        return of_element(element, step.source, step.attribute or step.key)
    return of_page(code.page, step.source)


def _of_walk(step: "ExtractStep", code: "CodeWriter") -> str | None:
    if step.source == "download" and step.download is not None and step.part in (None, "name"):
        return f"{code.store('downloads')}[{literal(step.download)}].suggested_filename"
    if step.source in ("response", "header") and step.response is not None:
        response = f"{code.store('responses')}[{literal(step.response)}]"
        header = f"{response}.headers.get({literal(step.key)}.lower())"
        part = "header" if step.source == "header" else step.part or "body"
        return {"body": f"{response}.text()", "status": f"str({response}.status)", "header": header}.get(part)
    return None


def write_variable(step: "SetVariableStep", code: "CodeWriter") -> None:
    """Write the value of a variable."""
    code.line(f"values[{literal(step.variable)}] = {code.text(step.value)}")
