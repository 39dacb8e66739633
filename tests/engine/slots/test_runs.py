"""What a well-behaved run is handed, and what comes back."""

import stat

import pytest

from outrider_engine.adapters.slots.slot import RunnerSlot
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.slots import SlotTask

from .conftest import MakeSlots, Run

SECRET = "hunter2-and-more"


def test_steps_arrive_one_by_one_and_again_with_the_observation(run: Run) -> None:
    seen: list[StepResult] = []
    observation = run(count=3, seen=seen)
    assert [step.name for step in seen] == ["Step 0", "Step 1", "Step 2"]
    assert observation.steps == tuple(seen)
    assert observation.failure is None
    assert observation.duration_ms == 5.0


def test_runs_share_the_process_but_not_the_folder(run: Run) -> None:
    first, second = run(), run()
    assert first.facts["pid"] == second.facts["pid"]
    assert first.facts["folder"] != second.facts["folder"]


def test_the_runner_knows_nothing_of_its_parent(make_slots: MakeSlots) -> None:
    known = {"PATH": "/usr/bin:/bin", "OUTRIDER_BROWSER_PATH": "/opt/browser"}
    hidden = {
        "OUTRIDER_SECRET_KEY": "k",
        "OUTRIDER_DATABASE_URL": "d",
        "AWS_SECRET_ACCESS_KEY": "a",
        "PYTHONPATH": "/x",
    }
    slot = make_slots(environment=known | hidden | {"NODE_OPTIONS": "--require=/evil.js"}).create()
    config: JsonObject = {"do": "show_surroundings"}
    task = SlotTask(
        check_type="scripted_process", check_name="x", config=config, timeout_s=5.0, secrets={"password": SECRET}
    )
    try:
        facts = slot.run(task, lambda step: None).facts
    finally:
        slot.close()
    environment = facts["environment"]
    assert isinstance(environment, dict)
    assert set(environment) == {*known, "HOME", "TMPDIR", "LANG", "PYTHONUNBUFFERED", "OUTRIDER_SLOT"}
    assert facts["session"] is True
    assert facts["descriptors"] == 6, "its three standard ones, two pipes, and the listing itself"
    assert SECRET not in f"{facts['arguments']} {environment}"


def test_secrets_never_leave_the_runner(run: Run) -> None:
    observation = run("tell_secret", secrets={"password": SECRET})
    assert SECRET not in repr(observation)
    assert observation.failure is not None
    assert observation.failure.message == "no field for •••"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("bug", Reason.PLUGIN, id="an exception"),
        pytest.param("input", Reason.INVALID_DEFINITION, id="invalid input"),
        pytest.param("variable", Reason.UNKNOWN_VARIABLE, id="an unknown variable"),
        pytest.param("egress", Reason.EGRESS_DENIED, id="a denied address"),
        pytest.param("browser", Reason.BROWSER_UNAVAILABLE, id="no browser"),
    ],
)
def test_what_a_plugin_raises_is_a_failure_with_its_reason(run: Run, text: str, reason: Reason) -> None:
    failure = run("fail_with", text=text, secrets={"password": SECRET}).failure
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.ERROR, reason)
    assert SECRET not in failure.message


@pytest.mark.parametrize(
    ("arguments", "reason", "message"),
    [
        pytest.param(
            {"check_type": "nowhere"}, Reason.UNKNOWN_CHECK_TYPE,
            "no plugin here offers the check type 'nowhere'", id="unknown check type",
        ),
        pytest.param(
            {"check_type": "unpreparable"}, Reason.BROWSER_UNAVAILABLE,
            "there is no browser; install one", id="a check type that can't run here",
        ),
        pytest.param(
            {"colour": "red"}, Reason.INVALID_DEFINITION, "colour: Extra inputs are not permitted", id="settings"
        ),
        pytest.param({"do": "nothing"}, Reason.INVALID_DEFINITION, "there is nothing to do", id="nothing to run"),
    ],
)  # fmt: skip
def test_what_can_not_be_run_says_why(run: Run, arguments: dict[str, str], reason: Reason, message: str) -> None:
    failure = run(**arguments).failure  # type: ignore[arg-type]
    assert failure is not None
    assert (failure.verdict, failure.reason, failure.message) == (Verdict.ERROR, reason, message)


def test_an_answer_that_is_no_json_is_the_plugins_fault(run: Run) -> None:
    failure = run("bad_answer").failure
    assert failure is not None
    assert failure.reason is Reason.PLUGIN


def test_odd_characters_cross_the_pipe(run: Run) -> None:
    assert run("odd_text").facts["title"] == "half ? and \x00 nothing"


def test_only_real_files_of_the_run_are_kept(run: Run, slot: RunnerSlot) -> None:
    files = run("leave_files").files
    assert [file.name for file in files] == ["real"]
    assert files[0].path.read_bytes() == b"png"
    assert files[0].path.is_relative_to(slot.folder)


def test_a_file_with_a_second_name_is_not_kept(run: Run) -> None:
    assert run("leave_files", text="hard link").files == ()


def test_what_is_too_long_is_not_handed_over(run: Run) -> None:
    observation = run("long_answer")
    assert observation.failure is not None
    assert observation.failure.reason is Reason.LIMIT_OUTPUT
    assert observation.steps[0].detail == {"dropped": "its details are too long"}
    assert run().failure is None


def test_sweep_removes_what_the_run_left(run: Run, slot: RunnerSlot) -> None:
    run("leave_files")
    slot.sweep()
    assert list(slot.folder.iterdir()) == []


def test_the_folder_is_nobody_elses(slot: RunnerSlot) -> None:
    status = slot.folder.parent.stat()
    assert stat.S_IMODE(status.st_mode) == 0o700
