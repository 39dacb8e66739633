"""A client of the HTTP API, for what the command line does through the front door."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from outrider_engine.errors import InvalidInput, OutriderError

_TIMEOUT_S = 30.0
_PAGE = 100

Json = dict[str, Any]


class Refused(OutriderError):
    """The server answered, and did not do it; ``is_ours`` is whether asking the same again can't help."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.is_ours = 400 <= status < 500 and status != 429


class ApiClient:
    """Sends one request at a time to a server, such as ``http://127.0.0.1:8000``.

    Answers are the ``data`` of the envelope.

    Raises:
        InvalidInput: the server's address is none.
        Refused: from each call: the server did not do it.
        OutriderError: from each call: the server can't be reached.
    """

    def __init__(self, server: str, key: str) -> None:
        parts = urlsplit(server)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput("must begin with http:// or https:// and name a host", field="--server")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._server = server
        self._connection = kind(parts.hostname, parts.port, timeout=_TIMEOUT_S)
        self._prefix = parts.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def get(self, path: str, **query: str | int) -> Any:
        """Return what is at ``path``."""
        return self._send("GET", f"{path}?{urlencode(query)}" if query else path, None)["data"]

    def post(self, path: str, body: Json | None = None) -> Json:
        """Send ``body`` to ``path``."""
        made: Json = self._send("POST", path, body or {})["data"]
        return made

    def put(self, path: str, body: Json) -> Json:
        """Change what is at ``path``."""
        changed: Json = self._send("PUT", path, body)["data"]
        return changed

    def all(self, path: str) -> Iterator[Json]:
        """Walk through all pages of a list."""
        page, seen, total = 1, 0, 1
        while seen < total:
            answer = self._send("GET", f"{path}?{urlencode({'page': page, 'per_page': _PAGE})}", None)
            yield from answer["data"]
            seen += _PAGE
            page, total = page + 1, answer["meta"]["total"]

    def _send(self, method: str, path: str, body: Json | None) -> Any:
        content = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, self._prefix + path, content, self._headers)
            response = self._connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, HTTPException) as error:
            raise OutriderError(f"{self._server} can't be reached: {error}") from None
        except ValueError:
            raise OutriderError(f"{self._server} is not an Outrider: its answer is not JSON") from None
        finally:
            self._connection.close()
        if not isinstance(answer, dict) or not answer.get("success"):
            problem = answer.get("error") if isinstance(answer, dict) else None
            sentence = f"{self._server} refused it: {response.status} {problem or response.reason}"
            raise Refused(sentence, response.status)
        return answer


def put_by_name(client: ApiClient, path: str, body: Json, *, fixed: tuple[str, ...] = ()) -> Json:
    """Make an object of the list at ``path``, or change the one of that name; ``fixed`` fields can't be changed."""
    there = next((found for found in client.all(path) if found["name"] == body["name"]), None)
    if there is None:
        return client.post(path, body)
    return client.put(f"{path}/{there['id']}", {name: value for name, value in body.items() if name not in fixed})
