"""The calls of Linux that confine a process, and that Python's standard library does not have."""

import ctypes
import fcntl
import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path

NEW_MOUNTS, NEW_NAMES, NEW_IPC, NEW_USER, NEW_PIDS, NEW_NETWORK = (
    0x00020000,
    0x04000000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
"""``CLONE_NEWNS``, ``CLONE_NEWUTS`` and so on; unshare(2)."""

NO_SUID, NO_DEVICES, NO_EXEC, BIND, RECURSIVE, PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
"""``MS_NOSUID`` and so on; mount(2)."""

_MOUNT_SETATTR = 442
_ATTR_READ_ONLY, _ATTR_NO_SUID, _ATTR_NO_DEVICES = 1, 2, 4
_HERE, _AT_RECURSIVE, _AT_NO_FOLLOW = -100, 0x8000, 0x100
_SET_PARENT_DEATH_SIGNAL, _SET_NO_NEW_PRIVILEGES = 1, 38
_DETACH = 2
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)


def leave(spaces: int) -> None:
    """Leave the namespaces of the parent for new ones."""
    _call("unshare", _libc.unshare, spaces)


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """Mount a file system."""
    _call(
        f"mount of {target}",
        _libc.mount,
        source.encode(),
        target.encode(),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        options.encode() if options else None,
    )


def show(source: str, target: str, *, read_only: bool) -> None:
    """Show a folder or a file at another place, with all that is mounted below it."""
    mount(source, target, None, BIND | RECURSIVE)
    attributes = _ATTR_NO_SUID | (_ATTR_READ_ONLY | _ATTR_NO_DEVICES if read_only else 0)
    wanted = struct.pack("QQQQ", attributes, 0, 0, 0)
    _call(
        f"attributes of {target}",
        _libc.syscall,
        _MOUNT_SETATTR,
        _HERE,
        target.encode(),
        _AT_RECURSIVE | _AT_NO_FOLLOW,
        wanted,
        len(wanted),
    )


def change_root(new: str) -> None:
    """Make a mounted folder the root, and let go of the old one."""
    os.chdir(new)
    _call("change of the root", _libc.pivot_root, b".", b".")
    _call("farewell to the old root", _libc.umount2, b".", _DETACH)
    os.chdir("/")


def loopback_up() -> None:
    """Switch on the loopback of a new network namespace; netdevice(7)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14x", b"lo", 0)
        _, flags = struct.unpack("16sH14x", fcntl.ioctl(control, _GET_FLAGS, request))
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _UP))


def die_with_parent() -> None:
    """Be killed when the parent ends; prctl(2)."""
    _call("prctl", _libc.prctl, _SET_PARENT_DEATH_SIGNAL, 9, 0, 0, 0)


def gain_nothing() -> None:
    """Never again gain rights by executing a program (``no_new_privs``)."""
    _call("prctl", _libc.prctl, _SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def map_only_me() -> None:
    """In a new user namespace, be who one was outside, and know nobody else."""
    user, group = os.getuid(), os.getgid()
    leave(NEW_USER)
    Path("/proc/self/setgroups").write_text("deny", encoding="utf-8")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="utf-8")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="utf-8")


def _call(what: str, function: Callable[..., int], *arguments: object) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
