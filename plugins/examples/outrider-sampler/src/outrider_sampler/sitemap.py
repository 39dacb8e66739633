"""The check type ``sitemap``: a foreign document is downloaded and parsed, so it happens in a cage."""

import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from outrider_engine.contracts import ProcessContext
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.observations import ArtifactKind, Failure, Observation, ProducedFile, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import EgressDenied
from pydantic import BaseModel, ConfigDict, Field

PAGE = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


class SitemapSettings(BaseModel):
    """Which sitemap to read."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(pattern="^https?://", description="The sitemap.", examples=["https://example.com/sitemap.xml"])


class SitemapCheckType:
    """Downloads a sitemap, keeps it as an artifact and counts its pages."""

    kind = "sitemap"
    title = "Sitemap"
    family = Family.MONITOR
    lane = Lane.PROCESS
    settings = SitemapSettings
    default_assertions: tuple[Assertion, ...] = (Assertion(Source.FACT, Operator.GREATER_THAN, 0, selector="pages"),)

    def runnable_problem(self, settings: SitemapSettings) -> str | None:
        """Return nothing: every valid check of this type can run."""
        return None

    def prepare(self, environment: Mapping[str, str]) -> None:
        """Need nothing: drivers would be started and programs looked for here, once per process."""

    def close(self) -> None:
        """End nothing, since nothing was started."""

    def observe(self, settings: SitemapSettings, context: ProcessContext) -> Observation:
        """Download and parse, as two steps."""
        began = context.clock.monotonic()
        steps = _Steps(context)
        file = context.folder / "sitemap.xml"
        failure, facts = None, {}
        try:
            with steps.step("download"):
                file.write_bytes(_download(settings.url, context))
            with steps.step("parse"):
                facts["pages"] = sum(1 for _ in ET.parse(file).iter(PAGE))  # noqa: S314 - that is what the cage is for
        except urllib.error.HTTPError as error:
            error.close()
            failure = Failure(Verdict.FAILED, Reason.HTTP_STATUS, f"the answer was {error.code}")
        except TimeoutError:
            failure = Failure(Verdict.TIMED_OUT, Reason.TIMEOUT, "the download did not end in time")
        except OSError as error:
            failure = Failure(Verdict.FAILED, Reason.CONNECT, f"no answer: {error}")
        except ET.ParseError as error:
            failure = Failure(Verdict.FAILED, Reason.BODY, f"that is not XML: {error}")
        kept = ProducedFile(kind=ArtifactKind.OTHER, name=file.name, path=file, content_type="application/xml")
        return Observation(
            duration_ms=(context.clock.monotonic() - began) * 1000,
            facts=facts,
            failure=failure,
            files=(kept,) if file.exists() and context.artifacts != "never" else (),
        )


class _Steps:
    """Tells of each step as it ends, so that it is known even when the process is killed in the next one."""

    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._count = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        clock, status, error = self._context.clock, Verdict.PASSED, None
        started_at, began = clock.now(), clock.monotonic()
        try:
            yield
        except Exception as problem:
            status, error = Verdict.FAILED, str(problem)
            raise
        finally:
            self._context.on_step(
                StepResult(
                    index=self._count,
                    id=name,
                    name=name.capitalize(),
                    action=name,
                    status=status,
                    started_at=started_at,
                    duration_ms=(clock.monotonic() - began) * 1000,
                    error=error,
                )
            )
            self._count += 1


def _download(url: str, context: ProcessContext) -> bytes:
    """Download through the proxy of the run: nothing else leads out, and it asks the egress policy."""
    proxies = {"http": context.proxy, "https": context.proxy} if context.proxy else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
    denied = EgressDenied(urlsplit(url).hostname or url, None, "the egress policy says so")
    try:
        with opener.open(url, timeout=context.timeout_s) as answer:
            content: bytes = answer.read()
    except urllib.error.HTTPError as error:
        refusal = error.headers.get("X-Outrider-Proxy")  # only the proxy's own answers carry it
        if refusal == "egress-denied":
            error.close()
            raise denied from error
        if refusal is not None:
            error.close()
            raise ConnectionError(f"the proxy could not reach it ({refusal})") from error
        raise
    except urllib.error.URLError as error:
        if "Tunnel connection failed: 403" in str(error.reason):
            raise denied from error
        raise
    return content
