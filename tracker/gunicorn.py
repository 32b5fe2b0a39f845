"""gunicorn's configuration (`--config python:tracker.gunicorn`): its lines in the form of all others; its counts."""

import os
import time
from logging.config import dictConfig
from typing import Any

from gunicorn import glogging

from tracker.serving import BEGAN

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")


class Logger(glogging.Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Logs as settings.py says; of each request one line with fields, and no address, which may hold a secret."""

    def setup(self, cfg: Any) -> None:
        """Replace gunicorn's own handlers."""
        from django.conf import settings

        super().setup(cfg)
        dictConfig(settings.LOGGING)
        for logger in (self.error_log, self.access_log):
            for handler in list(logger.handlers):
                logger.removeHandler(handler)
            logger.propagate = True

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        """Log a request when its answer was written."""
        if self.access_log_enabled:
            self.access_log.info("request", extra=access_fields(resp, req, environ, request_time.total_seconds()))


def access_fields(resp: Any, req: Any, environ: dict[str, Any], seconds: float) -> dict[str, Any]:
    """What is said of a request; `client` is its address, that of an IPv6 client's network.

    `seconds` counts from where it had a thread, which matters only where the web server did not say when it was here.
    """
    noted = dict(environ.get("tracker.noted") or {})
    tally = noted.pop("tally", None)
    found = {
        "method": req.method,
        "status": int(str(resp.status).split(maxsplit=1)[0]),
        "seconds": round(time.perf_counter() - environ[BEGAN] if BEGAN in environ else seconds, 4),
        "bytes": resp.sent,
    } | {name: value for name, value in noted.items() if value is not None}
    if tally is not None:
        found |= {"queries": tally.queries, "query_seconds": round(tally.seconds, 4)}
    return found


def on_starting(_server: object) -> None:
    """Forget what an earlier run counted, unless processes of it still count."""
    from tracker.watching.counting import begin

    begin()


def post_worker_init(_worker: object) -> None:
    """Say from time to time that a web process lives."""
    from tracker.watching.life import web_begins

    web_begins()


def on_exit(_server: object) -> None:
    """Have the web server of this host forgotten."""
    from tracker.watching.life import web_ends

    web_ends()


#: gunicorn reads each setting as a name of this module.
logger_class = Logger
