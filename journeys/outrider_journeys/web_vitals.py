"""What visitors feel of a page: Google's web vitals, as the browser itself measures them.

Largest Contentful Paint, Cumulative Layout Shift, Interaction to Next Paint, Time To First Byte and First Contentful
Paint, by the definitions of web.dev/vitals. Chromium measures all five; other browsers leave out what they can't.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from outrider_engine.domain.json_values import JsonValue

from .evaluating import parsed_result, went_elsewhere, within

if TYPE_CHECKING:
    from playwright.sync_api import Page

VITALS_SCRIPT = """(() => {
  const key = Symbol.for('outrider.web-vitals');
  if (globalThis[key] || globalThis !== globalThis.top) return;
  const begun = () => performance.getEntriesByType('navigation')[0]?.activationStart ?? 0;
  const since = time => Math.max(time - begun(), 0);
  const seen = {fcp: null, lcp: null, cls: null, worst: new Map()};
  let session = {value: 0, first: 0, last: 0};
  const heed = {
    paint: entry => { if (entry.name === 'first-contentful-paint') seen.fcp = since(entry.startTime) },
    'largest-contentful-paint': entry => { seen.lcp = since(entry.startTime) },
    'layout-shift': entry => {
      if (entry.hadRecentInput) return;
      const goes_on = entry.startTime - session.last < 1000 && entry.startTime - session.first < 5000;
      session = goes_on && session.value ? session : {value: 0, first: entry.startTime};
      session.value += entry.value;
      session.last = entry.startTime;
      seen.cls = Math.max(seen.cls, session.value);
    },
    event: entry => {
      if (!entry.interactionId) return;
      seen.worst.set(entry.interactionId, Math.max(seen.worst.get(entry.interactionId) ?? 0, entry.duration));
      if (seen.worst.size > 10) {
        const [least] = [...seen.worst].sort((one, other) => one[1] - other[1])[0];
        seen.worst.delete(least);
      }
    },
  };
  heed['first-input'] = heed.event;
  const observers = Object.keys(heed).filter(type => PerformanceObserver.supportedEntryTypes.includes(type))
    .map(type => {
      const observer = new PerformanceObserver(list => list.getEntries().forEach(heed[type]));
      observer.observe({type, buffered: true, durationThreshold: 16});
      return [observer, type];
    });
  if (observers.some(([, type]) => type === 'layout-shift')) seen.cls = 0;
  const read = () => {
    observers.forEach(([observer, type]) => observer.takeRecords().forEach(heed[type]));
    const longest = [...seen.worst.values()].sort((one, other) => other - one);
    const rank = Math.min(longest.length - 1, Math.floor((performance.interactionCount ?? 0) / 50));
    const load = performance.getEntriesByType('navigation')[0];
    const ttfb = load && load.responseStart > 0 ? since(load.responseStart) : null;
    return {lcp_ms: seen.lcp, cls: seen.cls, inp_ms: longest[rank] ?? null, ttfb_ms: ttfb, fcp_ms: seen.fcp};
  };
  Object.defineProperty(globalThis, key, {value: read});
})()"""
"""Observes from the start of each page; give it to ``context.add_init_script``. It does nothing twice, and nothing in
iframes."""

READ_SCRIPT = f"""async () => {{
  const key = Symbol.for('outrider.web-vitals');
  if (!globalThis[key]) {{
    {VITALS_SCRIPT};
    await new Promise(then => setTimeout(then, 50));  // what the browser has kept is told a moment later
  }}
  return JSON.stringify(globalThis[key]());
}}"""
"""A function that gives the vitals so far, as JSON by the names of ``WebVitals``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebVitals:
    """The vitals of one page so far; ``None`` for what has not happened yet or what the browser does not measure.

    Attributes:
        lcp_ms: milliseconds until the largest text or picture was painted.
        cls: how much the layout shifted, from 0; no unit.
        inp_ms: milliseconds that the slowest of the interactions took until the next frame.
        ttfb_ms: milliseconds until the first byte of the document had come.
        fcp_ms: milliseconds until the first text or picture was painted.
    """

    lcp_ms: float | None = None
    cls: float | None = None
    inp_ms: float | None = None
    ttfb_ms: float | None = None
    fcp_ms: float | None = None

    def as_json(self) -> dict[str, JsonValue]:
        """Return them by name, rounded: milliseconds to tenths, ``cls`` to ten-thousandths."""
        digits = {"cls": 4}
        return {
            name: None if value is None else round(value, digits.get(name, 1)) for name, value in asdict(self).items()
        }


def read(page: "Page", timeout_ms: float) -> WebVitals:
    """Return the vitals of the document that a page shows.

    Without ``VITALS_SCRIPT`` in the context they are those that the browser has kept, which lack short interactions.

    Raises:
        StepFailure: the page did not answer in time.
        playwright.sync_api.Error: the page is gone.
    """
    try:
        told = parsed_result(within(page, READ_SCRIPT, timeout_ms=timeout_ms))
    except Error as error:
        if went_elsewhere(error):
            return WebVitals()
        raise
    given = told if isinstance(told, dict) else {}
    return WebVitals(**{name: _number(given.get(name)) for name in WebVitals.__dataclass_fields__})


def _number(value: JsonValue) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
