"""What happened while somebody recorded: actions in order, each with what it caused."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

CAUSED_WITHIN_S = 5.0
"""Seconds after an action in which what happens to its page is taken for its doing, as by Playwright's recorder."""
GOES_ON_S = 1.5
"""Seconds between navigations of which the second is taken for what the first led to, where the page does not tell."""
HELD_BACK_S = 2.0
"""Seconds by which the recorder may tell an address late."""
_CAUSING = frozenset({"click", "check", "uncheck", "press", "select", "setInputFiles"})


class Effect(StrEnum):
    """What an action can cause."""

    NAVIGATION = "navigation"
    POPUP = "popup"
    DOWNLOAD = "download"
    DIALOG = "dialog"


class Way(StrEnum):
    """How a page got to an address, as far as the page tells."""

    UNKNOWN = ""
    SENT_ON = "sent_on"
    RELOAD = "reload"
    BACK = "back"
    FORWARD = "forward"

    @property
    def is_a_visitors(self) -> bool:
        """Whether it is what visitors do by the buttons of the browser; scripts rarely do it."""
        return self in (Way.RELOAD, Way.BACK, Way.FORWARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caused:
    """Something that happened to a page.

    Attributes:
        at: seconds, on the same clock as that of actions.
        detail: of a navigation ``url``, of a popup ``page``, of a download ``file_name``, of a dialog ``answer``,
            ``message`` and ``text``.
        way: of a navigation.
    """

    page: str
    effect: Effect
    at: float
    detail: Mapping[str, str] = field(default_factory=dict)
    way: Way = Way.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One action, as Playwright's recorder describes it: ``name``, ``selector``, ``text`` and the like.

    Attributes:
        at: seconds.
        secret: whether a value of the action must not be kept.
        selectors: further ways to its element.
        files: what was chosen for an upload: ``name``, ``content_type`` and ``base64`` of each; empty when too large.
        forwards: it was a click on a label, which the browser passes on to the field.
        way: how the visitor got to an address, of a navigation that the recorder took for the doing of a click.
    """

    page: str
    action: Mapping[str, Any]
    at: float
    secret: bool = False
    selectors: tuple[str, ...] = ()
    files: tuple[Mapping[str, str], ...] = ()
    forwards: bool = False
    way: Way | None = None
    caused: tuple[Caused, ...] = ()

    @property
    def name(self) -> str:
        """What was done, in the recorder's word."""
        return str(self.action.get("name"))

    @property
    def selector(self) -> str | None:
        """How the recorder finds the element."""
        selector = self.action.get("selector")
        return selector if isinstance(selector, str) else None

    @property
    def causes(self) -> bool:
        """Whether such an action makes things happen."""
        return self.name in _CAUSING

    def acts_like(self, other: "Moment") -> bool:
        """Whether both are about the same element of the same page."""
        return self.page == other.page and self.selector is not None and self.selector == other.selector

    def also_causing(self, caused: Iterable[Caused]) -> "Moment":
        """Return the moment with further effects."""
        return replace(self, caused=tuple(sorted((*self.caused, *caused), key=lambda each: each.at)))

    def last(self, effect: Effect) -> Caused | None:
        """Return the last effect of a kind."""
        return next((each for each in reversed(self.caused) if each.effect is effect), None)


def in_order(told: Sequence[Moment], closed: Iterable[Moment]) -> list[Moment]:
    """Return all moments in the order of time.

    Args:
        told: by the recorder, in its order, which is right. It holds some back for half a second, so that the time of
            one that no page has stamped may be too late, but not later than the next one.
        closed: pages that were closed, at the right time.
    """
    timed: list[Moment] = []
    for moment in reversed(told):
        timed.append(replace(moment, at=min(moment.at, timed[-1].at)) if timed else moment)
    return sorted([*reversed(timed), *closed], key=lambda moment: moment.at)


def attributed(moments: Iterable[Moment], caused: Iterable[Caused]) -> list[Moment]:
    """Return moments, which are in order, each with what it caused.

    What follows no action closely enough is left out: it happened by itself, or the recorder tells it as an action. The
    recorder does not tell where a visitor went soon after an action that had led somewhere already: by the buttons of
    the browser, or by another address. It becomes a moment of its own.
    """
    ordered, by_itself = list(moments), []
    for each in sorted(caused, key=lambda one: one.at):
        before = [at for at, moment in enumerate(ordered) if moment.page == each.page and moment.at <= each.at]
        acted = next((at for at in reversed(before) if ordered[at].way is None), None)
        if acted is None or not ordered[acted].causes or each.at - ordered[acted].at > CAUSED_WITHIN_S:
            by_itself.append(each)
            continue
        if each.effect is not Effect.NAVIGATION or _goes_on(ordered[before[-1]], each):
            ordered[before[-1]] = ordered[before[-1]].also_causing([each])
        else:
            _insert(each, ordered)
    for each in by_itself:
        if each.effect is Effect.NAVIGATION:
            _take_in(each, ordered)
    return ordered


def _take_in(navigation: Caused, ordered: list[Moment]) -> None:
    """Give an address that the recorder tells as an action the way to it; what it does not tell is one of its own.

    It does not tell where a page is opened again that is there, nor what is typed soon after an action.
    """
    for at, moment in enumerate(ordered):
        if _is_told_by(moment, navigation):
            way = navigation.way if navigation.way.is_a_visitors else None
            ordered[at] = replace(moment.also_causing([navigation]), way=way)
            return
    if navigation.way.is_a_visitors or _is_typed_soon_after_an_action(navigation, ordered):
        _insert(navigation, ordered)


def _is_typed_soon_after_an_action(navigation: Caused, ordered: Iterable[Moment]) -> bool:
    before = [each for each in ordered if each.page == navigation.page and each.at <= navigation.at]
    if navigation.way is not Way.UNKNOWN or not before or before[-1].name in ("navigate", "openPage"):
        return False
    arrived = [found.at for each in before if (found := each.last(Effect.NAVIGATION)) is not None]
    goes_on = bool(arrived) and navigation.at - max(arrived) <= GOES_ON_S
    return not goes_on and navigation.at - before[-1].at <= CAUSED_WITHIN_S


def _is_told_by(moment: Moment, navigation: Caused) -> bool:
    """Whether the recorder tells a navigation by this action."""
    return (
        moment.name == "navigate"
        and moment.way is None
        and moment.last(Effect.NAVIGATION) is None
        and (moment.page, moment.action.get("url")) == (navigation.page, navigation.detail["url"])
        and abs(moment.at - navigation.at) <= HELD_BACK_S
    )


def _insert(navigation: Caused, ordered: list[Moment]) -> None:
    """Make a navigation a moment of its own."""
    place = bisect_right(ordered, navigation.at, key=lambda moment: moment.at)
    action = {"name": "navigate", "url": navigation.detail["url"]}
    ordered.insert(place, Moment(page=navigation.page, action=action, at=navigation.at, way=navigation.way))


def _goes_on(moment: Moment, navigation: Caused) -> bool:
    """Whether a navigation is the doing of a moment, or what the one that it caused led to."""
    before = moment.last(Effect.NAVIGATION)
    is_soon = navigation.at - (before or moment).at <= GOES_ON_S
    if navigation.way.is_a_visitors:
        return before is None and moment.way is None and is_soon
    return (before is None and moment.way is None) or navigation.way is Way.SENT_ON or is_soon
