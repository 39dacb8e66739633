import csv
from pathlib import Path

import pytest
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.testing import sample_check, sample_outcome

import outrider_sampler
from outrider_sampler.scroll_to import ScrollTo


def test_each_finished_run_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "runs.csv"
    monkeypatch.setenv("OUTRIDER_SAMPLER_CSV", str(path))
    for outcome in (sample_outcome(), sample_outcome(Verdict.FAILED, Reason.CONNECT)):
        outrider_sampler.outrider_run_finished(sample_check(), outcome)
    assert [row[1:3] for row in csv.reader(path.read_text().splitlines())] == [["Shop", "passed"], ["Shop", "failed"]]


def test_without_a_file_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OUTRIDER_SAMPLER_CSV", raising=False)
    outrider_sampler.outrider_run_finished(sample_check(), sample_outcome())
    assert list(tmp_path.iterdir()) == []


def test_the_step_says_in_words_what_it_does() -> None:
    step = ScrollTo.model.model_validate({"action": "scroll_to", "locator": {"text": "Imprint"}})
    assert step.display_name.startswith("Scroll to")


def test_the_custom_step_knows_its_parameters() -> None:
    (step,) = outrider_sampler.outrider_register_custom_steps()
    assert step.model.model_validate({}).button == "Accept"
    with pytest.raises(ValueError, match="Extra inputs"):
        step.model.model_validate({"buton": "OK"})
