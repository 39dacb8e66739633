"""Where the command line remembers servers and keys: ``~/.config/outrider/config.toml``, which only its owner reads."""

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from outrider_engine.errors import ConfigurationError, InvalidInput

DEFAULT = "default"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A server and the key for it."""

    name: str
    server: str
    key: str = field(repr=False)


def config_path(environment: Mapping[str, str]) -> Path:
    """Return where profiles are kept, as the XDG Base Directory Specification says."""
    base = environment.get("XDG_CONFIG_HOME", "")
    folder = Path(base) if base.startswith("/") else Path.home() / ".config"
    return folder / "outrider" / "config.toml"


class Profiles:
    """The profiles in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, name: str) -> Profile | None:
        """Return the profile of a name.

        Raises:
            ConfigurationError: the file is not what ``outrider login`` writes.
        """
        return self.all().get(name)

    def all(self) -> dict[str, Profile]:
        """Return the profiles by name.

        Raises:
            ConfigurationError: the file is not what ``outrider login`` writes.
        """
        try:
            found = tomllib.loads(self.path.read_text(encoding="utf-8"))
            return {
                name: Profile(name=name, server=str(each["server"]), key=str(each["key"]))
                for name, each in found.get("profiles", {}).items()
            }
        except FileNotFoundError:
            return {}
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError(f"{self.path}: {error}") from None
        except (AttributeError, KeyError, TypeError, UnicodeDecodeError):
            raise ConfigurationError(f"{self.path}: each profile needs the texts `server` and `key`") from None

    def put(self, profile: Profile) -> None:
        """Keep a profile, in the place of the one of that name.

        Raises:
            InvalidInput: it can't be called so.
            OSError: the file can't be written.
        """
        if not _NAME.fullmatch(profile.name):
            raise InvalidInput("letters, digits, '_' and '-' are allowed, 64 at most", field="--profile")
        self._write({**self.all(), profile.name: profile})

    def drop(self, name: str) -> bool:
        """Forget a profile; returns whether there was one."""
        kept = self.all()
        if kept.pop(name, None) is None:
            return False
        self._write(kept)
        return True

    def _write(self, profiles: Mapping[str, Profile]) -> None:
        """Replace the file in one step; it is never readable for others, not even for a moment."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, made = tempfile.mkstemp(dir=self.path.parent, prefix=".config-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write("# Written by `outrider login`. It holds API keys: keep it to yourself.\n")
                for name, profile in sorted(profiles.items()):
                    file.write(f"\n[profiles.{name}]\nserver = {_toml(profile.server)}\nkey = {_toml(profile.key)}\n")
            Path(made).replace(self.path)
        except BaseException:
            Path(made).unlink(missing_ok=True)
            raise


def _toml(text: str) -> str:
    """Return a text as a basic string of TOML, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)
