"""The form of a log line: time, level, logger, a fixed event, and its fields; as text, or as JSON for machines."""

import json
import logging
import time
from collections.abc import Collection
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from procurement.common.request_ids import current_request_id
from tracker.watching.secrets_hidden import Hiding
from tracker.watching.task_at_hand import current_task

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "data", "args"}
TIME = "%Y-%m-%dT%H:%M:%S"


class FieldsFormatter(logging.Formatter):
    """`2026-01-05T09:00:00Z INFO procurement.flags flag opened rule=paid-exceeds-committed contract=3`."""

    converter = staticmethod(time.gmtime)

    def __init__(self, secrets: Collection[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", f"{TIME}Z")
        self.hiding = Hiding(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The line, with its exception below it, and without secrets."""
        return self.hiding.in_text(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging calls it so)
        """The line with the fields of `extra`."""
        found = fields(record).items()
        return " ".join([super().formatMessage(record), *(f"{name}={shown(value)}" for name, value in found)])


class JsonLine(JsonFormatter):
    """`{"time": "2026-01-05T09:00:00.123Z", "level": "INFO", "logger": ..., "message": ..., "request_id": ...}`."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        super().__init__(json_ensure_ascii=False)
        self.hiding = Hiding(secrets)

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """What is common to all lines, the fields of `extra`, and of an exception its class, words and way."""
        moment = time.strftime(TIME, time.gmtime(record.created))
        log_data |= {"time": f"{moment}.{int(record.msecs):03d}Z", "level": record.levelname, "logger": record.name}
        log_data |= {"message": record.getMessage()} | fields(record)
        if record.exc_info and record.exc_info[0]:
            kind, error, _ = record.exc_info
            log_data |= {"exception": kind.__qualname__, "error": log_data.get("error", str(error))}
        if trace := message_dict.get("exc_info"):
            log_data["traceback"] = trace
        if stack := message_dict.get("stack_info"):
            log_data["stack"] = stack

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """The fields without secrets."""
        found: dict[str, Any] = self.hiding.in_value(log_data)
        return found


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """What a line says beside its event: the request and the task it belongs to, and the fields of `extra`."""
    found = {name: value for name, value in vars(record).items() if name not in STANDARD}
    if request_id := current_request_id():
        found.setdefault("request_id", request_id)
    if task := current_task():
        found |= {"task_id": task.id, "task_name": task.name}
    return found


def shown(value: object) -> str:
    """A value on one line, quoted if it contains spaces, so that a line can be parsed."""
    text = str(value)
    return text if text and text.isprintable() and not set(text) & set(' "=') else json.dumps(text, ensure_ascii=False)


def configuration(level: str, form: str = "text", secrets: Collection[str] = ()) -> dict[str, Any]:
    """What is logged, and where: everything from a level on, to stderr; never one of the secrets."""
    formatter = "tracker.logs.JsonLine" if form == "json" else "tracker.logs.FieldsFormatter"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"fields": {"()": formatter, "secrets": sorted(secrets)}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "fields"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would print each line twice
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Celery logs two lines per task, at several tasks a second even when idle; tracker.task has those of note
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "django_celery_beat.schedulers": {"level": "WARNING"},
            # what these say of a request holds its address, which may be a secret
            "apprise": {"level": "CRITICAL"},
            "urllib3": {"level": "CRITICAL"},
            # the audit log has each failed login
            "axes": {"level": "ERROR"},
        },
    }
