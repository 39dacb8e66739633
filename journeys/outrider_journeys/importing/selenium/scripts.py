"""Scripts of Selenium IDE: bodies of functions that find ``${variables}`` among their arguments."""

import re
from typing import Any

from outrider_journeys.importing.literal_texts import literal

from .targets import name_of

_VARIABLE = re.compile(r"\$\{([^{}$]+)\}")
_QUOTED = re.compile(r"""(["'])\$\{([^{}$]+)\}\1""")
_PROMISE = re.compile(r"\s*(?:new\s+Promise\b|Promise\.|fetch\()")
"""A script that only makes a promise: Selenium IDE takes that for what it returns."""
_READ = "const given = values.map(text => { try { return JSON.parse(text) } catch { return text } });"


def script_steps(body: str, *, variable: str | None, is_async: bool) -> tuple[dict[str, Any], str]:
    """Return the step that runs a script, and what about it is not exact.

    Args:
        body: the script, a function's body.
        variable: the variable that gets what it returns.
        is_async: whether it returns a promise, or calls its last argument when it is done.
    """
    names: list[str] = []

    def argument(match: re.Match[str]) -> str:
        name = name_of(match[1])
        if name not in names:
            names.append(name)
        return f"given[{names.index(name)}]"

    # By the name of a constant around it, so that functions within the script find it too, unlike ``arguments``.
    unquoted = _QUOTED.sub(r"${\2}", body)
    code = literal(_VARIABLE.sub(argument, unquoted))
    given = "given" if names else "[]"
    call = f"(function () {{ {code}\n}}).apply(null, {given})"
    if is_async:
        code = f"return {code}" if _PROMISE.match(code) else code
        begin = "(function () { const callback = arguments[arguments.length - 1]; "
        run = f"{begin}{code}\n}}).apply(null, [...{given}, done])"
        call = (
            f"await new Promise((done, failed) => {{ const made = {run};"
            " if (made && made.then) made.then(done, failed) })"
        )
    if variable is not None:
        call = f"({call}) ?? ''"
    head = f"async ({'values' if names else ''}) => {{ {_READ if names else ''}"
    step: dict[str, Any] = {"action": "evaluate", "script": f"{head} return {call} }}"}
    if names:
        step["argument"] = [f"{{{{{name}}}}}" for name in names]
    if variable is not None:
        step["variable"] = variable
    return step, "variables that look like JSON are handed over as what they say" if names else ""
