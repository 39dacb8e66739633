"""What Playwright's errors mean for a run: who has to act, and in words for people.

The patterns are of Playwright 1.50 to 1.65 and of Chromium's ``net_error_list.h``.
"""

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Error, TimeoutError  # noqa: A004 - Playwright's name

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import InvalidInput, UnknownVariable

from .actions.contract import StepFailure

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SELECTOR = re.compile(
    r"while parsing (?:css )?selector|is not a valid selector|is not a valid XPath|Malformed selector|Unknown engine"
    r"|Unexpected end of selector|Error while parsing selector"
)
_DEFINITION = re.compile(r"Unknown key:|Cannot navigate to invalid URL|Malformed attribute|Unsupported role")
_PERFORMED = re.compile(r"^\s*- performing \w+ action", re.MULTILINE)
_CRASHED = re.compile(r"Target crashed|Page crashed")
_STRICT = re.compile(r"strict mode violation: .* resolved to (\d+) elements")
_NET = re.compile(r"net::(ERR_[A-Z0-9_]+)")
_OBSTACLE = re.compile(
    r"- (element is [a-z ]+|element was [a-z ,]+|did not find some options|<.*> intercepts pointer events)"
)
_PREFIX = re.compile(r"^[A-Za-z]+\.[a-z_]+: (?:Error: )?")

_FAILED, _ERROR = Verdict.FAILED, Verdict.ERROR
_NET_FAULTS: tuple[tuple[str, Verdict, Reason], ...] = (
    (r"ERR_NAME_|ERR_DNS_|ERR_ICANN_", _FAILED, Reason.DNS),
    (r"ERR_CERT_|ERR_SSL_|ERR_BAD_SSL_|ERR_TLS13_|ERR_ECH_", _FAILED, Reason.TLS),
    (r"ERR_TIMED_OUT", Verdict.TIMED_OUT, Reason.TIMEOUT),
    (r"ERR_INTERNET_DISCONNECTED|ERR_NETWORK_(?:CHANGED|IO_SUSPENDED)", _ERROR, Reason.RUNNER_NETWORK),
    (r"ERR_PROXY_CONNECTION_FAILED|ERR_INSUFFICIENT_RESOURCES|ERR_OUT_OF_MEMORY", _ERROR, Reason.INTERNAL),
    (r"ERR_BLOCKED_BY_|ERR_NETWORK_ACCESS_DENIED|ERR_DISALLOWED_URL_SCHEME", _ERROR, Reason.EGRESS_DENIED),
    (r"ERR_UNSAFE_PORT|ERR_UNKNOWN_URL_SCHEME|ERR_INVALID_URL", _ERROR, Reason.INVALID_DEFINITION),
    (r"ERR_TOO_MANY_REDIRECTS|ERR_UNSAFE_REDIRECT|ERR_INVALID_REDIRECT", _FAILED, Reason.REDIRECT),
    (r"ERR_CONNECTION_|ERR_ADDRESS_|ERR_SOCKET_|ERR_TUNNEL_", _FAILED, Reason.CONNECT),
    (r"ERR_HTTP|ERR_QUIC_|ERR_EMPTY_RESPONSE|ERR_INVALID_|ERR_RESPONSE_|ERR_INCOMPLETE_", _FAILED, Reason.PROTOCOL),
    (r"ERR_CONTENT_", _FAILED, Reason.BODY),
)


_OTHER_BROWSERS: tuple[tuple[str, Reason], ...] = (
    (r"NS_ERROR_UNKNOWN_HOST|[Cc]ould not resolve", Reason.DNS),
    (r"NS_ERROR_(?:CONNECTION_REFUSED|NET_)|[Cc]ould not connect|Connection refused", Reason.CONNECT),
    (r"SEC_ERROR_|SSL_ERROR_|MOZILLA_PKIX_|[Cc]ertificate|TLS", Reason.TLS),
)
"""The words of Firefox and WebKit."""
UNREACHED = {
    Reason.DNS: "no site of this name was found",
    Reason.CONNECT: "nothing answers there",
    Reason.TLS: "no secure connection comes about, because of its certificate or its TLS",
    Reason.TIMEOUT: "it does not answer in time",
    Reason.RUNNER_NETWORK: "this machine is offline",
    Reason.EGRESS_DENIED: "the browser is not allowed to",
    Reason.REDIRECT: "it redirects without end",
    Reason.PROTOCOL: "what answers there does not speak HTTP as it should",
}
"""Why there is no page, in words for people."""


def why_not_opened(error: Error) -> str:
    """Return in words for people why an address can't be opened."""
    if isinstance(error, TimeoutError):
        return UNREACHED[Reason.TIMEOUT]
    fault = _net_fault(error)
    others = (reason for pattern, reason in _OTHER_BROWSERS if re.search(pattern, error.message))
    reason = fault.reason if fault is not None else next(others, None)
    code = _NET.search(error.message)
    said = f"the browser says {code[1]}" if code else _first_line(error)
    return said if reason is None else UNREACHED.get(reason, said)


def explained(error: Exception, page: "Page", *, subject: str, waited_s: float) -> StepFailure:
    """Return the failure that an error of a step amounts to.

    Args:
        error: what the action raised.
        page: the page it happened on, to see whether it is still there.
        subject: what the step is about, in words (``button “Buy”``).
        waited_s: seconds that the step took.
    """
    if isinstance(error, StepFailure):
        return error
    if isinstance(error, UnknownVariable):
        return StepFailure(str(error), reason=Reason.UNKNOWN_VARIABLE, verdict=_ERROR)
    if isinstance(error, InvalidInput):
        return StepFailure(str(error), reason=Reason.INVALID_DEFINITION, verdict=_ERROR)
    if not isinstance(error, Error):
        return StepFailure(f"the action broke: {type(error).__name__}", reason=Reason.PLUGIN, verdict=_ERROR)
    return _gone(error, page) or _wrong_definition(error) or _net_fault(error) or _on_page(error, subject, waited_s)


def was_performed(error: Error, page: "Page") -> bool:
    """Whether a click or tap that ended with an error did all that it should: it closed its own page, not the last one.

    Most often Playwright has heard by then that the mouse was let go. Where it has not, its log still tells that the
    element was found and fit, and the mouse was there.
    """
    return page.is_closed() and bool(page.context.pages) and _PERFORMED.search(error.message) is not None


def _gone(error: Error, page: "Page") -> StepFailure | None:
    if _CRASHED.search(error.message):
        return StepFailure("the page crashed", reason=Reason.PAGE_CRASH)
    browser = page.context.browser
    if browser is not None and not browser.is_connected():
        return StepFailure("the browser ended", reason=Reason.BROWSER_UNAVAILABLE, verdict=_ERROR)
    if page.is_closed():
        return StepFailure("the page was closed", reason=Reason.PAGE_CRASH)
    return None


def _wrong_definition(error: Error) -> StepFailure | None:
    if _SELECTOR.search(error.message):
        return StepFailure(_first_line(error), reason=Reason.SELECTOR_SYNTAX, verdict=_ERROR)
    # What is asked of the whole browser (cookies, permissions, headers) fails for what is asked, not for the site.
    if _DEFINITION.search(error.message) or error.message.startswith("BrowserContext."):
        return StepFailure(_first_line(error), reason=Reason.INVALID_DEFINITION, verdict=_ERROR)
    return None


def _net_fault(error: Error) -> StepFailure | None:
    found = _NET.search(error.message)
    if found is None:
        return None
    for pattern, verdict, reason in _NET_FAULTS:
        if re.match(pattern, found[1]):
            return StepFailure(_first_line(error), reason=reason, verdict=verdict)
    return StepFailure(_first_line(error), reason=Reason.NAVIGATION)


def _on_page(error: Error, subject: str, waited_s: float) -> StepFailure:
    several = _STRICT.search(error.message)
    if several:
        return StepFailure(f"{subject} stands for {several[1]} elements; make it one", reason=Reason.LOCATOR)
    if isinstance(error, TimeoutError):
        return _too_late(error.message, subject, waited_s)
    of_page = error.message.startswith("Page.")
    return StepFailure(_first_line(error), reason=Reason.NAVIGATION if of_page else Reason.LOCATOR)


def _too_late(message: str, subject: str, waited_s: float) -> StepFailure:
    if 'waiting for locator(":root")' in message:
        problem = f"the page did not answer within {waited_s:.1f} s"
        return StepFailure(problem, reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT)
    if "waiting for" in message and "Locator." in message and "resolved to" not in message:
        return StepFailure(f"{subject} was not found within {waited_s:.1f} s", reason=Reason.LOCATOR)
    obstacles = _OBSTACLE.findall(message)
    why = f": {obstacles[-1]}" if obstacles else ""
    return StepFailure(f"not done within {waited_s:.1f} s{why}", reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT)


def _first_line(error: Error) -> str:
    return _PREFIX.sub("", error.message.strip().split("\n", 1)[0])
