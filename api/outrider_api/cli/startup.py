"""What every command does first: read the settings, and say where the log goes."""

import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import structlog

from outrider_engine.settings import Settings, load_settings

_SHARED: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


RUNNER_SAYS = "runner process says"
"""The event by which slots pass on what their processes print."""
_NOTICE = re.compile(r"\[(?P<level>\w+) *\] (?P<event>.*?)(?: why=(?P<quote>['\"])(?P<why>.*)(?P=quote))?", re.DOTALL)


def started_settings(*, data_dir: Path | None = None, plain_notices: bool = False) -> Settings:
    """Return the settings, with logging to standard error set up as they say.

    Args:
        data_dir: takes the place of the setting of that name.
        plain_notices: what runner processes print is a plain sentence, for commands that somebody watches.

    Raises:
        ConfigurationError: a setting is wrong.
    """
    settings = load_settings({"data_dir": data_dir})
    as_json = settings.log_format == "json"
    log_to(sys.stderr, level=settings.log_level, as_json=as_json, plain_notices=plain_notices)
    return settings


def log_to(stream: TextIO, *, level: str, as_json: bool, plain_notices: bool = False) -> None:
    """Send what Outrider and its libraries log to ``stream``; libraries only from warnings up."""
    last: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
    if plain_notices and not as_json:
        last = _with_plain_notices(last)
    exceptions = [structlog.processors.format_exc_info] if as_json else []
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *exceptions, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("outrider_engine", "outrider_journeys", "outrider_plugins", "outrider_api"):
        logging.getLogger(name).setLevel(level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _with_plain_notices(others: Callable[..., str]) -> Callable[..., str]:
    def render(logger: Any, method: str, event: dict[str, Any]) -> str:
        found = _NOTICE.fullmatch(event["text"]) if event["event"] == RUNNER_SAYS else None
        if found is None:
            return others(logger, method, event)
        return f"{found['level']}: {found['event']}" + (f": {found['why']}" if found["why"] else "")

    return render
