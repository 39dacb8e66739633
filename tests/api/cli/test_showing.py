"""What the command line shows of steps and of its log."""

import io
import logging

import pytest
import structlog
from rich.console import Console

from outrider_api.cli.startup import RUNNER_SAYS, log_to
from outrider_api.cli.step_list import ShownStep, StepList
from outrider_engine.domain.verdicts import Verdict


@pytest.mark.parametrize("longest", [pytest.param(n, id=f"{n}-letters") for n in (5, 40, 41, 80, 200)])
def test_durations_stand_below_one_another(longest: int) -> None:
    console = Console(file=io.StringIO(), highlight=False)
    names = ["Open", "N" * longest, "日本語のページ"]
    with StepList(console, names) as steps:
        for name in names:
            steps.ended(ShownStep(name, Verdict.PASSED, 12))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    wide = [Console().measure(line).maximum for line in lines]
    assert len(lines) == 3
    assert len(set(wide)) == 1
    assert all(line.endswith("12 ms") for line in lines)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("[warning  ] no sandbox why='not for root'", "warning: no sandbox: not for root\n", id="reason"),
        pytest.param('[warning  ] no sandbox why="it can\'t"', "warning: no sandbox: it can't\n", id="quotes"),
        pytest.param("[error    ] it broke", "error: it broke\n", id="no-reason"),
    ],
)
def test_what_runners_say_is_one_plain_sentence(text: str, told: str) -> None:
    stream = io.StringIO()
    before = logging.getLogger().handlers[:]
    log_to(stream, level="INFO", as_json=False, plain_notices=True)
    try:
        structlog.get_logger("outrider_engine.test").warning(RUNNER_SAYS, text=text)
    finally:
        logging.getLogger().handlers[:] = before
        structlog.reset_defaults()
    assert stream.getvalue() == told
