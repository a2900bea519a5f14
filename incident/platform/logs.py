"""One logging configuration for every process: events with scalar fields, no personal data, on standard error.

`log.info("reminder_sent", incident="DL-2026-0001", late_seconds=3)`: a fixed name in the past tense, and fields that
can be counted. Fields that could carry a person or a secret are replaced, and so is everything that is not a scalar.
"""

import logging
import logging.config
import sys
from collections.abc import MutableMapping
from datetime import date, datetime
from enum import Enum
from uuid import UUID

import structlog

from incident.platform.settings import Settings
from incident.platform.tracebacks import told

PERSONAL = frozenset(
    {
        "address",
        "body",
        "bsn",
        "email",
        "iban",
        "mail",
        "name",
        "password",
        "payload",
        "phone",
        "recipient",
        "secret",
        "subject",
        "summary",
        "telephone",
        "text",
        "title",
        "token",
        "user_name",
    }
)
SCALARS = (str, int, float, bool, type(None))
WRITTEN = (UUID, date, datetime, Enum)
OWN = frozenset(
    {"event", "level", "logger", "timestamp", "process", "exc_info", "exception", "_record", "_from_structlog"}
)
QUIET = (
    "slack_bolt",
    "slack_sdk",
    "waitress",
    "werkzeug",
    "urllib3",
    "alembic",
    "sqlalchemy",
    "fontTools",
)
BEAT = "apscheduler"
"""It warns of every task that outlives its beat, as sending does by design; what is late is told by /health."""


def redact(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Replace fields that could name a person or hold a secret, and fields that are not scalars."""
    for name, value in event.items():
        if name in OWN:
            continue
        if name.lower() in PERSONAL:
            event[name] = "[redacted]"
        elif isinstance(value, WRITTEN):
            event[name] = str(value.value if isinstance(value, Enum) else value)
        elif not isinstance(value, SCALARS):
            event[name] = f"[{type(value).__name__} left out]"
    return event


def configure(settings: Settings, process: str) -> None:
    """Send our events and those of libraries through the same processors, as text or as JSON lines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    _attach(settings, structlog.stdlib.ProcessorFormatter(processors=_ending(settings), foreign_pre_chain=shared))
    for setting, nearest in settings.unknown.items():
        structlog.get_logger(__name__).warning("unknown_setting_in_env_file", setting=setting, nearest=nearest)


def _ending(settings: Settings) -> list[structlog.typing.Processor]:
    clean = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    traces = structlog.processors.ExceptionRenderer(told)
    if settings.log_format == "json":
        return [clean, traces, structlog.processors.JSONRenderer(ensure_ascii=False)]
    plain = structlog.dev.plain_traceback
    return [clean, traces, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _attach(settings: Settings, formatter: logging.Formatter) -> None:
    handler = _StandardError()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.getLogger(BEAT).setLevel(max(logging.ERROR, root.level))


class _StandardError(logging.Handler):
    """Writes to what standard error is at that moment, so that nothing keeps a closed stream."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)
