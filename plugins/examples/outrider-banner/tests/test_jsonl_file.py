import json
from pathlib import Path

import pytest
from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.errors import NotifyError
from outrider_engine.testing import deliver, notifier_problems, sample_message

from outrider_banner.notifier import JsonlFileNotifier


def test_the_contract_is_kept() -> None:
    assert notifier_problems(JsonlFileNotifier()) == []


def test_each_message_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    for event in AlertEvent:
        deliver(JsonlFileNotifier(), {"path": str(path)}, sample_message(event))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["event"] for line in lines] == [event.value for event in AlertEvent]
    assert lines[0]["id"] == sample_message().id
    assert lines[0]["data"]["check"]["name"] == "Shop"


def test_a_folder_that_is_missing_is_tried_again_later(tmp_path: Path) -> None:
    with pytest.raises(NotifyError, match="can't be written") as refused:
        deliver(JsonlFileNotifier(), {"path": str(tmp_path / "away" / "alerts.jsonl")}, sample_message())
    assert not refused.value.permanent
