"""Tests on the requests that pages send."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from outrider_journeys.actions.contract import StepScope
from outrider_journeys.bounded_calls import within_time
from outrider_journeys.expectations import Method
from outrider_journeys.number_tests import NumberTest
from outrider_journeys.operators import cut
from outrider_journeys.sites import foreign_hosts
from outrider_journeys.strict_model import StrictModel
from outrider_journeys.url_tests import UrlTest

from .judging import demand

if TYPE_CHECKING:
    from outrider_journeys.walking.session import RequestRecord

_MOST_SHOWN = 3


class RequestsTest(StrictModel):
    """The requests that the pages have sent so far (of the latest 5,000): which ones, and what they amount to.

    Without a test on them, there has to be one.
    """

    url: UrlTest | None = None
    """Which ones: what their address is like;"""
    method: Method | None = None
    """their method;"""
    status: NumberTest | None = None
    """the status of the answer;"""
    resource_type: str | None = Field(default=None, pattern=r"^[a-z]{1,20}$", examples=["script"])
    """what they are for: `document`, `stylesheet`, `image`, `script`, `xhr`, `fetch`, …;"""
    failed: bool | None = None
    """whether they got no answer at all."""
    count: NumberTest | None = None
    """How many there are."""
    total_bytes: NumberTest | None = None
    """Bytes of all their answers together, as they were sent."""
    third_party_hosts: NumberTest | None = None
    """To how many hosts they go that do not belong to the site of the page."""

    def describe(self) -> str:
        """Return in words which ones they are."""
        parts = [
            self.method or "",
            "failed" if self.failed else "answered" if self.failed is False else "",
            "requests",
            f"for a {self.resource_type}" if self.resource_type else "",
            f"whose address {self.url.describe()}" if self.url else "",
            f"with status {self.status.describe()}" if self.status else "",
        ]
        return " ".join(filter(None, parts))

    @property
    def number(self) -> NumberTest | None:
        """How many there have to be: one, if nothing else is judged."""
        is_alone = self.total_bytes is None and self.third_party_hosts is None
        return self.count or (NumberTest(at_least=1) if is_alone else None)


def judge_requests(test: RequestsTest, scope: StepScope) -> None:
    """Wait until the requests are as they have to be.

    Raises:
        StepFailure: they were not within the step's time.
    """
    what, meant = test.describe(), _meant(test, scope)
    sizes: dict[int, int] = {}
    if test.number is not None:
        _judge(test.number, f"the number of {what}", lambda: [record.url for record in meant()], len, scope)
    if test.total_bytes is not None:
        _judge(test.total_bytes, f"the bytes of {what}", lambda: _sizes(meant(), sizes, scope), sum, scope)
    if test.third_party_hosts is not None:
        hosts = f"the number of third-party hosts of {what}"
        _judge(test.third_party_hosts, hosts, lambda: foreign_hosts(scope.page.url, _addresses(meant())), len, scope)


def _judge(
    limit: NumberTest,
    what: str,
    items: Callable[[], Sequence[Any]],
    number: Callable[[Sequence[Any]], float],
    scope: StepScope,
) -> None:
    rendered = limit.rendered(scope.variables)
    held, found = scope.eventually(lambda _: items(), lambda each: rendered.holds(number(each)))
    shown = ", ".join(cut(str(item), 150) for item in found[:_MOST_SHOWN])
    more = ", …" if len(found) > _MOST_SHOWN else ""
    demand(held, f"{what} {rendered.problem_with(number(found))}" + (f": {shown}{more}" if shown else ""))


def _meant(test: RequestsTest, scope: StepScope) -> "Callable[[], list[RequestRecord]]":
    url = test.url.rendered(scope.variables) if test.url else None
    status = test.status.rendered(scope.variables) if test.status else None

    def is_meant(record: "RequestRecord") -> bool:
        return (
            (url is None or url.problem_with(record.url) is None)
            and test.method in (None, record.method)
            and test.resource_type in (None, record.resource_type)
            and (status is None or status.problem_with(record.status) is None)
            and (test.failed is None or test.failed == (record.failure is not None))
        )

    return lambda: [record for record in scope.session.requests if is_meant(record)]


def _addresses(records: "Sequence[RequestRecord]") -> list[str]:
    return [record.url for record in records]


def _sizes(records: "Sequence[RequestRecord]", known: dict[int, int], scope: StepScope) -> list[int]:
    """Return the bytes of each answer that has ended; the browser is asked once for each."""
    for record in records:
        if record.ms is not None and id(record) not in known:
            with within_time(record.request, scope.time_left_ms()):
                sizes = record.request.sizes()
            known[id(record)] = sizes["responseBodySize"] + sizes["responseHeadersSize"]
    return [known[id(record)] for record in records if id(record) in known]
