"""How the browser presents itself, as arguments of pytest-playwright."""

from outrider_journeys.browser_options import BrowserOptions

from .expressions import Expression, filled_in, literal


def context_arguments(browser: BrowserOptions) -> str:
    """Return the entries of ``browser_context_args``, empty for none; a device's own come first."""
    own = browser.model_copy(update={"device": None}).context_options({}, lambda text: Expression(filled_in(text)))
    device = [f"**playwright.devices[{literal(browser.device)}]"] if browser.device else []
    return ", ".join([*device, *(f"{literal(name)}: {literal(value)}" for name, value in own.items())])
