"""Taking values out of an observation, by the sources and selectors of assertions."""

import json

from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.observations import Observation

from .json_paths import TooMuchWork, Unreadable
from .operators import Missing
from .patterns import compiled
from .seen import Seen


class NothingThere(Exception):
    """There is no such value; the message says why."""


def extracted(observation: Observation, source: Source, selector: str | None, pattern: str | None = None) -> str:
    """Return a value of an observation as a text: texts as they are, anything else as JSON.

    Args:
        observation: what was seen.
        source: as in assertions.
        selector: as in assertions.
        pattern: takes a part of the text: what its first group matches, or all of it when it has none.

    Raises:
        NothingThere: nothing is selected, or ``null``, or the pattern does not match.
        InvalidInput: selector or pattern make no sense.
    """
    try:
        found = Seen(observation).value(Assertion(source, Operator.EXISTS, None, selector))
    except (Unreadable, TooMuchWork) as problem:
        raise NothingThere(str(problem)) from None
    if isinstance(found, Missing) or found is None:
        raise NothingThere("there is nothing" if isinstance(found, Missing) else "it is null")
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)
    return text if pattern is None else _part(text, pattern)


def check_pattern(pattern: str) -> None:
    """Refuse a pattern that makes no sense.

    Raises:
        InvalidInput: it is too long or not in RE2's syntax.
    """
    compiled(pattern)


def _part(text: str, pattern: str) -> str:
    try:
        match = compiled(pattern).search(text)
    except UnicodeEncodeError:
        raise NothingThere("it is not valid Unicode") from None
    if match is None:
        raise NothingThere("the pattern does not match")
    part = match[1] if match.re.groups else match[0]
    if part is None:
        raise NothingThere("the pattern's group does not match")
    return str(part)
