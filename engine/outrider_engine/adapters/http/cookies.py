"""The cookies of one visitor in curl's own cookie engine, which knows domains, paths, expiry and public suffixes."""

from typing import Any

import pycurl

from outrider_engine.ports.http import CookieJar

MOST_COOKIES = 1000


def put_in(handle: Any, jar: CookieJar) -> None:
    """Let a fresh handle know the visitor's cookies, and learn more."""
    handle.setopt(pycurl.COOKIEFILE, "")
    for line in jar.lines:
        handle.setopt(pycurl.COOKIELIST, line.encode())


def take_out(handle: Any, jar: CookieJar) -> None:
    """Leave with the jar what the handle knows after a response."""
    lines = handle.getinfo_raw(pycurl.INFO_COOKIELIST)
    jar.lines = [line.decode("utf-8", "replace") for line in lines[-MOST_COOKIES:]]
