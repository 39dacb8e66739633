"""Pages are compared with how they should look; what differs is kept."""

from pathlib import Path

import pytest

from outrider_engine.domain.baselines import key_of_current
from outrider_engine.domain.observations import ArtifactKind
from outrider_engine.domain.verdicts import Reason
from outrider_journeys.interpreter import WalkResult

from .conftest import Walk

pytestmark = pytest.mark.browser

KEY = "chromium-1280x720/form"
OPEN = {"action": "goto", "url": "/form"}
LOOK = {"action": "assert", "timeout": 2, "visual": {"name": "form", "threshold_percent": 0.1, "masks": ["#late"]}}


def pictures(result: WalkResult) -> dict[str, Path]:
    return {file.name: file.path for file in result.files if file.kind is ArtifactKind.VISUAL}


def test_the_first_look_makes_the_baseline_of_the_next_ones(walked: Walk, tmp_path: Path) -> None:
    first = walked(OPEN, LOOK)
    (name, taken), *more = pictures(first).items()
    assert (first.failure, more, key_of_current(name)) == (None, [], KEY)
    baseline = taken.rename(tmp_path / "kept.png")
    same = walked(OPEN, LOOK, walk_baselines={KEY: baseline})
    assert (same.failure, pictures(same)) == (None, {})
    assert same.steps[1].detail["visual"] == {"name": "form", "baseline": KEY, "differing_percent": 0.0}
    typed = {"action": "fill", "locator": {"label": "E-mail"}, "value": "someone-else@example.com"}
    other = walked(OPEN, typed, LOOK, walk_baselines={KEY: baseline})
    assert other.failure is not None
    assert other.failure.reason is Reason.ASSERTION
    assert "% of the picture “form” differ, at most 0.1 % may" in other.failure.message
    assert set(pictures(other)) == {f"form.chromium-1280x720.{what}.png" for what in ("current", "baseline", "diff")}


def test_an_element_is_compared_by_itself(walked: Walk, tmp_path: Path) -> None:
    look = {"action": "assert", "timeout": 2, "locator": "h1", "visual": {"name": "heading"}}
    (taken,) = pictures(walked(OPEN, look)).values()
    baseline = taken.rename(tmp_path / "kept.png")
    result = walked({"action": "goto", "url": "/account"}, look, walk_baselines={"chromium-1280x720/heading": baseline})
    assert result.failure is not None
    assert "heading" in result.failure.message
