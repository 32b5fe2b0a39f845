"""The format of a log line: time, level, logger, a fixed event, and its fields."""

import json
import logging
import time
from typing import Any

from procurement.common.request_ids import current_request_id

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "data", "args"}


class FieldsFormatter(logging.Formatter):
    """`2026-01-05T09:00:00Z INFO procurement.flags flag opened rule=paid-exceeds-committed contract=3`."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging calls it so)
        """The line with the fields of `extra`."""
        fields = {name: value for name, value in vars(record).items() if name not in STANDARD}
        if request_id := current_request_id():
            fields["request_id"] = request_id
        return " ".join([super().formatMessage(record), *(f"{name}={shown(value)}" for name, value in fields.items())])


def shown(value: object) -> str:
    """A value on one line, quoted if it contains spaces, so that a line can be parsed."""
    text = str(value)
    return text if text and text.isprintable() and not set(text) & set(' "=') else json.dumps(text, ensure_ascii=False)


def configuration(level: str) -> dict[str, Any]:
    """What is logged, and where: everything from a level on, to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"fields": {"()": "tracker.logs.FieldsFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "fields"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would print each line twice
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Celery logs two lines per task, at several tasks a second even when idle
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "django_celery_beat.schedulers": {"level": "WARNING"},
        },
    }
