"""What a run has kept of its requests stands in for the site in another journey."""

from pathlib import Path

import pytest

from outrider_api.demo.shop import Switches

from .conftest import Outrider
from .test_run import served

pytestmark = [pytest.mark.browser, pytest.mark.long]

SEEN = "  - {action: goto, url: /products}\n  - {action: expect_text, text: Storm lantern}\n"
INSTEAD = """  - {action: mock_from_har, file: {path: run.har}, url: "**/products"}
  - {action: mock_response, url: "**/static/**", abort: failed}
"""


def test_a_journey_walks_without_the_site_on_what_a_run_has_kept(outrider: Outrider, tmp_path: Path) -> None:
    shop = served(Switches())
    head = f"base_url: {next(shop)}\nsteps:\n"
    (tmp_path / "kept.journey.yaml").write_text(f"artifacts: {{har: always}}\n{head}{SEEN}")
    done = outrider("run", "kept.journey.yaml", "-o", "out")
    assert done.returncode == 0, done.stdout + done.stderr
    (har,) = (tmp_path / "out").rglob("network.har")
    har.rename(tmp_path / "run.har")
    assert next(shop, None) is None, "the shop is closed"
    (tmp_path / "alone.journey.yaml").write_text(f"{head}{INSTEAD}{SEEN}")
    done = outrider("run", "alone.journey.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "neither.journey.yaml").write_text(head + SEEN)
    assert outrider("run", "neither.journey.yaml").returncode == 1
