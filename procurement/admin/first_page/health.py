"""Whether workers keep up, in one line."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement.common.clock import database_now
from procurement.desk.workers import Workers, workers

MINUTE, HOUR, DAY = 60, 3600, 86400


def health(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001  (as every part)
    """The line, and what is wrong."""
    found = workers(database_now())
    return {"said": _fine(found), "wrong": [_FAULTS[each](found) for each in found.faults]}


def _fine(found: Workers) -> str:
    if found.swept is None:
        return _("Workers: fine. The last task was sent %(beat)s ago; no sweep was due yet.") % {
            "beat": age(found.beat)
        }
    ago = {"swept": age(found.swept), "beat": age(found.beat)}
    return _("Workers: fine. The last sweep began %(swept)s ago, the last task %(beat)s ago.") % ago


def age(span: dt.timedelta | None) -> str:
    """How long something takes or took, roughly."""
    if span is None:
        return _("an unknown time")
    seconds = int(span.total_seconds())
    if seconds >= DAY:
        return ngettext("%(n)d day", "%(n)d days", seconds // DAY) % {"n": seconds // DAY}
    if seconds >= HOUR:
        return ngettext("%(n)d hour", "%(n)d hours", seconds // HOUR) % {"n": seconds // HOUR}
    if seconds >= MINUTE:
        return ngettext("%(n)d minute", "%(n)d minutes", seconds // MINUTE) % {"n": seconds // MINUTE}
    return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}


def _facts(found: Workers) -> str:
    return _("A fact has waited %(age)s for flags and alerts.") % {"age": age(found.facts)}


def _messages(found: Workers) -> str:
    return _("A message has waited %(age)s to be sent.") % {"age": age(found.messages)}


def _sweep(found: Workers) -> str:
    if found.swept is None:
        return _("No sweep of the flags was ever begun.")
    return _("The last sweep of the flags began %(age)s ago.") % {"age": age(found.swept)}


def _beat(found: Workers) -> str:
    if found.beat is None:
        return _("No task was ever sent: the scheduler does not run.")
    return _("The last task was sent %(age)s ago: the scheduler seems to stand still.") % {"age": age(found.beat)}


def _failing(found: Workers) -> str:
    said = ngettext(
        "%(n)d fact could not be processed and is tried again.",
        "%(n)d facts could not be processed and are tried again.",
        found.failing,
    )
    return said % {"n": found.failing}


_FAULTS: Mapping[str, Callable[[Workers], str]] = {
    "facts": _facts,
    "messages": _messages,
    "sweep": _sweep,
    "beat": _beat,
    "failing": _failing,
}
