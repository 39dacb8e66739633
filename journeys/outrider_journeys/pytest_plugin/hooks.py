"""The hook of the pytest plugin that other pytest plugins, and conftest files, may implement."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from outrider_journeys.stepping import StepRecord


def pytest_outrider_step_ended(item: "pytest.Item", step: "StepRecord") -> None:
    """Told of each step of a test as it ends: of ``with step(…)``, and of the steps of journey files."""
