"""The command line in processes of its own, forked from one that has imported everything already.

A start of Python with all of Outrider's imports takes over a second of CPU; a fork takes a few milliseconds, and is
the same in all that a test can see: arguments, environment, folder, output, exit status, signals.
"""

import io
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired

from outrider_engine.plugin_manager import HOOKSPEC_GROUP, PLUGIN_GROUP

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "outrider_api.cli.administration",
        "outrider_api.cli.demo_run",
        "outrider_api.cli.inspection",
        "outrider_api.cli.liveness",
        "outrider_api.cli.local_run",
        "outrider_api.cli.pipeline_runs",
        "outrider_api.cli.processes",
        "outrider_api.cli.recording_run",
        "outrider_api.cli.remote_alerts",
        "outrider_api.cli.remote_batches",
        "outrider_api.cli.remote_channels",
        "outrider_api.cli.remote_checks",
        "outrider_api.cli.remote_keys",
        "outrider_api.cli.remote_people",
        "outrider_api.cli.remote_rules",
        "outrider_api.cli.remote_runs",
        "outrider_api.cli.remote_variables",
        "outrider_api.cli.resealing",
        "outrider_api.cli.signing_in",
        "outrider_api.cli.tailing",
        "outrider_api.cli.triggering",
        "outrider_api.cli.uploading",
        "outrider_api.cli.user_administration",
        *(point.value for group in (PLUGIN_GROUP, HOOKSPEC_GROUP) for point in entry_points(group=group)),
    ]
)


class OutriderProcess:
    """A running ``outrider``, with what ``subprocess.Popen`` offers of the same names; it leads its own group."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        out: Path,
        err: Path,
        stdin: str = "",
    ) -> None:
        self.args = ["outrider", *arguments]
        for path in (out, err):
            path.touch()
        self._process = _CONTEXT.Process(
            target=_main, args=(tuple(arguments), str(cwd), dict(env), str(out), str(err), stdin), daemon=False
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit status, negative for a signal; ``None`` while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return the exit status, ``None`` while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; returns the exit status.

        Raises:
            TimeoutExpired: it has not ended in so many seconds.
        """
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutExpired(self.args, timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def run_outrider(
    arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout_s: float, stdin: str = ""
) -> CompletedProcess[str]:
    """Run ``outrider`` with some arguments to its end.

    Raises:
        TimeoutExpired: it did not end in time; it has been killed.
    """
    out, err = cwd / ".outrider.out", cwd / ".outrider.err"
    process = OutriderProcess(arguments, cwd=cwd, env=env, out=out, err=err, stdin=stdin)
    try:
        status = process.wait(timeout_s)
    except TimeoutExpired as error:
        process.kill()
        process.wait()
        raise TimeoutExpired(error.cmd, timeout_s, out.read_text(), err.read_text()) from None
    done = CompletedProcess(process.args, status, out.read_text(), err.read_text())
    out.unlink()
    err.unlink()
    return done


def _main(arguments: tuple[str, ...], cwd: str, env: dict[str, str], out: str, err: str, stdin: str) -> None:
    os.setsid()
    sys.stdin = io.StringIO(stdin)
    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["outrider", *arguments]
    from outrider_api.cli.main import main  # noqa: PLC0415 - in the forked process, not in the one that runs the tests

    main()
