"""Writes plugins/HOOKS.md from the two modules of hookspecs; a test compares the page with them."""

import importlib
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

PAGE = Path(__file__).parents[1] / "plugins" / "HOOKS.md"
MODULES = ("outrider_engine.hookspecs", "outrider_journeys.hookspecs")
REGISTER = "outrider_register_"

INTRODUCTION = """\
# Hooks

Written from the hookspecs by `make hooks`; change those, not this page.

A plugin is a module (or object) that an entry point of the group `outrider` names. It implements the hooks that it
needs, each marked with `hookimpl`, and leaves the others out. A hook may leave out arguments that it does not need.

```python
from outrider_engine.hookspecs import hookimpl


@hookimpl
def outrider_run_finished(run_id, outcome): ...
```

[docs/plugins.md](../docs/plugins.md) walks through a check type and a notifier.

The order in which they are called:

```
start    outrider_register_…            each once; an error stops the start and names the plugin
run      … stored …  outrider_run_finished
                     outrider_alert_opened | outrider_alert_resolved   if the run changed an alert
                     outrider_incident_opened | outrider_incident_resolved   with the first and the last of them
                     outrider_check_paused                             if the engine gave up on the check
```
"""

FAMILIES = (
    (
        "Hooks that return something",
        True,
        """Called once, at start. A plugin that raises here, or returns what its contract does not allow, stops the
start; the error names it.""",
    ),
    (
        "Hooks that are told something",
        False,
        """Called at most once for each event, after it has been stored, on a thread of their own with a time limit. A
plugin that raises or hangs is logged by name and never stops the others.""",
    ),
)


def render() -> str:
    """Return the whole page.

    Raises:
        ValueError: a hook has no docstring.
    """
    hooks = [(module, hook) for module in map(importlib.import_module, MODULES) for hook in hooks_of(module)]
    parts = [INTRODUCTION]
    for title, registers, words in FAMILIES:
        parts.append(f"## {title}\n\n{words}\n")
        chosen = [(m, hook) for m, hook in hooks if hook.__name__.startswith(REGISTER) == registers]
        parts.extend(section(module, hook) for module, hook in chosen)
    return "\n".join(parts)


def hooks_of(module: ModuleType) -> list[Callable[..., Any]]:
    """Return the hooks that a module specifies, in its order."""
    return [thing for name, thing in vars(module).items() if name.startswith("outrider_") and inspect.isfunction(thing)]


def section(module: ModuleType, hook: Callable[..., Any]) -> str:
    """Return what the page says of one hook."""
    text = inspect.getdoc(hook)
    if not text:
        raise ValueError(f"{module.__name__}.{hook.__name__} has no docstring")
    signature = inspect.Signature.from_callable(hook)
    arguments = ", ".join(f"{p.name}: {_type(p.annotation)}" for p in signature.parameters.values())
    code = f"def {hook.__name__}({arguments}) -> {_type(signature.return_annotation)}"
    words = text.replace("``", "`")
    return f"### {hook.__name__}\n\n```python\n{code}\n```\n\n{words}\n\nSpecified in `{module.__name__}`.\n"


def _type(annotation: object) -> str:
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", inspect.formatannotation(annotation))


if __name__ == "__main__":
    PAGE.write_text(render())
