"""The examples that ship with the project, walked on a site that fits them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.interpreter import WalkResult
from outrider_journeys.loading import load_journey

pytestmark = pytest.mark.browser
EXAMPLES = Path(__file__).parents[3] / "journeys" / "examples"


@pytest.mark.parametrize("file", ["search-and-buy.journey.yaml", "sign-in.journey.json", "basket.journey.yaml"])
def test_an_example_passes_on_a_site_that_fits(
    walked: Callable[..., WalkResult], actions: StepActions, file: str
) -> None:
    journey = load_journey(EXAMPLES / file, actions).model_dump(exclude_unset=True, mode="json")
    result = walked(*journey.pop("steps"), **journey, walk_secrets={"PASSWORD": "tops3cret"})
    assert result.failure is None, result.failure
    assert result.steps[-1].error is None
