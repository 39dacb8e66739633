"""An API process as its clients see it: what it answered, how long that took, and whether it hung up."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from command_line import OutriderProcess


@dataclass(frozen=True)
class Answer:
    """What came back. ``status`` 0: the connection failed; ``took_s`` in seconds."""

    status: int
    took_s: float
    content_type: str = ""
    body: Any = None

    @property
    def is_enveloped(self) -> bool:
        """Whether it is data or an error in the shape of the API."""
        body = self.body if isinstance(self.body, dict) else {}
        whole = {"data"} if body.get("success") is True else {"error", "statusCode", "statusMessage", "request_id"}
        return (
            self.content_type == "application/json"
            and body.get("success") is (self.status < 400)
            and whole <= set(body)
        )


class Door:
    """Asks one API process with one key; safe to use from several threads."""

    def __init__(self, base: str, key: str, process: OutriderProcess) -> None:
        self.process = process
        self._client = httpx2.Client(base_url=base, headers={"Authorization": f"Bearer {key}"}, timeout=30.0)

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Send one request."""
        began = time.monotonic()
        try:
            response = self._client.request(method, path, json=body, headers=headers)
        except httpx2.TransportError:
            return Answer(0, time.monotonic() - began)
        took_s = time.monotonic() - began
        content_type = response.headers.get("content-type", "").partition(";")[0]
        is_json = content_type == "application/json"
        return Answer(response.status_code, took_s, content_type, response.json() if is_json else response.text)

    def is_ready(self) -> bool:
        """Whether it says that it can serve."""
        return self.ask("GET", "/readyz").status == 200

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
