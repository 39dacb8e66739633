"""The warden: puts a command into its confinement and waits for it.

It runs as a program of its own (``START``), with its orders on standard input; what it can do is in ``Orders``. With
namespaces three processes stand in a row: the warden, the first process of the new process namespace, with which all
others in it end, and the command.
"""

import json
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import kernel

START = "import sys; sys.path.insert(0, sys.argv[1]); from inside.warden import main; sys.exit(main())"
"""Starts the warden without anything else of Outrider, given the folder that ``inside`` is in."""
FAILED = 97
"""The exit status of a warden that could not confine."""
_WORST = 1000
_ROOT_SIZE = "size=32m,nr_inodes=20k,mode=755"
_SHARED_SIZE = "size=64m,nr_inodes=2k,mode=1777"
_DEVICES = ("null", "zero", "full", "random", "urandom")
_OF_ETC = (
    *("alternatives", "ca-certificates", "ca-certificates.conf", "chromium", "chromium.d", "fonts", "ld.so.cache"),
    *("ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "os-release", "pki", "ssl", "timezone"),
)


@dataclass(frozen=True)
class Orders:
    """What is to be run, and how.

    Attributes:
        command, environment, folder: what is executed, and where.
        user: number of the user and group to become; ``None`` to stay who one is.
        limits: resource limits by name (``NPROC``).
        keep: file descriptors that the command gets.
        root: an empty folder on which the new root is built; ``None``: no namespaces of one's own.
        own: (folder, where it is shown): the one part of the new root that can be written.
        shown: files and folders that are shown, read-only, where they are.
        port: of the loopback on which the way out is; ``None``: the network stays as it is.
        hand: a socket over which the listening socket of that port is handed out of the new network namespace.
    """

    command: list[str]
    environment: dict[str, str]
    folder: str
    user: int | None
    limits: dict[str, int]
    keep: list[int]
    root: str | None = None
    own: tuple[str, str] = ("", "")
    shown: tuple[str, ...] = ()
    port: int | None = None
    hand: int | None = None


def main() -> int:
    """Confine and run; return the exit status of the command, 128 + the number of the signal that ended it."""
    orders = Orders(**json.load(sys.stdin))
    kernel.die_with_parent()
    try:
        if orders.root is None:
            return _waited(_forked(orders))
        spaces = kernel.NEW_MOUNTS | kernel.NEW_PIDS | kernel.NEW_IPC | kernel.NEW_NAMES
        if os.geteuid() != 0:
            kernel.map_only_me()
        kernel.leave(spaces | (kernel.NEW_NETWORK if orders.port is not None else 0))
        return _waited(_first_process(orders))
    except OSError as error:
        return _failed("confined", error)


def _first_process(orders: Orders) -> int:
    """Fork the first process of the new namespace; it prepares, starts the command and buries whoever dies."""
    first = os.fork()
    if first:
        _close(orders.keep)
        return first
    status = FAILED
    try:
        kernel.die_with_parent()
        if orders.port is not None and orders.hand is not None:
            _open_way_out(orders.port, orders.hand)
        _build_root(orders)
        status = _waited(_forked(orders), everyone=True)
    except OSError as error:
        status = _failed("confined", error)
    os._exit(status)


def _forked(orders: Orders) -> int:
    """Fork the process that becomes the command."""
    child = os.fork()
    if child:
        _close(orders.keep)
        return child
    try:
        _become(orders)
        os.execve(orders.command[0], orders.command, orders.environment)  # noqa: S606 - no shell is wanted
    except (OSError, ValueError) as error:
        os._exit(_failed("started", error))


def _become(orders: Orders) -> None:
    """Give up all rights."""
    os.chdir(orders.folder)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(_WORST), encoding="utf-8")
    for name, value in orders.limits.items():
        which = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(which)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (most, most))
    if orders.user is not None:
        os.setgroups([])
        os.setresgid(orders.user, orders.user, orders.user)
        os.setresuid(orders.user, orders.user, orders.user)
    kernel.die_with_parent()
    kernel.gain_nothing()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    for descriptor in orders.keep:
        os.set_inheritable(descriptor, True)


def _build_root(orders: Orders) -> None:
    """Build a root with the programs, the suite's own folder and nothing else, and go there."""
    new = Path(orders.root or "")
    kernel.mount("none", "/", None, kernel.PRIVATE | kernel.RECURSIVE)
    kernel.mount("tmpfs", str(new), "tmpfs", kernel.NO_SUID | kernel.NO_DEVICES, _ROOT_SIZE)
    os.umask(0o022)
    for path in sorted({*orders.shown, *(f"/etc/{name}" for name in _OF_ETC)}):
        _show(path, new)
    _devices(new / "dev")
    for name, mode in (("proc", 0o755), ("tmp", 0o1777), ("run", 0o755), ("var/tmp", 0o1777)):
        folder = new / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
    kernel.mount("proc", str(new / "proc"), "proc", kernel.NO_SUID | kernel.NO_DEVICES | kernel.NO_EXEC)
    outside, inside = orders.own
    _names(new / "etc", orders.user if orders.user is not None else os.getuid(), f"{inside}/home")
    if orders.port is None:
        _show("/etc/resolv.conf", new)
    own = _in(new, inside)
    own.mkdir(parents=True)
    kernel.show(outside, str(own), read_only=False)
    kernel.change_root(str(new))


def _show(path: str, new: Path) -> None:
    """Show a file or folder in the new root where it is in the old one; a link stays one."""
    source, target = Path(path), _in(new, path)
    if os.path.lexists(target) or not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink():
        target.symlink_to(source.readlink())
        return
    if source.is_dir():
        target.mkdir()
    else:
        target.touch()
    kernel.show(path, str(target), read_only=True)


def _devices(folder: Path) -> None:
    shared = folder / "shm"
    shared.mkdir(parents=True)
    kernel.mount("tmpfs", str(shared), "tmpfs", kernel.NO_SUID | kernel.NO_DEVICES, _SHARED_SIZE)
    for name in _DEVICES:
        (folder / name).touch()
        kernel.show(f"/dev/{name}", str(folder / name), read_only=False)
    (folder / "fd").symlink_to("/proc/self/fd")


def _names(etc: Path, user: int, home: str) -> None:
    """Write who there is, and how names are looked up."""
    files = {
        "passwd": f"root:x:0:0::/:/bin/false\nsuite:x:{user}:{user}::{home}:/bin/false\n",
        "group": f"root:x:0:\nsuite:x:{user}:\n",
        "hosts": "127.0.0.1 localhost\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    }
    for name, text in files.items():
        (etc / name).write_text(text, encoding="utf-8")


def _in(new: Path, path: str) -> Path:
    return new / path.lstrip("/")


def _open_way_out(port: int, hand: int) -> None:
    """Listen on the new loopback, and hand the socket to who stayed outside."""
    kernel.loopback_up()
    with socket.socket() as listener, socket.socket(fileno=os.dup(hand)) as outside:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        socket.send_fds(outside, [b"."], [listener.fileno()])
    os.close(hand)


def _waited(pid: int, *, everyone: bool = False) -> int:
    """Wait for a process and return how it ended; with ``everyone`` also bury those whose parents died."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while True:
        ended, status = os.waitpid(-1 if everyone else pid, 0)
        if ended == pid:
            code = os.waitstatus_to_exitcode(status)
            return 128 - code if code < 0 else code


def _failed(to_be: str, error: Exception) -> int:
    """Say why there is no suite; return the exit status for that."""
    os.write(2, f"the suite can't be {to_be}: {error}\n".encode())
    return FAILED


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
