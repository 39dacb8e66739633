"""What an action caused, as what its step has to cause again."""

import re
from typing import Any
from urllib.parse import urlsplit

from outrider_journeys.importing.literal_texts import literal

from .moments import Caused, Effect, Moment

_MOST = 10
_CHANGING = re.compile(r"\d+|.*\d{5}.*|.*[0-9a-f]{12}.*|(?=.*\d).{24,}", re.IGNORECASE)
"""Parts of a path that are others at the next visit: numbers, hashes, long keys."""
_CODE = re.compile(r"(?=.*[A-Z])(?=.*\d)[A-Z0-9_-]{5,}|(?:[A-Z0-9]+[-_])+[A-Z0-9]{6,}")
"""And the codes that people are told, such as that of an order: `WS-YEELN3YH`."""
_FRONT_PAGE = r"^https?://[^/]+/?([?#].*)?$"


def expectations_of(moment: Moment) -> list[dict[str, Any]]:
    """Return the ``expects`` of a step, but for popups: whoever names pages adds them."""
    found = [_download(each) for each in moment.caused if each.effect is Effect.DOWNLOAD]
    found += [_dialog(each) for each in moment.caused if each.effect is Effect.DIALOG]
    arrived = moment.last(Effect.NAVIGATION) if moment.causes else None
    if arrived is not None and arrived.detail["url"].startswith(("http://", "https://")):
        found.append({"navigation": _navigation(arrived.detail["url"])})
    return found[:_MOST]


def popups_of(moment: Moment) -> list[str]:
    """Return the pages that an action opened."""
    return [each.detail["page"] for each in moment.caused if each.effect is Effect.POPUP]


def _navigation(url: str) -> dict[str, Any]:
    """Return what the address is like at each visit: its path, as far as that does not change."""
    parts = urlsplit(url)
    is_route = parts.fragment.startswith(("/", "!/"))
    path = f"#{parts.fragment.partition('?')[0]}" if is_route else parts.path
    if path in ("", "/"):
        return {"url": {"matches": _FRONT_PAGE}}
    kept: list[str] = []
    for part in path.split("/"):
        if changes(part):
            kept.append("")
            break
        kept.append(part)
    lasting = "/".join(kept)
    return {} if lasting == "/" else {"url": {"contains": literal(lasting)}}


def changes(part: str) -> bool:
    """Whether a part of a path, or the name of a file, is likely to be another one the next time."""
    return _CHANGING.fullmatch(part) is not None or _CODE.fullmatch(part) is not None


def _download(caused: Caused) -> dict[str, Any]:
    name = caused.detail["file_name"]
    if not name:
        return {"download": {"as": "download"}}
    stem, dot, ending = name.rpartition(".")
    test = {"ends_with": dot + ending} if changes(stem) and dot else {"equals": literal(name)}
    return {"download": {"as": "download", "file_name": test}}


def _dialog(caused: Caused) -> dict[str, Any]:
    told = caused.detail
    typed = {"text": literal(told["text"])} if told.get("text") else {}
    said = {"message": {"equals": literal(told["message"])}} if told["message"].strip() else {}
    return {"dialog": {"answer": told["answer"], **typed, **said}}
