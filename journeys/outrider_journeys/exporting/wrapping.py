"""What is written around every step: its name, whether it is run, its tries, and what it has to cause."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from outrider_journeys.comparing import TextTests
from outrider_journeys.expectations import (
    Expectation,
    ExpectedDialog,
    ExpectedDownload,
    ExpectedRequest,
    ExpectedResponse,
)
from outrider_journeys.steps import StepModel

from .conditions import condition_on_variable
from .expressions import called, literal

if TYPE_CHECKING:
    from .code import CodeWriter


@contextmanager
def wrapped(step: StepModel, code: "CodeWriter") -> Iterator[None]:
    """Write all that is around the lines of a step; those are written inside."""
    with ExitStack() as blocks:
        if step.skip:
            blocks.enter_context(code.block("if False:  # left out"))
        elif step.when is not None:
            blocks.enter_context(code.block(f"if {condition_on_variable(step.when, code)}:"))
        goes_on = code.goes_on_after(step) or None
        blocks.enter_context(code.block(f"with {called('step', literal(step.display_name), goes_on=goes_on)}:"))
        tries = 1 + code.defaults.retries_of(step)
        if tries > 1:
            attempts = called(code.helper("attempts"), str(tries), delay_s=step.retry_delay or None)
            blocks.enter_context(code.tries(f"for attempt in {attempts}:"))
            blocks.enter_context(code.block("with attempt:"))
        after: list[str] = []
        with ExitStack() as inner:
            for number, expectation in enumerate(step.expects, start=1):
                header, lines = _awaited(expectation, f"{_kind(expectation)}_{number}", step, code)
                inner.enter_context(code.block(header))
                after += lines
            yield
        for line in after:
            code.line(line)


def _kind(expectation: Expectation) -> str:
    return next(kind for kind in type(expectation).model_fields if getattr(expectation, kind) is not None)


def _awaited(expected: Expectation, name: str, step: StepModel, code: "CodeWriter") -> tuple[str, list[str]]:
    """Return the header of the block in which the step is done, and what is looked at after it."""
    timeout = code.timeout(step)
    if expected.popup is not None:
        header = f"with {called(f'{code.page}.expect_popup', timeout=timeout)} as {name}:"
        return header, [f"pages[{literal(expected.popup)}] = {name}.value"]
    if expected.download is not None:
        return _download(expected.download, name, timeout, code)
    if expected.dialog is not None:
        return _dialog(expected.dialog, name, step, code)
    if expected.request is not None:
        test = _request(expected.request, "request", code)
        return f"with {called(f'{code.page}.expect_request', f'lambda request: {test}', timeout=timeout)}:", []
    if expected.response is not None:
        return _response(expected.response, name, timeout, code)
    return _navigation(expected, step, timeout, code)


def _navigation(
    expected: Expectation, step: StepModel, timeout: int | None, code: "CodeWriter"
) -> tuple[str, list[str]]:
    navigation, limit = expected.navigation, code.milliseconds(step)
    after = []
    if navigation is not None and navigation.url is not None:
        after.append(code.awaited_text(f"{code.page}.url", navigation.url, what="the address", timeout_ms=limit))
    if navigation is not None and navigation.title is not None:
        after.append(code.awaited_text(f"{code.page}.title()", navigation.title, what="the title", timeout_ms=limit))
    return f"with {called(f'{code.page}.expect_navigation', timeout=timeout)}:", after


def _download(expected: ExpectedDownload, name: str, timeout: int | None, code: "CodeWriter") -> tuple[str, list[str]]:
    after = [f"{code.store('downloads')}[{literal(expected.as_)}] = {name}.value"]
    after += _test(f"{name}.value.suggested_filename", expected.file_name, code)
    return f"with {called(f'{code.page}.expect_download', timeout=timeout)} as {name}:", after


def _dialog(expected: ExpectedDialog, name: str, step: StepModel, code: "CodeWriter") -> tuple[str, list[str]]:
    dialog = called(
        f"{code.dialogs()}.expected",
        code.page,
        str(code.milliseconds(step)),
        accept=expected.answer == "accept",
        text=code.expression(expected.text),
    )
    if expected.message is None:
        return f"with {dialog}:", []
    said = f"{name}.said[0]"
    return f"with {dialog} as {name}:", [f"assert {code.condition_on(said, expected.message)}, {said}"]


def _response(expected: ExpectedResponse, name: str, timeout: int | None, code: "CodeWriter") -> tuple[str, list[str]]:
    test = _request(expected, "response.request", code)
    if expected.status is not None:
        test += f" and response.status == {expected.status}"
    event = called(f"{code.page}.expect_response", f"lambda response: {test}", timeout=timeout)
    if expected.as_ is None:
        return f"with {event}:", []
    return f"with {event} as {name}:", [f"{code.store('responses')}[{literal(expected.as_)}] = {name}.value"]


def _request(expected: ExpectedRequest | ExpectedResponse, request: str, code: "CodeWriter") -> str:
    test = code.condition_on(f"{request}.url", expected.url)
    return test if expected.method is None else f"{test} and {request}.method == {literal(expected.method)}"


def _test(expression: str, test: TextTests | None, code: "CodeWriter") -> list[str]:
    if test is None:
        return []
    return [f"assert {code.condition_on(called(code.helper('squeezed'), expression), test)}, {expression}"]
