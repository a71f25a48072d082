"""Where the log goes: to standard error, from the level that the settings name."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Log from that level on (DEBUG, INFO, WARNING, ERROR); the libraries only from warnings on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            # Tracebacks without local variables, which may hold what nobody should read in a log.
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # A job that takes longer than the time between two looks is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
