"""``wait_for`` as Python."""

from typing import TYPE_CHECKING

from .expressions import called, literal
from .recorded import RecordsWriter, is_meant
from .scripts import script

if TYPE_CHECKING:
    from outrider_journeys.actions.waiting import WaitForStep

    from .code import CodeWriter


def write_wait(step: "WaitForStep", code: "CodeWriter") -> None:
    """Write what is waited for."""
    timeout_ms = code.milliseconds(step)
    if step.seconds is not None:
        code.call(f"{code.page}.wait_for_timeout", repr(round(step.seconds * 1000)))
    elif step.load is not None:
        code.call(f"{code.page}.wait_for_load_state", literal(step.load), timeout=code.timeout(step))
    elif step.url is not None:
        code.test_of(f"{code.page}.url", step.url, what="the address", timeout_ms=timeout_ms)
    elif step.function is not None:
        truth = f"{code.page}.evaluate({script(step.function, code)})"
        code.line(RecordsWriter(code, timeout_ms).awaited(truth, step.summary(), "found"))
    elif step.count is not None:
        code.test_of(f"str({code.element(step)}.count())", step.count, what=step.summary(), timeout_ms=timeout_ms)
    elif step.ways:
        code.call(f"{code.element(step)}.wait_for", state=step.state, timeout=code.timeout(step))
    else:
        _write_effect(step, code)


def _write_effect(step: "WaitForStep", code: "CodeWriter") -> None:
    """Write what pages have to cause; what an earlier step has waited for does not count again."""
    if step.request is not None:
        code.line(_untaken("request", is_meant(step.request, code, "each"), step, code))
    elif step.response is not None:
        status = f" and each.status == {step.response.status}" if step.response.status is not None else ""
        meant = is_meant(step.response, code, "each.request") + status
        code.line(f"answer = {_untaken('response', meant, step, code)}")
        code.line("answer.finished()")
        if step.response.as_ is not None:
            code.line(f"{code.store('responses')}[{literal(step.response.as_)}] = answer")
    elif step.download is not None:
        file = f"{code.store('downloads')}[{literal(step.download.as_)}]"
        code.line(f"{file} = {_untaken('download', 'True', step, code)}")
        if step.download.file_name is not None:
            name = called(code.helper("squeezed"), f"{file}.suggested_filename")
            code.line(f"assert {code.condition_on(name, step.download.file_name)}, {file}.suggested_filename")
    else:
        page, pages = f"pages[{literal(step.popup)}]", f"{code.page}.context.pages"
        found = f"next((each for each in {pages} if each not in pages.values()), None)"
        code.line(f"{page} = {RecordsWriter(code, code.milliseconds(step)).awaited(found, step.summary())}")
        code.call(f"{page}.wait_for_load_state", literal("domcontentloaded"), timeout=code.timeout(step))


def _untaken(event: str, meant: str, step: "WaitForStep", code: "CodeWriter") -> str:
    found = f"(each for each in {code.recorded(event)} if {meant})"
    first = f"{code.helper('untaken')}({code.store('taken')}, {literal(event)}, {found})"
    return RecordsWriter(code, code.milliseconds(step)).awaited(first, step.summary())
