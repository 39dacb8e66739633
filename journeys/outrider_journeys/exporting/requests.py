"""``http_request`` as Python: the request, what must hold of its answer, and what is taken from it."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from outrider_engine.assertions import STATUS_IS_FINE, Extraction, read_assertion
from outrider_engine.assertions.json_paths import compiled
from outrider_engine.domain.assertions import Assertion, Operator, Source

from .expressions import Expression, called, literal
from .values import written_json

if TYPE_CHECKING:
    from outrider_journeys.actions.requesting import HttpRequestStep

    from .code import CodeWriter

_NAME_IN_PATH = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]|\[(?:'([^'\\]*)'|\"([^\"\\]*)\")\]")

_OPERATORS: dict[Operator, str] = {
    Operator.EQUALS: "{actual} == {expected}",
    Operator.NOT_EQUALS: "{actual} != {expected}",
    Operator.GREATER_THAN: "{actual} > {expected}",
    Operator.GREATER_OR_EQUAL: "{actual} >= {expected}",
    Operator.LESS_THAN: "{actual} < {expected}",
    Operator.LESS_OR_EQUAL: "{actual} <= {expected}",
    Operator.BETWEEN: "{least} <= {actual} <= {most}",
    Operator.IN: "{actual} in {expected}",
    Operator.NOT_IN: "{actual} not in {expected}",
    Operator.CONTAINS: "{expected} in {actual}",
    Operator.NOT_CONTAINS: "{expected} not in {actual}",
    Operator.CONTAINS_ALL: "all(each in {actual} for each in {expected})",
    Operator.STARTS_WITH: "{actual}.startswith({expected})",
    Operator.ENDS_WITH: "{actual}.endswith({expected})",
    Operator.MATCHES: "re.search({expected}, {actual})",
    Operator.NOT_MATCHES: "not re.search({expected}, {actual})",
    Operator.EXISTS: "{actual} is not None",
    Operator.NOT_EXISTS: "{actual} is None",
    Operator.EMPTY: "not {actual}",
    Operator.NOT_EMPTY: "{actual}",
}

_EXISTENCE = {Operator.EXISTS: "{actual}", Operator.NOT_EXISTS: "not {actual}"}
"""Of JSON, where the value may be ``null``: what there is comes as a list."""


def write_request(step: "HttpRequestStep", code: "CodeWriter") -> None:
    """Write a step that makes a request."""
    arguments: dict[str, Any] = {
        "method": step.method,
        "params": Expression(written_json(dict(step.query), code)) if step.query else None,
        "headers": Expression(written_json(dict(step.headers), code)) if step.headers else None,
        "form": Expression(written_json(dict(step.form), code)) if step.form is not None else None,
        "max_redirects": None if step.follow_redirects else 0,
        "timeout": code.timeout(step),
    }
    if step.json_ is not None:
        arguments["data"] = Expression(written_json(step.json_, code))
    elif step.body is not None:
        arguments["data"] = Expression(code.text(step.body))
    assertions = [read_assertion(each) for each in step.assertions] or STATUS_IS_FINE
    is_timed = any(each.source is Source.RESPONSE_TIME and each.selector is None for each in assertions)
    if is_timed:
        code.needs("import time")
        code.line("began = time.monotonic()")
    code.line(f"response = {called(f'{code.page}.context.request.fetch', code.loaded_address(step.url), **arguments)}")
    if is_timed:
        code.line("took_ms = (time.monotonic() - began) * 1000")
    for assertion in assertions:
        _write_assertion(assertion, step, code)
    for wanted in step.extract:
        _write_extraction(wanted, code)
    if step.as_ is not None:
        code.line(f"{code.store('responses')}[{literal(step.as_)}] = response")


def _write_assertion(assertion: Assertion, step: "HttpRequestStep", code: "CodeWriter") -> None:
    actual = _actual(assertion, code)
    if actual is None:
        where = f"{assertion.source} {assertion.selector or ''}".strip()
        _leave_out(f"the assertion on {where} of the answer", step, code)
        return
    expected = _expected(assertion, code)
    if assertion.operator in (Operator.MATCHES, Operator.NOT_MATCHES):
        code.needs("import re")
    if assertion.options.get("case_sensitive") is False:
        actual, expected = f"{actual}.casefold()", f"{expected}.casefold()"
    limits = _limits(assertion, code)
    operators = _OPERATORS if assertion.source is not Source.JSON else _OPERATORS | _EXISTENCE
    holds = operators[assertion.operator].format(actual=actual, expected=expected, **limits)
    if assertion.options.get("soft") is True:
        code.needs("import warnings")
        with code.block(f"if not ({holds}):"):
            code.line(f"warnings.warn({literal(f'does not hold: {assertion.source} {assertion.operator}')})")
        return
    code.line(f"assert {holds}, {_shown(actual)}")


def _actual(assertion: Assertion, code: "CodeWriter") -> str | None:
    source, selector = assertion.source, assertion.selector
    if source is Source.JSON:
        return _selected(selector or "$", code, exists=assertion.operator in _EXISTENCE)
    if source is Source.RESPONSE_TIME:
        return "took_ms" if selector is None else None
    found: dict[Source, Callable[[], str]] = {
        Source.STATUS: lambda: "response.status",
        Source.HEADER: lambda: f"response.headers.get({literal((selector or '').lower())})",
        Source.BODY: lambda: "response.text()",
    }
    return found[source]() if source in found else None


def _selected(path: str, code: "CodeWriter", *, exists: bool = False) -> str:
    """Return the expression for what a JSONPath selects: written as Python where it is one value, and no length.

    Args:
        path: the path.
        code: is asked for what the expression needs.
        exists: whether it is only asked if there is anything; then it is the list of what there is.
    """
    plain = None if exists or path.endswith(".length") else _at(path)
    if plain is not None:
        return plain
    several = exists or not compiled(path.removesuffix(".length")).singular_query()
    return called(code.helper("selected"), "response.json()", literal(path), several=several or None)


def _at(path: str) -> str | None:
    """Return the expression for what a plain JSONPath selects; ``None`` for paths that may select several values."""
    keys, position = [], 1 if path.startswith("$") else 0
    while position < len(path):
        found = _NAME_IN_PATH.match(path, position)
        if found is None:
            return None
        name = next((each for each in (found[1], found[3], found[4]) if each is not None), None)
        keys.append(f"[{found[2]}]" if name is None else f"[{literal(name)}]")
        position = found.end()
    return f"response.json(){''.join(keys)}"


def _expected(assertion: Assertion, code: "CodeWriter") -> str:
    written = written_json(assertion.expected, code)  # type: ignore[arg-type]  # a JSON value, whichever type says so
    return f"int({written})" if assertion.source is Source.STATUS and isinstance(assertion.expected, str) else written


def _limits(assertion: Assertion, code: "CodeWriter") -> dict[str, str]:
    if assertion.operator is not Operator.BETWEEN or not isinstance(assertion.expected, list | tuple):
        return {}
    least, most = (written_json(each, code) for each in assertion.expected)
    return {"least": least, "most": most}


def _shown(actual: str) -> str:
    return actual if actual != "response.text()" else "response.text()[:200]"


def _write_extraction(wanted: Extraction, code: "CodeWriter") -> None:
    code.line(f"found = {_found(wanted, code)}")
    target = f"values[{literal(wanted.name)}]"
    if wanted.pattern is not None:
        code.needs("import re")
        code.line(f"match = re.search({literal(wanted.pattern)}, str(found))")
        code.line(f"assert match, {literal(f'the pattern does not match {wanted.place}')}")
        code.line(f"{target} = match[1] if match.re.groups else match[0]")
    else:
        code.needs("import json")
        code.line(f"{target} = found if isinstance(found, str) else json.dumps(found)")


def _found(wanted: Extraction, code: "CodeWriter") -> str:
    if wanted.from_ == "cookie":
        cookies = f"{code.page}.context.cookies(response.url)"
        return f'next(each["value"] for each in {cookies} if each["name"] == {code.text(wanted.path or "")})'
    if wanted.from_ == "status":
        return "response.status"
    if wanted.from_ in ("header", "headers"):
        return f"response.headers[{literal((wanted.path or '').lower())}]"
    return "response.text()" if wanted.path is None else _selected(wanted.path, code)


def _leave_out(what: str, step: "HttpRequestStep", code: "CodeWriter") -> None:
    why = f"{what} can't be written as code"
    code.dropped.append((step, why))
    code.line(f"# left out: {why}")
