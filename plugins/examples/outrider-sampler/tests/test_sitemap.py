from pathlib import Path

import pytest
from conftest import SITEMAP
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.testing import check_type_problems, observation_problems, observe_in_process

from outrider_sampler.sitemap import SitemapCheckType


def test_the_contract_is_kept() -> None:
    assert check_type_problems(SitemapCheckType()) == []


def test_pages_are_counted_and_the_document_is_kept(site: str, tmp_path: Path) -> None:
    seen = observe_in_process(SitemapCheckType(), {"url": f"{site}/sitemap.xml"}, tmp_path)
    assert (seen.failure, seen.facts) == (None, {"pages": 2})
    assert [(step.name, step.status) for step in seen.steps] == [
        ("Download", Verdict.PASSED),
        ("Parse", Verdict.PASSED),
    ]
    assert seen.files[0].path.read_bytes() == SITEMAP
    assert observation_problems(seen) == []


@pytest.mark.parametrize(
    ("path", "reason", "step"),
    [("/page", Reason.BODY, "Parse"), ("/nothing", Reason.HTTP_STATUS, "Download")],
)
def test_what_is_no_sitemap_fails(site: str, tmp_path: Path, path: str, reason: Reason, step: str) -> None:
    seen = observe_in_process(SitemapCheckType(), {"url": site + path}, tmp_path)
    assert seen.failure is not None
    assert seen.failure.reason is reason
    assert (seen.steps[-1].name, seen.steps[-1].status) == (step, Verdict.FAILED)
