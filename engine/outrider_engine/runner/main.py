"""Starting a runner: read the command line, set limits, become keeper and runner.

Nothing heavy is imported before the keeper has split off, so that it stays small.
"""

import argparse
import os
import resource
import sys
from collections.abc import Iterable, Sequence

from .keeper import keep

_OPEN_FILES = 8192


def main(argv: Sequence[str] | None = None, *, extra: Iterable[tuple[str, object]] = ()) -> int:
    """Run until the slot closes the pipe of tasks; returns the exit status.

    Args:
        argv: the arguments, as ``RunnerChild`` passes them.
        extra: (name, plugin) pairs to load besides those that are installed, for tests.
    """
    arguments = _parser().parse_args(argv)
    for descriptor in (arguments.tasks, arguments.messages):
        os.set_inheritable(descriptor, False)
    _set_limits(arguments.file_size)

    def serve() -> int:
        from .serving import Serving  # noqa: PLC0415 - only in the runner, see above

        blocked = tuple(name for name in arguments.blocked.split(",") if name)
        return Serving(arguments.tasks, arguments.messages).run(blocked=blocked, extra=extra)

    return keep(serve, lifeline=arguments.tasks, closed_in_keeper=[arguments.messages], folder=arguments.folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="outrider-runner", description="Started by Outrider's slots.")
    parser.add_argument("--tasks", type=int, required=True, help="file descriptor to read tasks from")
    parser.add_argument("--messages", type=int, required=True, help="file descriptor to write messages to")
    parser.add_argument("--folder", required=True, help="the slot's own folder")
    parser.add_argument("--file-size", type=int, required=True, help="most bytes of one file")
    parser.add_argument("--blocked", default="", help="plugins not to load, by comma")
    return parser


def _set_limits(file_size: int) -> None:
    """No core dumps, no endless files, and no more open files than a browser needs."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_FSIZE, file_size)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)


def _lower(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (most, most))


if __name__ == "__main__":
    sys.exit(main())
