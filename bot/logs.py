"""What the log says, and what it never says: no texts, no names, no values out of an exception."""

from __future__ import annotations

import logging
import traceback

import structlog


def configure(level: str = "INFO") -> None:
    """One line an event, to standard error, from *level* (DEBUG, INFO, WARNING, ERROR) up."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=None),
    )


def fault(error: BaseException) -> dict[str, str]:
    """What may be logged of an exception: its type and where it was raised; its message may quote people."""
    frames = traceback.extract_tb(error.__traceback__)
    at = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return {"error": type(error).__name__, "at": at}
