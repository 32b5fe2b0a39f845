"""Messages of tasks that wait in the broker: how many, and since when."""

import time
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from django.conf import settings

from tracker.celery import QUEUES, app
from tracker.watching.tasks import SENT

#: How long the broker may take to answer, in seconds.
BROKER_SECONDS = 1


class Queue(NamedTuple):
    """How many messages wait, and for how many seconds the oldest has; None where the broker does not tell."""

    messages: int
    oldest: float | None


def waiting_in_broker() -> dict[str, Queue]:
    """By queue. Raises OperationalError or OSError where the broker is away."""
    if settings.BROKER_IS_FOLDER:
        return _in_folder(Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])))
    options: dict[str, Any] = {"max_retries": 0}
    if str(app.conf.broker_read_url).startswith("redis"):  # else one that accepts and never answers is waited for
        options |= {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
    with closing(app.connection_for_read(connect_timeout=BROKER_SECONDS, transport_options=options)) as broker:
        return {name: Queue(_number(broker, name), _oldest(broker, name)) for name in QUEUES}


def _in_folder(folder: Path) -> dict[str, Queue]:
    """A message is a file whose name begins with the moment at which it was sent."""
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return {queue: _of_names([name for name in names if name.endswith(f".{queue}.msg")]) for queue in QUEUES}


def _of_names(names: list[str]) -> Queue:
    sent = (int(name.partition("_")[0]) / 1e9 for name in names if name[:1].isdigit())
    return Queue(len(names), _since(sent))


def _since(sent: Iterable[float]) -> float:
    first = min(sent, default=None)
    return 0.0 if first is None else max(0.0, time.time() - first)


def _number(broker: Any, queue: str) -> int:
    """How many messages wait in a queue: none where nobody sent one yet."""
    try:
        return int(broker.default_channel.queue_declare(queue, passive=True).message_count)
    except broker.channel_errors:
        return 0


def _oldest(broker: Any, queue: str) -> float | None:
    """Of Redis, whose lists can be looked at; RabbitMQ shows a message only to who takes it."""
    if broker.transport.driver_type != "redis":
        return None
    found = broker.default_channel.client.lindex(queue, -1)
    if found is None:
        return 0.0
    with suppress(orjson.JSONDecodeError, KeyError, TypeError):
        return _since([float(orjson.loads(found)["headers"][SENT])])
    return None
