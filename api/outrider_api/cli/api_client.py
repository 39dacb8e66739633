"""A client of our own HTTP API, for what the command line does through the front door."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from outrider_engine.errors import OutriderError

_TIMEOUT_S = 30.0
_PAGE = 100


class ApiClient:
    """Sends one request at a time to ``host:port``; answers are the ``data`` of the envelope."""

    def __init__(self, host: str, port: int, key: str) -> None:
        self._host = host
        self._port = port
        self._key = key

    def get(self, path: str, **query: str | int) -> Any:
        """Return what is at ``path``."""
        return self._send("GET", f"{path}?{urlencode(query)}" if query else path, None)["data"]

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send ``body`` to ``path``."""
        return self._send("POST", path, body or {})["data"]

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """Change what is at ``path``."""
        return self._send("PUT", path, body)["data"]

    def all(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """Walk through all pages of a list."""
        page, seen, total = 1, 0, 1
        while seen < total:
            answer = self._send("GET", f"{path}?{urlencode({**query, 'page': page, 'per_page': _PAGE})}", None)
            yield from answer["data"]
            seen += _PAGE
            page, total = page + 1, answer["meta"]["total"]

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        connection = HTTPConnection(self._host, self._port, timeout=_TIMEOUT_S)
        try:
            headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if not answer.get("success"):
            raise OutriderError(f"{method} {path}: {response.status} {answer.get('error')}")
        return answer
