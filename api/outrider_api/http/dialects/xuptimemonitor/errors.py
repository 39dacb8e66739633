"""xuptimemonitor's errors: three keys, and ``message`` beside them when the request itself is wrong."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

PREFIX = "/compat/xuptimemonitor/"


class Reason(BaseModel):
    """Why."""

    reason: str


class Problem(BaseModel):
    """An error."""

    status_code: int = Field(alias="statusCode")
    status_message: str = Field(alias="statusMessage")
    data: Reason
    message: str | None = Field(default=None, description="Only with the status 400.")


def respelled(native: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a native error with the keys of this dialect."""
    content = {name: native[name] for name in ("statusCode", "statusMessage")}
    content["data"] = {"reason": native["data"]["reason"]}
    return content | ({"message": native["message"]} if native["statusCode"] == 400 else {})
