"""Pings as jobs send them."""

import re

from pydantic import BaseModel

from outrider_engine.errors import NotFound

_CODE = re.compile(r"-?[0-9]{1,10}")


class PingOut(BaseModel):
    """A ping that was taken."""

    ok: bool = True


def read_exit_code(text: str) -> int:
    """Return the exit code that a path names.

    Raises:
        NotFound: it is no number that a process ends with, so nothing is at that path.
    """
    if not _CODE.fullmatch(text):
        raise NotFound("exit code", text[:20])
    return int(text)
