"""A runner with more check types, which do whatever a test tells them to."""

import ctypes
import mmap
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from outrider_engine.contracts import ProcessContext
from outrider_engine.domain.checks import Family, Lane
from outrider_engine.domain.observations import ArtifactKind, Failure, Observation, ProducedFile, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import EgressDenied, InvalidInput, SlotError, UnknownVariable
from outrider_engine.hookspecs import hookimpl
from outrider_engine.runner import serving
from outrider_engine.runner.main import main

DETACHED = "import os,time; os.setsid(); open('{path}','w').write(str(os.getpid())); time.sleep(600)"


class Script(BaseModel):
    model_config = ConfigDict(extra="forbid")

    do: str = "pass"
    text: str = ""
    count: int = 0


class ScriptedProcess:
    kind = "scripted_process"
    title = "Scripted process"
    family = Family.MONITOR
    lane = Lane.PROCESS
    settings = Script
    default_assertions = ()

    def prepare(self, environment: Mapping[str, str]) -> None:
        time.sleep(float(os.environ.get("TZ") or 0) if os.environ.get("TZ", "").isdigit() else 0)

    def close(self) -> None:
        return None

    def runnable_problem(self, settings: Script) -> str | None:
        return "there is nothing to do" if settings.do == "nothing" else None

    def observe(self, settings: Script, context: ProcessContext) -> Observation:
        return ACTIONS[settings.do](settings, context)


class Foresighted(ScriptedProcess):
    """Starts a process ahead for its next run, as the browser type does with browsers."""

    kind = "foresighted"

    def __init__(self) -> None:
        self._ahead: tuple[subprocess.Popen[bytes], str | None] | None = None

    def stand_by(self, proxy: str | None) -> None:
        if proxy == "http://broken":
            raise ValueError("nothing can be started")
        self._ahead = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]), proxy

    def stand_down(self) -> None:
        if self._ahead is not None:
            self._ahead[0].kill()
            self._ahead[0].wait()
            self._ahead = None

    def observe(self, settings: Script, context: ProcessContext) -> Observation:
        if self._ahead is None:
            return Observation(duration_ms=1.0, facts={"ahead": None})
        (process, proxy), self._ahead = self._ahead, None
        running = process.poll() is None
        return Observation(duration_ms=1.0, facts={"ahead": process.pid, "runs": running, "proxy": proxy})


class Unpreparable(ScriptedProcess):
    kind = "unpreparable"

    def prepare(self, environment: Mapping[str, str]) -> None:
        raise SlotError("there is no browser; install one")


def step(index: int, context: ProcessContext, **fields: object) -> StepResult:
    values = {"index": index, "id": f"s{index}", "name": f"Step {index}", "action": "act", "status": Verdict.PASSED}
    return StepResult(**{**values, "started_at": datetime.now(UTC), "duration_ms": 1.0, **fields})


def walk(script: Script, context: ProcessContext) -> Observation:
    steps = tuple(step(index, context) for index in range(script.count))
    for each in steps:
        context.on_step(each)
    return Observation(duration_ms=5.0, steps=steps, facts={"pid": os.getpid(), "folder": str(context.folder)})


def steps_then_hang(script: Script, context: ProcessContext) -> Observation:
    walk(script, context)
    while True:
        time.sleep(60)


def stubborn_hang(script: Script, context: ProcessContext) -> Observation:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while True:
        time.sleep(60)


def hang_in_c(script: Script, context: ProcessContext) -> Observation:
    ctypes.CDLL(None).sleep(600)
    return Observation(duration_ms=0.0)


def eat_memory(script: Script, context: ProcessContext) -> Observation:
    held = []
    while True:
        block = mmap.mmap(-1, 20_000_000, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        block.write(b"x" * 20_000_000)
        held.append(block)
        time.sleep(0.01)


def fill_disk(script: Script, context: ProcessContext) -> Observation:
    number = 0
    while True:
        (context.folder / f"{number}.bin").write_bytes(b"x" * 1_000_000)
        number += 1
        time.sleep(0.01)


def fill_folder(script: Script, context: ProcessContext) -> Observation:
    for number in range(100_000):
        (context.folder / str(number)).touch()
    return Observation(duration_ms=0.0)


def one_huge_file(script: Script, context: ProcessContext) -> Observation:
    with (context.folder / "huge").open("wb") as file:
        file.truncate(10**12)
    return Observation(duration_ms=0.0)


def flood_log(script: Script, context: ProcessContext) -> Observation:
    while True:
        print("x" * 100_000)


def flood_steps(script: Script, context: ProcessContext) -> Observation:
    for index in range(10_000_000):
        context.on_step(step(index, context, error="x" * 10_000))
    return Observation(duration_ms=0.0)


def many_processes(script: Script, context: ProcessContext) -> Observation:
    started = [subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) for _ in range(script.count)]
    time.sleep(600)
    return Observation(duration_ms=float(len(started)))


def fork_bomb(script: Script, context: ProcessContext) -> Observation:
    code = "import os,time\nfor _ in range(6):\n    os.fork(); time.sleep(0.05)\ntime.sleep(600)"
    subprocess.Popen([sys.executable, "-c", code])
    time.sleep(600)
    return Observation(duration_ms=0.0)


def leave_detached(script: Script, context: ProcessContext) -> Observation:
    """Fork twice into a session of its own, as Chromium does, and leave that running."""
    path = context.folder / "pid"
    middle = "import subprocess,sys; subprocess.Popen([sys.executable,'-c',sys.argv[1]])"
    subprocess.run([sys.executable, "-c", middle, DETACHED.format(path=path)], check=True)
    while not (path.exists() and path.read_text()):
        time.sleep(0.01)
    pid = int(path.read_text())
    context.on_step(step(0, context, detail={"pid": pid}))
    if script.text == "hang":
        time.sleep(600)
    if script.text == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if script.text == "kill keeper":
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)
    return Observation(duration_ms=1.0, facts={"pid": pid})


def die(script: Script, context: ProcessContext) -> Observation:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def leave(script: Script, context: ProcessContext) -> Observation:
    sys.exit(7)


def write_garbage(script: Script, context: ProcessContext) -> Observation:
    descriptor = next(int(argument.partition("=")[2]) for argument in sys.argv if argument.startswith("--messages"))
    os.write(descriptor, script.text.encode("latin-1"))
    time.sleep(600)
    return Observation(duration_ms=0.0)


def fail_with(script: Script, context: ProcessContext) -> Observation:
    errors: dict[str, Exception] = {
        "bug": ValueError(f"it broke near {context.secrets.get('password')}"),
        "input": InvalidInput("is wrong", field="steps[0]"),
        "variable": UnknownVariable("nobody"),
        "egress": EgressDenied("metadata", None, "it is denied"),
        "browser": SlotError("no browser"),
    }
    raise errors[script.text]


def tell_secret(script: Script, context: ProcessContext) -> Observation:
    secret = context.secrets["password"]
    print(f"the secret is {secret}")
    context.on_step(
        step(0, context, name=f"Type {secret}", error=f"could not type {secret}", detail={secret: [secret]})
    )
    return Observation(
        duration_ms=1.0,
        facts={"typed": secret},
        headers={"authorization": secret},
        failure=Failure(Verdict.FAILED, Reason.LOCATOR, f"no field for {secret}"),
    )


def leave_files(script: Script, context: ProcessContext) -> Observation:
    real = context.folder / "real.png"
    real.write_bytes(b"png")
    (context.folder / "link.png").symlink_to("/etc/passwd")
    os.link(real, context.folder / "hard.png") if script.text == "hard link" else None
    (context.folder / "sub").symlink_to("/etc")
    paths = {
        "real": real,
        "link": context.folder / "link.png",
        "outside": Path("/etc/passwd"),
        "dots": context.folder / ".." / "1" / ".." / ".." / "home",
        "through link": context.folder / "sub" / "passwd",
        "missing": context.folder / "missing.png",
        "folder": context.folder,
    }
    kind, content_type = ArtifactKind.SCREENSHOT, "image/png"
    files = [ProducedFile(kind=kind, name=name, path=path, content_type=content_type) for name, path in paths.items()]
    return Observation(duration_ms=1.0, files=tuple(files))


def long_answer(script: Script, context: ProcessContext) -> Observation:
    context.on_step(step(0, context, detail={str(number): "x" * 10_000 for number in range(200)}))
    return Observation(duration_ms=1.0, body=b"x" * 5_000_000)


def odd_text(script: Script, context: ProcessContext) -> Observation:
    return Observation(duration_ms=1.0, facts={"title": "half \ud800 and \x00 nothing"})


def show_surroundings(script: Script, context: ProcessContext) -> Observation:
    return Observation(
        duration_ms=1.0,
        facts={
            "environment": dict(os.environ),
            "arguments": " ".join(sys.argv),
            "descriptors": len(list(Path("/proc/self/fd").iterdir())),
            "session": os.getsid(0) == os.getppid(),
            "proxy": context.proxy,
        },
    )


def bad_answer(script: Script, context: ProcessContext) -> Observation:
    return Observation(duration_ms=float("nan"), facts={"when": datetime.now(UTC)})  # type: ignore[dict-item]


def end_slowly(script: Script, context: ProcessContext) -> Observation:
    context.on_step(step(0, context))
    context.on_ending()
    while not (context.folder / "go").exists():
        time.sleep(0.01)
    return Observation(duration_ms=1.0)


ACTIONS: dict[str, Callable[[Script, ProcessContext], Observation]] = {
    "pass": walk,
    **{function.__name__: function for function in (steps_then_hang, stubborn_hang, hang_in_c, eat_memory, fill_disk)},
    **{function.__name__: function for function in (fill_folder, one_huge_file, flood_log, flood_steps, fork_bomb)},
    **{function.__name__: function for function in (many_processes, leave_detached, die, leave, write_garbage)},
    **{function.__name__: function for function in (fail_with, tell_secret, leave_files, long_answer, odd_text)},
    **{function.__name__: function for function in (show_surroundings, bad_answer, end_slowly)},
}


class Scripted:
    @hookimpl
    def outrider_register_check_types(self) -> list[ScriptedProcess]:
        return [ScriptedProcess(), Foresighted(), Unpreparable()]


if __name__ == "__main__":
    serving.STAND_BY_S = 0.5
    sys.exit(main(extra=[("scripted", Scripted())]))
