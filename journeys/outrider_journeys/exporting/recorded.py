"""Assertions on answers, requests, the console and downloads as Python."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .expressions import called, literal

if TYPE_CHECKING:
    from outrider_journeys.actions.asserting import AssertStep
    from outrider_journeys.asserting.answers import JsonPathTest, ResponseTest
    from outrider_journeys.asserting.console import ConsoleTest
    from outrider_journeys.asserting.downloaded import DownloadTest
    from outrider_journeys.asserting.traffic import RequestsTest
    from outrider_journeys.comparing import TextTests
    from outrider_journeys.expectations import ExpectedRequest, ExpectedResponse
    from outrider_journeys.number_tests import NumberTest

    from .code import CodeWriter

LEVELS: Mapping[str, str] = {
    "any": "True",
    "error": 'level in ("error", "assert")',
    "warning": 'level == "warning"',
    "info": 'level in ("info", "log", "debug")',
}


class RecordsWriter:
    """Writes what one step demands of what was recorded so far."""

    def __init__(self, code: "CodeWriter", timeout_ms: int) -> None:
        self._code = code
        self._timeout_ms = timeout_ms

    def response(self, test: "ResponseTest") -> None:
        """Write that an answer must be there and pass."""
        code = self._code
        if test.as_ is not None:
            code.line(f"answer = {code.store('responses')}[{literal(test.as_)}]")
        else:
            answers = f"reversed({code.recorded('response')})"
            found = f"next((each for each in {answers} if {is_meant(test, code, 'each.request')}), None)"
            code.line(f"answer = {self.awaited(found, test.describe())}")
        self._numbers("answer.status", test.status)
        self._numbers('answer.request.timing["responseEnd"]', test.time_ms)
        self._numbers("len(answer.body())", test.size)
        if test.header is not None:
            self._text(f"answer.headers.get({literal(test.header.name.lower())})", test.header)
        if test.body is not None:
            self._text("answer.text()", test.body)
        if test.json_path is not None:
            self._json_path(test.json_path)
        if test.json_schema is not None:
            code.needs("import jsonschema_rs")
            code.call("jsonschema_rs.validate", literal(test.json_schema), "answer.json()")

    def console(self, test: "ConsoleTest") -> None:
        """Write how many lines of the console there must and may be."""
        code = self._code
        matches = f" and {code.condition_on(self._squeezed('text'), test.matches)}" if test.matches else ""
        printed = f"{code.helper('printed')}({code.recorded('console')}, {code.recorded('weberror')})"
        lines = f"[text for level, text in {printed} if {LEVELS[test.level]}{matches}]"
        if test.at_least:
            self._until(lines, f"len(found) >= {test.at_least}", test.describe())
        if test.most is not None:
            code.line(f"lines = {lines}")
            code.line(f"assert len(lines) <= {test.most}, lines")

    def requests(self, test: "RequestsTest") -> None:
        """Write what the requests so far must amount to."""
        code = self._code
        conditions = [code.condition_on("each.url", test.url)] if test.url else []
        conditions += [f"each.method == {literal(test.method)}"] if test.method else []
        conditions += [f"each.resource_type == {literal(test.resource_type)}"] if test.resource_type else []
        if test.failed is not None:
            conditions.append(f"each.failure is {'not None' if test.failed else 'None'}")
        if test.status is not None:
            conditions.append(code.condition_on(f"{code.helper('status_of')}(each)", test.status))
        meant = f" if {' and '.join(conditions)}" if conditions else ""
        requests = f"[each for each in {code.recorded('request')}{meant}]"
        what = test.describe()
        if test.number is not None:
            self._until(f"len({requests})", code.condition_on("found", test.number), f"the number of {what}")
        if test.total_bytes is not None:
            size = f"{code.helper('bytes_of')}({requests})"
            self._until(size, code.condition_on("found", test.total_bytes), f"the bytes of {what}")
        if test.third_party_hosts is not None:
            addresses = requests.replace("[each for", "[each.url for", 1)
            hosts = f"{code.helper('foreign_hosts')}({code.page}.url, {addresses})"
            condition = code.condition_on("len(found)", test.third_party_hosts)
            self._until(hosts, condition, f"the third-party hosts of {what}")

    def download(self, test: "DownloadTest") -> None:
        """Write what a file must be like."""
        code = self._code
        if test.as_ is not None:
            code.line(f"file = {code.store('downloads')}[{literal(test.as_)}]")
        else:
            latest = f"next(reversed({code.recorded('download')}), None)"
            code.line(f"file = {self.awaited(latest, test.describe())}")
        if test.name is not None:
            self._text("file.suggested_filename", test.name)
        self._numbers("file.path().stat().st_size", test.size)
        if test.contains is not None:
            code.line(f'assert {code.text(test.contains)} in file.path().read_text("utf-8", errors="replace")')

    def awaited(self, found: str, what: str, condition: str = "found is not None") -> str:
        """Return the call that waits until something is found, and returns it."""
        until = self._code.helper("until")
        options = {"what": what, "timeout_ms": self._timeout_ms}
        return called(until, self._code.page, f"lambda: {found}", f"lambda found: {condition}", **options)

    def _until(self, found: str, condition: str, what: str) -> None:
        self._code.line(self.awaited(found, what, condition))

    def _numbers(self, number: str, test: "NumberTest | None") -> None:
        if test is not None:
            self._code.line(f"assert {self._code.condition_on(number, test)}, {number}")

    def _text(self, text: str, test: "TextTests") -> None:
        code = self._code
        code.line(f"text = {text}")
        condition = code.condition_on(self._squeezed("text"), test) if test.expectations() else ""
        code.line("assert text is not None" + (f" and {condition}, text" if condition else ""))

    def _json_path(self, test: "JsonPathTest") -> None:
        code = self._code
        selected = called(code.helper("selected"), "answer.json()", code.text(test.path), several=True)
        code.line(f"found = {selected}")
        if test.exists is False:
            code.line("assert not found, found")
            return
        code.line("assert found")
        if not test.expectations():
            return
        holds = code.condition_on(self._squeezed(f'{code.helper("as_text")}(each) or ""'), test)
        all_of = {"any": "any({})", "none": "not any({})"}.get(test.each or "", "all({})")
        code.line(f"assert {all_of.format(f'{holds} for each in found')}, found")

    def _squeezed(self, text: str) -> str:
        return f"{self._code.helper('squeezed')}({text})"


def write_recorded(step: "AssertStep", code: "CodeWriter") -> None:
    """Write what an assertion demands of what was recorded so far."""
    writer = RecordsWriter(code, code.milliseconds(step))
    writers: Mapping[str, Callable[[Any], None]] = {
        "response": writer.response,
        "console": writer.console,
        "requests": writer.requests,
        "download": writer.download,
    }
    for subject, write in writers.items():
        test = getattr(step, subject)
        if test is not None:
            write(test)


def is_meant(expected: "ExpectedRequest | ExpectedResponse | ResponseTest", code: "CodeWriter", request: str) -> str:
    """Return the expression for whether a request is one that is meant."""
    if expected.url is None:
        return "True"
    method = f" and {request}.method == {literal(expected.method)}" if expected.method else ""
    return code.condition_on(f"{request}.url", expected.url) + method
