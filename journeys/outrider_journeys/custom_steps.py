"""What tests in Python that were exported need for ``custom``: the plugins' own steps, done on the page of the test.

The package imports this wherever it is loaded: what it needs is imported when a step is done.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page


def do_custom_step(
    page: "Page",
    name: str,
    parameters: Mapping[str, Any],
    values: dict[str, str],
    *,
    secrets: Iterable[str] = (),
    timeout_ms: float = 30_000,
) -> None:
    """Do the custom step that an installed plugin offers, on a page of Playwright's.

    Args:
        page: the page.
        name: of the step, such as ``acme.sign_in``.
        parameters: what it needs.
        values: variables by name, which the step may change.
        secrets: names of those that nothing must show.
        timeout_ms: how long it may take.

    Raises:
        AssertionError: it did not hold, no plugin offers it, or the parameters do not fit; the text says which.
    """
    from .walking.one_step import walk_custom_step  # noqa: PLC0415 - see above

    walk_custom_step(page, name, parameters, values, secrets=secrets, timeout_ms=timeout_ms)
