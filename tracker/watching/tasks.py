"""What is counted and noted of each task, and which request it does the work of.

The message of a task carries the id of the request that sent it, or of the request of the task that did. Where several
requests need the same work, one task does it for all, and has the id of the one whose message it took.
"""

import logging
import time
from contextlib import suppress
from datetime import datetime
from logging.config import dictConfig
from typing import Any

from celery.signals import before_task_publish, celeryd_init, task_failure, task_postrun, task_prerun, task_retry
from django.conf import settings

from procurement.common.request_ids import current_request_id, id_for, set_request_id
from tracker.watching.counting import TASK_QUERIES, TASK_QUERY_SECONDS, TASKS, WAITED
from tracker.watching.queries import Tally, begin_tally
from tracker.watching.task_at_hand import Task, at_task

log = logging.getLogger("tracker.task")

#: Headers of messages.
REQUEST, SENT = "tracker_request_id", "tracker_sent_at"
#: A task that takes longer is noted, whoever sent it.
LONG_SECONDS = 10
#: What Celery calls outcomes, in our words.
OUTCOMES = {"SUCCESS": "done", "RETRY": "retried"}

#: Tasks that are done from time to time: when each last ended is kept. `verify` says itself how it ended.
WORKS = frozenset({"verify", "sweep", "sweep_everything", "mirror", "export", "forget_files", "take_rates", "rebuild"})


class _AtHand:
    """The one task that this process is at."""

    began = 0.0
    tally = Tally()
    error = ""


_at_hand = _AtHand()


@before_task_publish.connect
def send_along(headers: dict[str, Any] | None = None, **_: object) -> None:
    """Put into a message whose work it is, and when it was sent."""
    if headers is not None:
        headers[SENT] = time.time()
        if request_id := current_request_id():
            headers[REQUEST] = request_id


@task_prerun.connect
def begin(task_id: str, task: Any, **_: object) -> None:
    """Note which task begins, for which request, and how long it waited."""
    asked = task.request
    given = getattr(asked, REQUEST, None)
    set_request_id(id_for(given) if given else "")
    at_task(Task(task_id, task.name))
    _at_hand.began, _at_hand.tally, _at_hand.error = time.perf_counter(), begin_tally(), ""
    sent = getattr(asked, SENT, None)
    if isinstance(sent, int | float):
        with suppress(OSError):
            WAITED.labels(_queue(task)).observe(max(0.0, time.time() - max(sent, _due(asked))))


def _due(asked: Any) -> float:
    """When a message with a countdown was due; 0 for others."""
    return datetime.fromisoformat(asked.eta).timestamp() if asked.eta else 0.0


def _queue(task: Any) -> str:
    name = (task.request.delivery_info or {}).get("routing_key") or ""
    return name if name in {queue.name for queue in task.app.conf.task_queues} else "other"


@task_failure.connect
def note_failure(exception: BaseException | None = None, **_: object) -> None:
    """Remember which error ended the task; Celery logs it, with its traceback."""
    _at_hand.error = type(exception).__name__


@task_retry.connect
def note_retry(reason: object = None, **_: object) -> None:
    """Remember why it is tried again."""
    _at_hand.error = type(reason).__name__


@task_postrun.connect
def end(task: Any, state: str | None = None, **_: object) -> None:
    """Count the task, and note it if it is of note."""
    seconds, tally = time.perf_counter() - _at_hand.began, _at_hand.tally
    outcome = OUTCOMES.get(str(state), "failed")
    with suppress(OSError):
        TASKS.labels(task.name, outcome).observe(seconds)
        TASK_QUERIES.labels(task.name).inc(tally.queries)
        TASK_QUERY_SECONDS.labels(task.name).inc(tally.seconds)
    said = {"outcome": outcome, "seconds": round(seconds, 3), "queries": tally.queries}
    said |= {"query_seconds": round(tally.seconds, 3)} | ({"failed_with": _at_hand.error} if _at_hand.error else {})
    of_note = current_request_id() or outcome != "done" or seconds > LONG_SECONDS
    log.log(logging.INFO if of_note else logging.DEBUG, "task ended", extra=said)
    _note_work(task.name.rpartition(".")[2], outcome, seconds)
    at_task(None)
    set_request_id("")


def _note_work(name: str, outcome: str, seconds: float) -> None:
    from procurement.signs.noting import note_work

    if name in WORKS and not (name == "verify" and outcome == "done"):
        note_work(name, is_well=outcome == "done", seconds=round(seconds, 1))


@celeryd_init.connect
def say_no_hello(instance: Any = None, **_: object) -> None:
    """Print no banner, and no warning of Python's, where each line is to be JSON."""
    if settings.LOG_FORMAT == "json" and instance is not None:
        instance.quiet = True
        dictConfig(settings.LOGGING)
        logging.captureWarnings(capture=True)
