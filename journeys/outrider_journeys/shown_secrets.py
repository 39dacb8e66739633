"""Which elements of a page show a secret.

Pages are never told what is looked for: what their elements show is read, and judged here.
"""

from typing import TYPE_CHECKING, TypeAlias

from playwright.sync_api import Error

from outrider_engine.domain.verdicts import Reason

from .actions.contract import StepFailure
from .bounded_calls import within_time
from .secrecy import Secrecy

if TYPE_CHECKING:
    from playwright.sync_api import Frame
    from playwright.sync_api import Locator as Element

ShownIn: TypeAlias = "list[tuple[Frame, list[int]]]"
"""Frames, and the positions of those of their elements that show a secret."""

_EVERY = "css=*:not(script, style, noscript, template, x-pw-glass)"
"""All elements that people see, counted without those that Playwright puts into a page while it takes a picture."""
_MOST_CHARACTERS = 5_000_000
_SHOWN = r"""(elements, most) => {
  const fields = new Set(['input', 'textarea', 'button']);
  const told = [];
  let length = 0;
  for (const element of elements) {
    const name = element.localName, parts = [];
    let text = '';
    for (let node = element.firstChild; node; node = node.nextSibling)
      if (node.nodeType === 3 || node.nodeType === 4) text += node.data;
    parts.push(text);
    for (const attribute of ['value', 'placeholder', 'alt', 'title', 'label'])
      if (element.hasAttribute(attribute)) parts.push(element.getAttribute(attribute));
    if (fields.has(name)) parts.push(String(element.value));
    if (name === 'select') for (const option of element.options) parts.push(option.label, option.text);
    for (const pseudo of ['::before', '::after', '::marker']) {
      const content = getComputedStyle(element, pseudo).content;
      if (content === 'none' || content === 'normal') continue;
      parts.push(content);
      if (content.includes('attr(')) for (const attribute of element.attributes) parts.push(attribute.value);
    }
    const shown = parts.filter(part => part.trim()).join('\n');
    length += shown.length;
    if (length > most) return null;
    told.push(shown.replaceAll('\0', ''));
  }
  return told.join('\0');
}"""


def positions(frame: "Frame", secrecy: Secrecy, *, timeout_ms: float) -> list[int]:
    """Return the positions, see ``element_at``, of the elements of a frame that show a secret, in any encoding.

    Looked at are texts, what fields hold, attributes that are shown, choices of lists, and what CSS adds.

    Raises:
        StepFailure: the frame did not answer in time, or with nothing that can be judged.
        playwright.sync_api.Error: as ``evaluate_all`` does.
    """
    everything = frame.locator(_EVERY)
    try:
        with within_time(everything, max(timeout_ms, 1)):
            told = everything.evaluate_all(_SHOWN, _MOST_CHARACTERS)
    except Error:
        if frame.is_detached():
            return []
        raise
    if not isinstance(told, str):
        raise StepFailure("the page shows too much to look for secrets in", reason=Reason.ASSERTION)
    return [at for at, text in enumerate(told.split("\0")) if secrecy.holds_secret(text)]


def element_at(frame: "Frame", position: int) -> "Element":
    """Return the element of a frame at one of its ``positions``."""
    return frame.locator(_EVERY).nth(position)
