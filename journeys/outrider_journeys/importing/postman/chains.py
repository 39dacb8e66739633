"""What scripts expect of an answer, as assertions: ``pm.response.to…``, ``pm.expect(…)…``, ``tests[…] = …``."""

import json
import re
from collections.abc import Callable
from typing import Any

from .constants import NOTHING, constant, extended

Assertion = dict[str, Any]
HEADER = re.compile(r"(?:pm\.response\.headers\.get|postman\.getResponseHeader)\(\s*[\"'`](.+?)[\"'`]\s*\)")
_EXPECT = re.compile(
    r"(?:pm\.)?expect\((?P<subject>.+?)(?:,\s*[\"'`][^\"'`]*[\"'`])?\)(?P<chain>(?:\.[a-zA-Z]+(?:\([^()]*\))?)+)"
)
_MATCHED = re.compile(
    r"(?:pm\.)?expect\((?P<subject>.+?)\)\.to\.(?P<no>not\.)?match\(\s*/(?P<pattern>.+)/(?P<flags>[a-z]*)\s*\)"
)
_LINK = re.compile(r"\.([a-zA-Z]+)(?:\(([^()]*)\))?")
_STATUS = re.compile(r"(not\.)?have\.status\((.+)\)")
_HAS_HEADER = re.compile(r"(not\.)?have\.header\(\s*[\"'`](.+?)[\"'`]\s*(?:,\s*(.+?))?\s*\)")
_NAMES = {"OK": 200, "Created": 201, "Accepted": 202, "No Content": 204, "Not Found": 404, "Unauthorized": 401}
_COMPARED = {
    **dict.fromkeys(("equal", "equals", "eql", "eq"), "equals"),
    **dict.fromkeys(("above", "greaterThan", "gt"), "greater_than"),
    **dict.fromkeys(("below", "lessThan", "lt"), "less_than"),
    **dict.fromkeys(("least", "gte"), "greater_or_equal"),
    **dict.fromkeys(("most", "lte"), "less_or_equal"),
    **dict.fromkeys(("include", "includes", "contain", "contains"), "contains"),
    "oneOf": "in",
}
_ALONE = {"exist": "exists", "ok": "not_empty", "empty": "empty", "undefined": "not_exists"}
_CONSTANTS = {"true": True, "false": False, "null": None}
_OPPOSITES = {
    "equals": "not_equals",
    "contains": "not_contains",
    "in": "not_in",
    "exists": "not_exists",
    "not_exists": "exists",
    "empty": "not_empty",
    "not_empty": "empty",
}
_FILLER = frozenset({"to", "be", "been", "is", "that", "have", "has", "and", "a", "an", "deep", "with", "not"})
_PLAIN: dict[str, Assertion] = {
    "be.ok": {"type": "status_code", "operator": "between", "value": [200, 299]},
    "be.success": {"type": "status_code", "operator": "between", "value": [200, 299]},
    "not.be.error": {"type": "status_code", "operator": "less_than", "value": 400},
    "be.error": {"type": "status_code", "operator": "between", "value": [400, 599]},
    "be.clientError": {"type": "status_code", "operator": "between", "value": [400, 499]},
    "be.serverError": {"type": "status_code", "operator": "between", "value": [500, 599]},
    "be.redirection": {"type": "status_code", "operator": "between", "value": [300, 399]},
    "be.accepted": {"type": "status_code", "equals": 202},
    "be.badRequest": {"type": "status_code", "equals": 400},
    "be.unauthorized": {"type": "status_code", "equals": 401},
    "be.forbidden": {"type": "status_code", "equals": 403},
    "be.notFound": {"type": "status_code", "equals": 404},
    "be.rateLimited": {"type": "status_code", "equals": 429},
    "be.withBody": {"source": "body", "operator": "not_empty"},
    "be.json": {"type": "json_path", "path": "$", "operator": "exists"},
    "have.jsonBody()": {"type": "json_path", "path": "$", "operator": "exists"},
}


class Unknown(Exception):
    """A statement that has no counterpart; the text says why."""


class Expectations:
    """Reads what a script expects."""

    def __init__(self, path: Callable[[str], str | None]) -> None:
        """Take what returns the JSONPath of an expression about the body, ``None`` for any other expression."""
        self._path = path

    def of(self, text: str) -> Assertion | None:
        """Return the assertion of a statement, ``None`` when it is none.

        Raises:
            Unknown: it is one that has no counterpart.
        """
        if text.startswith("pm.response.to."):
            return _of_response(text.removeprefix("pm.response.to."))
        matched = _MATCHED.fullmatch(text)
        if matched is not None:
            return self._matched(matched)
        found = _EXPECT.fullmatch(text)
        if found is not None and found["subject"].strip() == "pm.response":
            return _of_response(found["chain"].removeprefix(".").removeprefix("to."))
        return self._expected(found["subject"].strip(), found["chain"]) if found is not None else None

    def _matched(self, found: re.Match[str]) -> Assertion:
        target = self._target(found["subject"].strip())
        flags = "".join(flag for flag in found["flags"] if flag in "ims")
        pattern = f"(?{flags}){found['pattern']}" if flags else found["pattern"]
        operator = "not_matches" if found["no"] else "matches"
        return {**target, "operator": operator, "expected" if "source" in target else "value": pattern}

    def of_old(self, expression: str) -> Assertion:
        """Return the assertion of what is assigned to ``tests[…]``.

        Raises:
            Unknown: it has no counterpart.
        """
        has = re.fullmatch(r"responseBody\.(?:has|includes)\(\s*[\"'`](.+?)[\"'`]\s*\)", expression)
        if has is not None:
            return {"type": "body_contains", "value": has[1]}
        found = re.fullmatch(r"(.+?)\s*(===?|<=?|>=?)\s*([^=<>]+)", expression)
        if found is None:
            raise Unknown("it has no counterpart")
        words = {"<": "below", "<=": "most", ">": "above", ">=": "least"}
        subject = {"responseTime": "pm.response.responseTime"}.get(found[1], found[1])
        return self._compared(
            self._target(subject.strip()), words.get(found[2], "equal"), found[3].strip(), negated=False
        )

    def _expected(self, subject: str, chain: str) -> Assertion:
        links = _LINK.findall(chain)
        said = [(word, argument) for word, argument in links if word not in _FILLER or argument]
        if len(said) != 1:
            raise Unknown("this chain has no counterpart")
        word, argument = said[0]
        negated = any(link == "not" for link, _ in links)
        target = self._target(subject)
        if not argument.strip():
            return _alone(target, word, negated=negated)
        return self._compared(target, word, argument.strip(), negated=negated)

    def _target(self, subject: str) -> Assertion:
        if subject in ("pm.response.code", "responseCode.code"):
            return {"type": "status_code"}
        if subject == "pm.response.responseTime":
            return {"type": "response_time"}
        if subject in ("pm.response.text()", "responseBody"):
            return {"source": "body"}
        header = HEADER.fullmatch(subject)
        if header is not None:
            return {"type": "header", "name": header[1]}
        path = self._path(subject)
        if path is None:
            raise Unknown("what it is about has no counterpart")
        return {"type": "json_path", "path": path}

    def _compared(self, target: Assertion, word: str, argument: str, *, negated: bool) -> Assertion:
        if word in ("property", "lengthOf", "length"):
            return _within(target, word, argument, negated=negated)
        operator, value = _COMPARED.get(word), constant(argument)
        if operator is None or value is NOTHING:
            raise Unknown("this comparison has no counterpart")
        if negated and operator not in _OPPOSITES:
            raise Unknown("its opposite has no counterpart")
        key = "expected" if "source" in target else "value"
        return {**target, "operator": _OPPOSITES[operator] if negated else operator, key: value}


def _of_response(chain: str) -> Assertion:
    status = _STATUS.fullmatch(chain)
    if status is not None:
        code = constant(status[2].strip())
        code = _NAMES.get(code) if isinstance(code, str) else code
        if not isinstance(code, int) or isinstance(code, bool):
            raise Unknown("this status is not known")
        return {"type": "status_code", ("not_equals" if status[1] else "equals"): code}
    header = _HAS_HEADER.fullmatch(chain)
    if header is not None:
        value = constant(header[3]) if header[3] else NOTHING
        if value is NOTHING:
            return {"type": "header", "name": header[2], "operator": "not_exists" if header[1] else "exists"}
        return {"type": "header", "name": header[2], "operator": "equals", "value": str(value)}
    if chain not in _PLAIN:
        raise Unknown("it has no counterpart")
    return dict(_PLAIN[chain])


def _alone(target: Assertion, word: str, *, negated: bool) -> Assertion:
    if word in _CONSTANTS and target.get("type") == "json_path":
        return {**target, "operator": "not_equals" if negated else "equals", "value": _CONSTANTS[word]}
    if word not in _ALONE:
        raise Unknown("this comparison has no counterpart")
    return {**target, "operator": _OPPOSITES[_ALONE[word]] if negated else _ALONE[word]}


def _within(target: Assertion, word: str, argument: str, *, negated: bool) -> Assertion:
    first, _, second = argument.partition(",")
    key, value = constant(first.strip()), constant(second.strip()) if second else NOTHING
    if target.get("type") != "json_path":
        raise Unknown("only a JSON body has properties")
    if word == "property" and isinstance(key, str):
        path = extended(target["path"], f"[{json.dumps(key)}]") or target["path"]
        if value is NOTHING:
            return {**target, "path": path, "operator": "not_exists" if negated else "exists"}
        return {**target, "path": path, "operator": "not_equals" if negated else "equals", "value": value}
    if word != "property" and isinstance(key, int) and not negated:
        return {**target, "path": f"{target['path']}.length", "operator": "equals", "value": key}
    raise Unknown("this comparison has no counterpart")
