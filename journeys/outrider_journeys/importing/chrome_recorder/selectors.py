"""Selectors of recordings as locators."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from outrider_journeys.importing.literal_texts import literal
from outrider_journeys.importing.selector_hints import role_of_tag, tag_among
from outrider_journeys.roles import Role
from outrider_journeys.selector_syntax import css_problem, xpath_problem

FRAMES = "iframe, frame"
"""The CSS selector of everything that holds another page; a frame's index counts these."""
_ROLES = frozenset(get_args(Role))
_ARIA_ATTRIBUTE = re.compile(r"""\[\s*(\w+)\s*=\s*(["'])((?:\\.|(?!\2).)*)\2\s*\]""")
_TEST_ID = re.compile(r"""[\w-]*\[data-(?:testid|test-id|test|qa|cy)\s*=[^\]]*\]""")
_MOST = 20
_BY_NAME = (
    'internal:role=button[name="{}"s]',
    'internal:role=link[name="{}"s]',
    'internal:label="{}"s',
    'internal:attr=[placeholder="{}"s]',
    'internal:attr=[title="{}"s]',
    'internal:attr=[alt="{}"s]',
    'internal:text="{}"s',
)
"""Where an accessible name may come from."""


@dataclass(slots=True)
class Found:
    """Locators, those that people would use first, and what about them is not exact."""

    locators: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def note(self) -> str:
        """All notes in one."""
        return "; ".join(dict.fromkeys(self.notes))


def flat(selectors: Sequence[Any]) -> list[str]:
    """Return all parts of all alternatives: what is said anywhere of an element."""
    parts: list[str] = []
    for alternative in selectors:
        parts += [alternative] if isinstance(alternative, str) else [str(part) for part in alternative]
    return parts


def to_locators(selectors: Sequence[Any], frame: Sequence[int], *, is_field: bool = False) -> Found:
    """Return the locators that find what the alternatives of a step find, those that last longest first.

    Args:
        selectors: the alternatives, each a text or a path through shadow roots.
        frame: the indexes of the frames that lead to the element.
        is_field: whether it is a form field, which a bare accessible name finds by its label.
    """
    found = Found()
    ranked: list[tuple[int, dict[str, Any]]] = []
    tag = tag_among(part for part in flat(selectors) if not part.startswith(("aria/", "text/")))
    selectors = _as_written(selectors)
    for alternative in selectors:
        parts = [alternative] if isinstance(alternative, str) else list(alternative)
        locator, note = _single(parts[0], tag, is_field) if len(parts) == 1 else _path(parts)
        if note:
            found.notes.append(note)
        if locator is not None and all(locator != known for _, known in ranked):
            ranked.append((_rank(parts[-1], locator), locator))
    ranked.sort(key=lambda one: one[0])
    found.locators = [locator for _, locator in ranked[:_MOST]]
    if frame:
        holders = [{"css": FRAMES, "nth": index} for index in frame]
        found.locators = [{**locator, "frame": holders} for locator in found.locators]
    return found


def _as_written(selectors: Sequence[Any]) -> list[Any]:
    """Return the alternatives with names as the page's source spells them.

    Chrome names an element as it is shown: in capitals, where the style says so. Its text is noted as it is written.
    """
    texts = [part.removeprefix("text/") for part in flat(selectors) if part.startswith("text/")]

    def written(alternative: Any) -> Any:
        parts = [alternative] if isinstance(alternative, str) else list(alternative)
        if len(parts) != 1 or not parts[0].startswith("aria/"):
            return alternative
        name, role = aria_parts(parts[0])
        text = next((text for text in texts if text.upper() == name.upper() and text != name == name.upper()), None)
        if text is None:
            return alternative
        return [f'aria/{text}[role="{role}"]' if role is not None else f"aria/{text}"]

    return [written(alternative) for alternative in selectors]


def _rank(selector: str, locator: dict[str, Any]) -> int:
    """Return how soon the page's next version breaks it: role and name last, a path of elements first."""
    if selector.startswith("aria/"):
        return 0 if "role" in locator else 1
    if _TEST_ID.fullmatch(selector.removeprefix("pierce/")):
        return 2
    return 3 if selector.startswith("text/") else 5 if selector.startswith("xpath/") else 4


def aria_parts(selector: str) -> tuple[str, str | None]:
    """Return name and role of a selector such as ``aria/Buy[role="button"]``."""
    selector = selector.removeprefix("aria/")
    given = {match[1]: re.sub(r"\\(.)", r"\1", match[3]) for match in _ARIA_ATTRIBUTE.finditer(selector)}
    known = {key: value for key, value in given.items() if key in ("name", "role")}
    name = _ARIA_ATTRIBUTE.sub(lambda match: "" if match[1] in known else match[0], selector)
    return (known.get("name") or " ".join(name.split())), known.get("role")


def _single(selector: str, tag: str | None, is_field: bool) -> tuple[dict[str, Any] | None, str]:
    engine, _, rest = selector.partition("/")
    if engine == "aria":
        return _by_name(*aria_parts(rest), tag, is_field)
    if engine == "text":
        return {"text": literal(rest)}, "a text is looked for in any case, in Recorder only as it is written"
    if engine == "xpath":
        problem = xpath_problem(literal(rest)) if rest else "it is empty"
        return (None, f"{selector[:80]} was left out: {problem}") if problem else ({"xpath": literal(rest)}, "")
    css = rest if engine == "pierce" else selector
    if ">>>" in css and "::-p-" not in css:
        return _path([part.strip() for part in re.split(r">>>>?", css) if part.strip()])
    problem = "it is Puppeteer's own" if "::-p-" in css or ">>>" in css else css_problem(literal(css))
    return (None, f"{selector[:80]} was left out: {problem}") if problem else ({"css": literal(css)}, "")


def _by_name(name: str, role: str | None, tag: str | None, is_field: bool) -> tuple[dict[str, Any] | None, str]:
    if role in _ROLES:
        return ({"role": role, "name": literal(name), "exact": True} if name else {"role": role}), ""
    if not name:
        return None, "a selector without a name was left out"
    guessed = role_of_tag(tag)
    if guessed is not None and not is_field:
        return {"role": guessed, "name": literal(name), "exact": True}, f"the role {guessed} was made of the tag {tag}"
    note = "an accessible name without a role is looked for among buttons, links, fields and texts"
    return {"selector": literal(_named(name))}, note


def _named(name: str) -> str:
    """Return a selector of Playwright for the first element that may have an accessible name."""
    first, *others = (form.format(_quoted(name)) for form in _BY_NAME)
    return " >> ".join([first, *(f"internal:or={json.dumps(other, ensure_ascii=False)}" for other in others), "nth=0"])


def _path(parts: Sequence[str]) -> tuple[dict[str, Any] | None, str]:
    chain = []
    for part in parts:
        engine, _, rest = part.partition("/")
        if engine == "aria":
            name, role = aria_parts(rest)
            if role not in _ROLES:
                return None, "a path through shadow roots by a name without a role was left out"
            chain.append(f"internal:role={role}" + (f'[name="{_quoted(name)}"s]' if name else ""))
        elif engine == "text":
            chain.append(f'internal:text="{_quoted(rest)}"i')
        elif engine == "xpath" or css_problem(css := rest if engine == "pierce" else part) is not None:
            return None, f"a path through shadow roots was left out: {part[:80]} does not look into them"
        else:
            chain.append(f"css={css}")
    return ({"selector": literal(" >> ".join(chain))} if chain else None), ""


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
