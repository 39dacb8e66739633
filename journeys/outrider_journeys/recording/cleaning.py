"""Leaving out what says nothing: keys and clicks that only led to the next action, and what happened because of one."""

from collections.abc import Iterable

from .moments import CAUSED_WITHIN_S, GOES_ON_S, Effect, Moment, Way

_EMPTY_PAGES = ("", "about:blank", "chrome://newtab/", "chrome://new-tab-page/")
_ALT, _CONTROL, _META, _SHIFT = 1, 2, 4, 8
_SHORTCUTS = frozenset(
    [
        *((key, 0) for key in ("f5", "f6", "f11", "f12")),
        *((key, modifiers) for key in "lrtnw" for modifiers in (_CONTROL, _META, _CONTROL | _SHIFT, _META | _SHIFT)),
        *((key, _CONTROL) for key in ("f5", "tab")),
        *((key, _ALT) for key in ("d", "arrowleft", "arrowright")),
        *((key, _META) for key in "[]"),
    ]
)
"""Keys that visitors press for the browser, which gives them to the page first; nothing comes of them in a walk."""
_AFTER_FOCUS = frozenset({"fill", "press", "select", "check", "uncheck", "setInputFiles"})
_LAST_COUNTS = frozenset({"fill", "select", "setInputFiles"})


def without_shortcuts(moments: Iterable[Moment]) -> list[Moment]:
    """Return moments without keys that are for the browser; where it went then is told by the page."""
    return [moment for moment in moments if not _is_shortcut(moment)]


def _is_shortcut(moment: Moment) -> bool:
    if moment.name != "press":
        return False
    modifiers = moment.action.get("modifiers", 0)
    return isinstance(modifiers, int) and (str(moment.action.get("key")).lower(), modifiers) in _SHORTCUTS


def cleaned(moments: Iterable[Moment]) -> list[Moment]:
    """Return the moments of which a journey is made; what those left out have caused is added to their neighbours."""
    kept: list[Moment] = []
    for moment in moments:
        if _is_noise(moment, kept[-1] if kept else None):
            if kept:
                kept[-1] = kept[-1].also_causing(moment.caused)
            continue
        current = moment
        while kept and _is_superseded(kept[-1], current):
            current = current.also_causing(kept.pop().caused)
        kept.append(current)
    while kept and _is_tab(kept[-1]):
        kept.pop()
    return kept


def _is_noise(moment: Moment, before: Moment | None) -> bool:
    """Whether a moment says nothing, given the one before it."""
    if moment.name == "openPage":
        return before is None and moment.action.get("url") in _EMPTY_PAGES
    if moment.name == "click":
        # Count 0: no mouse was there, the browser clicks the button of a form whose field got Enter.
        return moment.forwards or (moment.action.get("clickCount") == 0 and before is not None)
    return moment.name == "navigate" and moment.way is None and before is not None and _leads_to(before, moment)


def _leads_to(before: Moment, navigate: Moment) -> bool:
    """Whether an address was not typed: the action before it led there, or a page that sends its visitors on."""
    if before.page != navigate.page:
        return False
    arrived = before.last(Effect.NAVIGATION)
    if before.causes and arrived is not None and arrived.detail.get("url") == navigate.action.get("url"):
        return True
    told = navigate.last(Effect.NAVIGATION)
    sent_on_within_s = CAUSED_WITHIN_S if told is None or told.way is Way.SENT_ON else GOES_ON_S
    return before.name == "navigate" and navigate.at - before.at <= sent_on_within_s


def _is_superseded(before: Moment, moment: Moment) -> bool:
    """Whether a moment makes the one directly before it superfluous."""
    if before.page != moment.page or not (before.acts_like(moment) or _is_tab(before)):
        return False
    match before.name, moment.name:
        case "click", "click":
            return _count(moment) > _count(before) > 0
        case "click", later:
            return later in _AFTER_FOCUS and _is_plain(before) and not before.caused
        case "press", later:
            # Letters and arrows choose in a list; what is chosen is the next action.
            return later == "select" if before.acts_like(moment) else True
        case earlier, later:
            return earlier == later and later in _LAST_COUNTS


def _is_tab(moment: Moment) -> bool:
    return moment.name == "press" and moment.action.get("key") == "Tab"


def _is_plain(click: Moment) -> bool:
    return click.action.get("button", "left") == "left" and not click.action.get("modifiers") and _count(click) == 1


def _count(click: Moment) -> int:
    count = click.action.get("clickCount", 1)
    return count if isinstance(count, int) else 1
