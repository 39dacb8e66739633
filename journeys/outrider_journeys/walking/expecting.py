"""Awaiting what a step has to cause, from before it acts until it came or the step's time is over."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from playwright.sync_api import TimeoutError  # noqa: A004 - Playwright's name

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.actions.contract import StepFailure, StepScope
from outrider_journeys.comparing import TextTests
from outrider_journeys.expectations import (
    Expectation,
    ExpectedDialog,
    ExpectedDownload,
    ExpectedNavigation,
    ExpectedRequest,
    ExpectedResponse,
)

from .dialogs import DialogRule

if TYPE_CHECKING:
    from playwright.sync_api import Request, Response


@contextmanager
def caused(expectations: tuple[Expectation, ...], scope: StepScope) -> Iterator[None]:
    """Do what is inside, and then await all that it has to cause.

    Raises:
        StepFailure: something did not come in time, or is not as it has to be.
    """
    with ExitStack() as stack:
        for expectation in expectations:
            stack.enter_context(_awaited(expectation, scope))
        yield


def _awaited(expected: Expectation, scope: StepScope) -> AbstractContextManager[None]:
    if expected.popup is not None:
        return _popup(expected.popup, scope)
    if expected.download is not None:
        return _download(expected.download, scope)
    if expected.dialog is not None:
        return _dialog(expected.dialog, scope)
    if expected.request is not None:
        return _request(expected.request, scope)
    if expected.response is not None:
        return _response(expected.response, scope)
    return _navigation(expected.navigation or ExpectedNavigation(), scope)


@contextmanager
def _event(event: Any, what: str) -> Iterator[Any]:
    """Wait for an event of Playwright that begins to be awaited here; only its own lateness is called so."""
    is_done = False
    try:
        with event as info:
            yield info
            is_done = True
    except TimeoutError:
        if is_done:
            raise _missing(what) from None
        raise


@contextmanager
def _navigation(expected: ExpectedNavigation, scope: StepScope) -> Iterator[None]:
    with _event(scope.page.expect_navigation(timeout=scope.time_left_ms()), "a navigation"):
        yield
    if expected.url is not None:
        _judge(expected.url, "the address", lambda _: scope.page.url, scope)
    if expected.title is not None:
        _judge(expected.title, "the title", lambda _: scope.page_title(), scope)
    scope.note(url=scope.page.url)


@contextmanager
def _popup(name: str, scope: StepScope) -> Iterator[None]:
    with _event(scope.page.expect_popup(timeout=scope.time_left_ms()), "another page that opens") as opened:
        yield
    scope.pages.open(name, opened.value, use=False)
    opened.value.wait_for_load_state("domcontentloaded", timeout=scope.time_left_ms())
    scope.note(opened=opened.value.url)


@contextmanager
def _download(expected: ExpectedDownload, scope: StepScope) -> Iterator[None]:
    downloads = scope.session.downloads
    before = len(downloads.begun)
    yield
    begun, _ = scope.eventually(lambda _: len(downloads.begun), lambda count: count > before)
    if not begun:
        raise _missing("a download")
    under_way = downloads.begun[before]
    ended, _ = scope.eventually(lambda _: under_way.is_over, bool)
    if not ended or under_way.record is None:
        raise StepFailure(f"the download {under_way.problem or 'did not end in time'}", reason=Reason.ASSERTION)
    downloads.named[expected.as_] = under_way.record
    scope.note(download={"name": under_way.record.name, "size": under_way.record.size})
    if expected.file_name is not None:
        problem = expected.file_name.rendered(scope.variables).problem_with(under_way.record.name)
        _demand(problem, "the name of the download")


@contextmanager
def _dialog(expected: ExpectedDialog, scope: StepScope) -> Iterator[None]:
    dialogs = scope.session.dialogs
    text = None if expected.text is None else scope.render(expected.text)
    rule = DialogRule(answer=expected.answer, text=text, left=1)
    dialogs.add(rule)
    try:
        yield
        came, _ = scope.eventually(lambda _: len(rule.seen), bool)
    finally:
        dialogs.remove(rule)
    if not came:
        raise _missing("a dialog")
    scope.note(dialog=rule.seen[0].message)
    if expected.message is not None:
        _demand(expected.message.rendered(scope.variables).problem_with(rule.seen[0].message), "the dialog's message")


@contextmanager
def _request(expected: ExpectedRequest, scope: StepScope) -> Iterator[None]:
    is_meant = _of(expected, scope)
    with _event(scope.page.expect_request(is_meant, timeout=scope.time_left_ms()), _words(expected)) as info:
        yield
    scope.note(request=info.value.url)


@contextmanager
def _response(expected: ExpectedResponse, scope: StepScope) -> Iterator[None]:
    is_meant = _of(expected, scope)

    def fits(response: "Response") -> bool:
        return is_meant(response.request) and expected.status in (None, response.status)

    status = f" with status {expected.status}" if expected.status is not None else ""
    what = f"an answer{status} to {_words(expected)}"
    with _event(scope.page.expect_response(fits, timeout=scope.time_left_ms()), what) as info:
        yield
    scope.note(response={"url": info.value.url, "status": info.value.status})
    if expected.as_ is not None:
        scope.session.responses[expected.as_] = info.value


def _of(expected: ExpectedRequest | ExpectedResponse, scope: StepScope) -> "Callable[[Request], bool]":
    url = expected.url.rendered(scope.variables)
    return lambda request: url.problem_with(request.url) is None and expected.method in (None, request.method)


def _words(expected: ExpectedRequest | ExpectedResponse) -> str:
    return " ".join(filter(None, ["a request", expected.method, "whose address", expected.url.describe()]))


def _judge(test: TextTests, what: str, read: Callable[[float], str], scope: StepScope) -> None:
    rendered = test.rendered(scope.variables)
    _, actual = scope.eventually(read, lambda text: rendered.problem_with(text) is None)
    _demand(rendered.problem_with(actual), what)


def _demand(problem: str | None, what: str) -> None:
    if problem is not None:
        raise StepFailure(f"{what} {problem}", reason=Reason.ASSERTION)


def _missing(what: str) -> StepFailure:
    return StepFailure(f"{what} was expected, and did not come in time", reason=Reason.ASSERTION)
