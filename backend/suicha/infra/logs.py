"""Structured logs: one JSON line per event, the request id bound, nothing personal and nothing secret."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_WORDS = ("password", "token", "secret", "authorization", "cookie")


def configure_logs(*, level: str = "INFO") -> None:
    """Send all logs to standard error as JSON lines."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(message)s")
    for noisy, least in (
        ("apscheduler", logging.ERROR),
        ("uvicorn", logging.WARNING),
        ("sqlalchemy", logging.WARNING),
        ("alembic", logging.WARNING),
        ("asyncio", logging.WARNING),
        ("PIL", logging.WARNING),
    ):
        logging.getLogger(noisy).setLevel(least)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact_secrets,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def redact_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank every value whose name smells of a secret, should one ever be logged by mistake."""
    for name in event:
        if any(word in name.lower() for word in _SECRET_WORDS):
            event[name] = "***"
    return event


def get_logger() -> Any:
    """The logger of the process."""
    return structlog.get_logger()
