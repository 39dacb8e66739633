"""What every command does first: read the settings, and say where the log goes."""

import logging
import sys
from pathlib import Path
from typing import Any, TextIO

import structlog

from outrider_engine.settings import Settings, load_settings

_SHARED: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def started_settings(*, data_dir: Path | None = None) -> Settings:
    """Return the settings, with logging to standard error set up as they say.

    Raises:
        ConfigurationError: a setting is wrong.
    """
    settings = load_settings({"data_dir": data_dir})
    log_to(sys.stderr, level=settings.log_level, as_json=settings.log_format == "json")
    return settings


def log_to(stream: TextIO, *, level: str, as_json: bool) -> None:
    """Send what Outrider and its libraries log to ``stream``; libraries only from warnings up."""
    last: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
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
