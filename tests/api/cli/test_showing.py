"""What the command line shows of steps and of its log."""

import io
import logging

import pytest
import structlog
from rich.console import Console

from outrider_api.cli.startup import RUNNER_SAYS, log_to
from outrider_api.cli.step_list import ShownStep, StepList, left_out_lines, show_steps
from outrider_api.cli.tables import show_table
from outrider_engine.domain.verdicts import Verdict

from .conftest import Outrider


@pytest.mark.parametrize("longest", [pytest.param(n, id=f"{n}-letters") for n in (5, 40, 41, 80, 200)])
def test_durations_stand_below_one_another(longest: int) -> None:
    console = Console(file=io.StringIO(), highlight=False)
    names = ["Open", "N" * longest, "日本語のページ"]
    with StepList(console, names) as steps:
        for name in names:
            steps.ended(ShownStep(name, name, Verdict.PASSED, 12))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    wide = [Console().measure(line).maximum for line in lines]
    assert len(lines) == 3
    assert len(set(wide)) == 1
    assert all(line.endswith("12 ms") for line in lines)


ROUNDS = ["cart[1]/add", "cart[1]/if/pay", "cart[1]/if", "cart[2]/add", "cart", "cart~2[1]/add", "setup/cart"]
SHOWN = """\
  ▸ Cart
    ✓ 1: add
    ▸ 1: If
      ✓ pay
    ✓ 1: if
    ✓ 2: add
  ✓ cart
    ✓ try 2, 1: add
  ✓ setup/cart
"""


def test_steps_within_blocks_are_indented_below_them_with_their_rounds() -> None:
    console = Console(file=io.StringIO(), highlight=False, width=80)
    blocks = {"cart": "Cart", "cart[1]/if": "If"}
    with StepList(console, name_of_block=blocks.get) as steps:
        for id in ROUNDS:
            steps.ended(ended(id))
        assert steps.shown == len(ROUNDS)
    assert without_durations(console) == SHOWN


def test_steps_of_a_walk_that_is_over_stand_below_their_blocks() -> None:
    console = Console(file=io.StringIO(), highlight=False, width=80)
    ids = ["a", "a/b", "a/b[1]/c", "t/x.py::test[p]", "t/x.py::test[p]::Pay", "t/x.py::test[p]::Pay/Card"]
    show_steps(console, [ended(id) for id in ids])
    assert without_durations(console) == "  ✓ a\n    ✓ b\n      ✓ 1: c\n  ✓ test[p]\n    ✓ Pay\n      ✓ Card\n"


def test_a_table_in_a_file_has_a_line_for_each_row_and_no_cell_widens_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [("short", "1", "ok"), ("n" * 250, "2", "e" * 600 + "\nsecond line"), ("日本", "3", "")]
    show_table(("name", "runs", "problem"), rows)
    assert capsys.readouterr().out.splitlines() == [
        f"{'name':<43}runs   problem",
        f"{'short':<43}1      ok",
        f"{'n' * 250}   2      {'e' * 600} second line",
        f"日本{' ' * 39}3",
    ]


def test_files_that_there_are_none_of_are_told_with_the_reason() -> None:
    lines = list(left_out_lines({"files_left_out": {"video": "the journey uses secrets"}, "url": "http://a"}))
    assert list(map(str, lines)) == ["  no video: the journey uses secrets"]
    assert list(left_out_lines({})) == []


def ended(id: str) -> ShownStep:
    name = id.rpartition("::")[2]
    return ShownStep(id, name if id.startswith("setup/") else name.rpartition("/")[2], Verdict.PASSED, 12)


def without_durations(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return "".join(line.removesuffix("12 ms").rstrip() + "\n" for line in console.file.getvalue().splitlines())


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


def test_a_wrong_word_of_an_option_is_told_with_the_one_that_was_meant(outrider: Outrider) -> None:
    done = outrider("runs", "list", "--status", "fialed")
    assert done.returncode == 2
    assert "Invalid value for '--status': 'fialed' is not one of 'queued', " in done.stderr
    assert done.stderr.rstrip().endswith("; did you mean `failed`?")
