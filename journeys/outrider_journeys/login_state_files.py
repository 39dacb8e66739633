"""Login states in a folder of one's own, for those who walk journeys without a server."""

import json
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from outrider_engine.domain.login_states import LARGEST, LoginState
from outrider_engine.errors import InvalidInput

_ENDING = ".login-state.json"


class LoginStateFolder:
    """A file for each login state, which nobody else can read: whoever has one is signed in.

    Args:
        path: of the folder; ``None``: nothing is kept, and nothing found.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def valid(self, names: Iterable[str], now: datetime) -> tuple[LoginState, ...]:
        """Return those of some names that are there and have not expired.

        Raises:
            InvalidInput: a file can be read by others, or not be read at all; the message names it.
        """
        if self._path is None:
            return ()
        found = (self._read(self._path, name) for name in sorted(names))
        return tuple(state for state in found if state is not None and state.expires_at > now)

    def make(self) -> None:
        """Make the folder, and try whether a state can be kept in it.

        Raises:
            InvalidInput: none can.
        """
        if self._path is None:
            return
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._path):
                pass
        except OSError as error:
            raise InvalidInput(f"no login state can be kept in {self._path}: {error.strerror}") from None

    def keep(self, states: Iterable[LoginState]) -> None:
        """Write states in place of those of their names.

        Raises:
            InvalidInput: the folder can't be written to.
        """
        new = tuple(states)
        if self._path is None or not new:
            return
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for state in new:
                self._write(self._path, state)
        except OSError as error:
            raise InvalidInput(f"no login state can be kept in {self._path}: {error.strerror}") from None

    def _write(self, folder: Path, state: LoginState) -> None:
        path = folder / f"{state.name}{_ENDING}"
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        with suppress(FileNotFoundError):
            beside.unlink()
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(state), file, default=datetime.isoformat)
        beside.replace(path)

    def _read(self, folder: Path, name: str) -> LoginState | None:
        path = folder / f"{name}{_ENDING}"
        try:
            with path.open(encoding="utf-8") as file:
                if os.fstat(file.fileno()).st_mode & 0o077:
                    raise InvalidInput(f"{path} can be read by others; make it yours alone (chmod 600) or delete it")
                given = json.loads(file.read(3 * LARGEST))
            moments = {key: datetime.fromisoformat(given[key]) for key in ("saved_at", "expires_at")}
            return LoginState(name=name, content=str(given["content"]), **moments)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InvalidInput(f"{path} can't be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError):
            raise InvalidInput(f"{path} is not a login state; delete it") from None
