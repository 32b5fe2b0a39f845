"""The queue: one app, its queues, and the beat table as it is first seeded."""

import os
import sys
from logging.config import dictConfig
from typing import Any

from celery import Celery, states
from celery.signals import beat_init, celeryd_init, setup_logging, task_postrun, task_prerun
from django.conf import settings
from django.db import close_old_connections, connections
from kombu.entity import Queue

from tracker.private import keep_home_private

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

#: The tasks that beat sends, and the interval in seconds. Only initial values: `manage.py seed_schedule` creates
#: missing rows, and from then on the rows count, which administrators may edit. (Celery's own `beat_schedule` setting
#: stays empty, because the database scheduler would overwrite edited rows with it at each start.)
BEAT: dict[str, tuple[str, int]] = {
    "drain-rechecks": ("procurement.tasks.drain", 5),
    "send-deliveries": ("procurement.tasks.deliver", 5),
    "refresh-totals": ("procurement.tasks.refresh", 5),
    "pack-news": ("procurement.tasks.pack", 5),
    "digests": ("procurement.tasks.digest", 60),
    "tell-owners": ("procurement.tasks.tell_owners", 300),
    "ask-readers": ("procurement.tasks.ask_readers", 60),
    "imports": ("procurement.tasks.imports", 10),
    "mirror": ("procurement.tasks.mirror", 60),
    "sweep": ("procurement.tasks.sweep", 600),
}

#: The tasks that beat sends once a day, and the time in the service's zone; initial values too.
DAILY: dict[str, tuple[str, str]] = {
    "verify": ("procurement.tasks.verify", "02:30"),
    "export": ("procurement.tasks.export", "03:00"),
    "sweep-everything": ("procurement.tasks.sweep_everything", "03:30"),
    "forget-files": ("procurement.tasks.forget_files", "04:30"),
    # the ECB publishes at about 16:00 in Frankfurt
    "take-rates": ("procurement.tasks.take_rates", "17:30"),
}

#: Deliveries wait for external servers, and imports and exports may take hours: each has a queue of its own, and
#: deliveries have workers of their own everywhere: nothing else waits for a receiver that hangs.
DELIVERY, IMPORTS = "delivery", "imports"
QUEUES = ("default", DELIVERY, IMPORTS, "exports")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    timezone="UTC",
    # Work is stored in rows: no results are kept, beat repeats a task that is lost with its worker, and running a task
    # twice does no harm. So acknowledge late, and prefetch few.
    task_ignore_result=True,
    result_expires=None,
    beat_scheduler="tracker.scheduler:Scheduler",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_queues=[Queue(name, routing_key=name) for name in QUEUES],
    task_default_queue="default",
    task_routes={
        "procurement.tasks.deliver": {"queue": DELIVERY},
        "procurement.tasks.tell_owners": {"queue": DELIVERY},
        "procurement.tasks.ask_readers": {"queue": DELIVERY},
        "procurement.tasks.imports": {"queue": IMPORTS},
        "procurement.tasks.export": {"queue": "exports"},
    },
    broker_connection_retry_on_startup=True,
    # replaces long-lived workers, whose memory grows
    worker_max_tasks_per_child=5000,
    worker_hijack_root_logger=False,
    # Celery would end the session of the database before and after each task: see keep_session
    CELERY_DB_REUSE_MAX=sys.maxsize,
)
# the app of every thread: without this, a web server's worker threads would get an app without a broker
app.set_default()
app.autodiscover_tasks()

# both listen to Celery's signals
import tracker.watching.life  # noqa: E402
import tracker.watching.tasks  # noqa: E402, F401


@celeryd_init.connect
@beat_init.connect
def keep_to_itself(**_: object) -> None:
    """What a worker or the scheduler keeps is its user's alone."""
    keep_home_private()


@task_prerun.connect
@task_postrun.connect
def keep_session(task: Any, state: str | None = None, **_: object) -> None:
    """Keep a worker's session with the database between tasks, as a web server does between requests.

    In a new one every statement is planned anew. Where a task failed its session ends too, and with it what it held:
    locks, and the claims of messages (procurement/delivery/claiming.py).
    """
    if task.request.is_eager:
        return
    if state in (None, states.SUCCESS):
        close_old_connections()
    else:
        connections.close_all()


@setup_logging.connect
def log_like_django(**_: object) -> None:
    """Leave logging as settings.py has it; Celery would replace the handlers with its own."""
    dictConfig(settings.LOGGING)
