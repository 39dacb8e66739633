"""Journeys: the language of browser journeys and the interpreter that walks them on a Playwright page.

What tests in Python need of Outrider is here as well: ``from outrider_journeys import secret, step, variable``. It
imports nothing but the standard library, for pytest loads it wherever Outrider is installed (PYTEST_DONT_REWRITE).
"""

from .custom_steps import do_custom_step
from .given import secret, variable
from .stepping import step

__all__ = ["do_custom_step", "secret", "step", "variable"]
