"""The protocol between a slot and its runner: what is said arrives, and what is not allowed is refused."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_engine.adapters.slots.framing import (
    LONGEST_MESSAGE,
    FrameReader,
    MessageTooLong,
    framed,
    read_frame,
    write_frame,
)
from outrider_engine.adapters.slots.messages import StepMessage, TaskMessage, encoded, from_runner, to_runner
from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import SlotError
from outrider_engine.ports.slots import SlotTask

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
objects = st.dictionaries(st.text(), json_values, max_size=4)
texts = st.dictionaries(st.text(), st.text(), max_size=4)


@given(st.lists(st.binary(max_size=200), max_size=8), st.data())
def test_messages_arrive_whole_however_the_stream_is_cut(payloads: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(map(framed, payloads))
    reader, received = FrameReader(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        received += reader.feed(stream[:size])
        stream = stream[size:]
    assert received == payloads


@given(st.binary(min_size=4, max_size=300))
def test_any_bytes_are_refused_or_cut_into_messages_that_are(stream: bytes) -> None:
    try:
        payload = next(iter(FrameReader().feed(stream)), stream)
    except SlotError:
        return
    with pytest.raises(SlotError):
        from_runner(payload)


@given(json_values)
def test_any_json_is_a_message_or_refused(value: object) -> None:
    for parse in (from_runner, to_runner):
        with pytest.raises(SlotError):
            parse(json.dumps(value).encode())


tasks = st.builds(
    SlotTask,
    check_type=st.text(),
    check_name=st.text(),
    config=objects,
    timeout_s=st.floats(0.1, 1e6),
    variables=texts,
    secrets=texts,
    base_url=st.none() | st.text(),
    artifacts=st.sampled_from(["always", "on_failure", "never"]),
    options=objects,
)


@given(tasks)
def test_a_task_arrives_as_it_was_sent(task: SlotTask) -> None:
    message = TaskMessage.of(task, number=1, folder=Path("/f"), proxy=None, timeout_s=task.timeout_s)
    arrived = to_runner(encoded(message))
    assert arrived == message
    for name in SlotTask.__slots__:
        assert getattr(arrived, name) == getattr(task, name)


@given(detail=objects, name=st.text(), error=st.none() | st.text(), status=st.sampled_from(Verdict))
def test_a_step_arrives_as_it_was_sent(
    detail: dict[str, object], name: str, error: str | None, status: Verdict
) -> None:
    step = StepResult(
        index=3,
        id="s",
        name=name,
        action="goto",
        status=status,
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        duration_ms=1.5,
        reason=Reason.LOCATOR,
        error=error,
        detail=detail,  # type: ignore[arg-type]
    )
    arrived = from_runner(encoded(StepMessage.of(step)))
    assert isinstance(arrived, StepMessage)
    assert arrived.step() == step


def test_a_message_that_is_too_long_is_not_sent() -> None:
    with pytest.raises(MessageTooLong):
        framed(b"x" * (LONGEST_MESSAGE + 1))


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(SlotError) as refusal:
        to_runner(b'{"kind":"task","secrets":{"password":["hunter2"]}}')
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(b"\x00\x00", id="within the length"),
        pytest.param(b"\x00\x00\x00\x05abc", id="within the message"),
        pytest.param(b"\xff\x00\x00\x00", id="an endless message"),
    ],
)
def test_a_stream_that_breaks_off_is_an_error(stream: bytes) -> None:
    reading, writing = os.pipe()
    os.write(writing, stream)
    os.close(writing)
    try:
        with pytest.raises(SlotError):
            read_frame(reading)
    finally:
        os.close(reading)


def test_a_closed_pipe_is_the_end() -> None:
    reading, writing = os.pipe()
    write_frame(writing, b"{}")
    os.close(writing)
    try:
        assert [read_frame(reading), read_frame(reading)] == [b"{}", None]
    finally:
        os.close(reading)
