"""Requests and answers of the HTTP API: addresses, headers, envelopes, and trying again."""

import json
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from outrider_engine.errors import InvalidInput

from .errors import ChangedMeanwhile, Refused, RefusedInput, Unreachable
from .retrying import pause_before_retry, retry_after

Json = dict[str, Any]
Query = Mapping[str, str | int | float | Sequence[str] | None]
"""Parameters of an address; ``None`` leaves one out, booleans are written as JSON writes them."""

AnswerT = TypeVar("AnswerT")

_KEY = re.compile(r"[!-~]+")
_KINDS: Mapping[int, type[Refused]] = {400: RefusedInput, 412: ChangedMeanwhile, 422: RefusedInput}


class Transport:
    """Sends requests to one server with one key; safe to use from several threads.

    Raises:
        InvalidInput: the server's address is none, or the key can't be one.
    """

    def __init__(
        self, server: str, key: str, *, timeout_s: float = 30.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.server = server.rstrip("/")
        self._host, self._port, self._prefix, self._kind = _address(self.server)
        if not _KEY.fullmatch(key):
            raise InvalidInput("must be one word of printable ASCII", field="key")
        self._key = key
        self._timeout_s = timeout_s
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"Transport({self.server!r})"

    def send(
        self, method: str, path: str, body: Json | None = None, *, query: Query | None = None, repeatable: bool = False
    ) -> Json:
        """Send a request; returns the whole envelope of the answer. See ``exchange``."""
        return self.exchange(method, path, body, query=query, repeatable=repeatable)[0]

    def exchange(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        query: Query | None = None,
        repeatable: bool = False,
        if_match: str | None = None,
    ) -> tuple[Json, str | None]:
        """Send a request; returns the whole envelope of the answer, and its ``ETag``.

        A GET that is turned away for the moment is sent again, and so is one that is ``repeatable``: it carries an
        ``Idempotency-Key``, the same each time.

        Raises:
            ChangedMeanwhile: what is there has another ``ETag`` than ``if_match``.
            Refused: the server did not do it.
            Unreachable: there is no answer of an Outrider.
        """
        headers = self._headers("application/json") | {"Content-Type": "application/json"}
        if repeatable:
            headers["Idempotency-Key"] = str(uuid.uuid4())
        if if_match is not None:
            headers["If-Match"] = if_match
        content = None if body is None else json.dumps(body)
        send = partial(self._once, method, self._target(path, query), content, headers)
        return self._persistently(lambda: self._tagged(*send()), is_safe=repeatable or method == "GET")

    def text(self, path: str) -> str:
        """Return an answer that is no JSON, such as a report.

        Raises:
            Refused: the server did not do it.
            Unreachable: there is no answer of an Outrider.
        """
        send = partial(self._once, "GET", self._target(path, None), None, self._headers("*/*"))
        return self._persistently(lambda: self._plain(*send()), is_safe=True)

    def content(self, path: str) -> bytes:
        """Return a file.

        Raises:
            Refused: the server did not do it.
            Unreachable: there is no answer of an Outrider.
        """
        send = partial(self._once, "GET", self._target(path, None), None, self._headers("*/*"))
        return self._persistently(lambda: self._file(*send()), is_safe=True)

    def stream(
        self, path: str, *, query: Query | None = None, last_event_id: str | None = None
    ) -> Iterator[Mapping[str, str]]:
        """Walk through a stream of server-sent events: the fields of each, until the server ends it.

        Raises:
            Refused: the server did not open it.
            Unreachable: there is no answer of an Outrider, or the connection is lost.
        """
        headers = self._headers("text/event-stream")
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        connection = self._kind(self._host, self._port, timeout=self._timeout_s)
        try:
            connection.request("GET", self._target(path, query), headers=headers)
            response = connection.getresponse()
            if response.getheader("Content-Type", "").partition(";")[0] != "text/event-stream":
                self._envelope(response, response.read())
                raise Unreachable(f"{self.server} answered, but with no stream of events")
            yield from _fields(response)
        except (OSError, HTTPException, UnicodeError) as error:
            raise Unreachable(f"{self.server} can't be reached: {str(error) or type(error).__name__}") from None
        finally:
            connection.close()

    def _target(self, path: str, query: Query | None) -> str:
        given = {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in (query or {}).items()
            if value is not None
        }
        return self._prefix + path + (f"?{urlencode(given, doseq=True)}" if given else "")

    def _headers(self, accepted: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}", "Accept": accepted, "User-Agent": "outrider-client"}

    def _persistently(self, ask: Callable[[], AnswerT], *, is_safe: bool) -> AnswerT:
        """Return what is answered; what is turned away for the moment is asked again if that is safe."""
        retries = 0
        while True:
            try:
                return ask()
            except Refused as refusal:
                pause = pause_before_retry(refusal.status, refusal.retry_after_s, retries)
                if pause is None or not is_safe:
                    raise
            self._sleep(pause)
            retries += 1

    def _once(
        self, method: str, target: str, content: str | None, headers: Mapping[str, str]
    ) -> tuple[HTTPResponse, bytes]:
        connection = self._kind(self._host, self._port, timeout=self._timeout_s)
        try:
            connection.request(method, target, content, headers)
            response = connection.getresponse()
            return response, response.read()
        except (OSError, HTTPException, UnicodeError) as error:
            raise Unreachable(f"{self.server} can't be reached: {str(error) or type(error).__name__}") from None
        finally:
            connection.close()

    def _tagged(self, response: HTTPResponse, text: bytes) -> tuple[Json, str | None]:
        return self._envelope(response, text), response.getheader("ETag")

    def _plain(self, response: HTTPResponse, text: bytes) -> str:
        kind = response.getheader("Content-Type", "").partition(";")[0]
        if response.status == 200 and kind != "application/json" and response.getheader("X-Request-Id"):
            return text.decode()
        self._envelope(response, text)
        raise Unreachable(f"{self.server} answered, but with no report")

    def _file(self, response: HTTPResponse, content: bytes) -> bytes:
        if response.status == 200 and response.getheader("X-Request-Id"):
            return content
        self._envelope(response, content)
        raise Unreachable(f"{self.server} answered, but with no file")

    def _envelope(self, response: HTTPResponse, text: bytes) -> Json:
        if 300 <= response.status < 400:
            elsewhere = response.getheader("Location") or "another address"
            raise Unreachable(f"{self.server} sends on to {elsewhere}; give the address where Outrider itself answers")
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if isinstance(answer, dict) and answer.get("success") is True:
            return answer
        waiting_s = retry_after(response.getheader("Retry-After"))
        if not isinstance(answer, dict):
            if waiting_s is None and response.status not in (429, 502, 503, 504):
                raise Unreachable(f"{self.server} is not an Outrider: its answer is not JSON")
            answer = {}
        raise self._refusal(response, answer, waiting_s)

    def _refusal(self, response: HTTPResponse, answer: Json, waiting_s: float | None) -> Refused:
        problem = str(answer.get("error") or response.reason).replace(self._key, "…")
        data = answer["data"] if isinstance(answer.get("data"), dict) else {}
        kind = _KINDS.get(response.status, Refused)
        return kind(
            f"{self.server} refused it: {response.status} {problem}",
            status=response.status,
            code=answer.get("code"),
            field=data.get("field"),
            allowed=data.get("allowed"),
            request_id=answer.get("request_id") or response.getheader("X-Request-Id"),
            retry_after_s=waiting_s,
        )


def _fields(response: HTTPResponse) -> Iterator[Mapping[str, str]]:
    found: dict[str, str] = {}
    while line := response.readline().decode():
        name, _, value = line.rstrip("\r\n").partition(": ")
        if line.strip():
            found[name] = value
        elif found:
            yield found
            found = {}


def _address(server: str) -> tuple[str, int | None, str, type[HTTPConnection]]:
    try:
        parts = urlsplit(server)
        port = parts.port
    except ValueError as error:
        raise InvalidInput(str(error), field="server") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput("must begin with http:// or https:// and name a host", field="server")
    if parts.username or parts.query or parts.fragment:
        raise InvalidInput("must be an address alone, without a user, a query or a fragment", field="server")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return parts.hostname, port, parts.path, kind
