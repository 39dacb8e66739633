"""An Outrider plugin: the check type ``banner`` and the notifier ``jsonl_file``."""

from collections.abc import Iterable

from outrider_engine.hookspecs import hookimpl

from .check_type import BannerCheckType
from .notifier import JsonlFileNotifier


@hookimpl
def outrider_register_check_types() -> Iterable[BannerCheckType]:
    """Add the check type ``banner``."""
    return [BannerCheckType()]


@hookimpl
def outrider_register_notifiers() -> Iterable[JsonlFileNotifier]:
    """Add the notifier ``jsonl_file``."""
    return [JsonlFileNotifier()]
