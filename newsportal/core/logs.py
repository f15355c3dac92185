"""Structured logs: one JSON object a line (or readable lines on a terminal), each with the id of its request."""

import logging.config
import re
from typing import Any

import structlog

SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

# Addresses that open something for whoever has them: links in mails, shared previews, a new password.
_SECRET_PATH = re.compile(r"(/(?:confirm|preferences|unsubscribe|preview|reset/key|confirm-email)/)[^/\s?#\"'<>]+")


def hide_secret_paths(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: who reads a log must not be able to open what only a reader's mailbox holds."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _SECRET_PATH.sub(r"\1…", value)
    return event


def logging_config(*, level: str, style: str) -> dict[str, Any]:
    """A `logging.config.dictConfig` dictionary; `style` is "json" or "console"."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        # Tracebacks become text before secrets are hidden, so that theirs are, too.
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_secret_paths,
            renderer,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # The request log (newsportal/core/request_log.py) says what these would say, with the request's id.
            "django.server": {"level": "WARNING"},
            "django.request": {"level": "CRITICAL"},
            # Scanners ask for odd hosts all day; a traceback of each would bury the rest.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
    }


def configure(config: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG hook: the standard library's handlers, and structlog feeding into them."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
