"""Whether workers keep up, in one line."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement.desk.workers import Workers, workers

MINUTE, HOUR, DAY = 60, 3600, 86400


def health(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001  (as every part)
    """The line, and what is wrong."""
    found = workers(timezone.now())
    return {"said": _fine(found), "wrong": [_FAULTS[each](found) for each in found.faults]}


def _fine(found: Workers) -> str:
    ago = {"swept": age(found.swept), "beat": age(found.beat)}
    return _("Workers: fine. The last sweep began %(swept)s ago, the last task %(beat)s ago.") % ago


def age(span: dt.timedelta | None) -> str:
    """How long ago something was, roughly."""
    if span is None:
        return _("an unknown time")
    seconds = int(span.total_seconds())
    for unit, said in (
        (DAY, lambda n: ngettext("%(n)d day", "%(n)d days", n)),
        (HOUR, lambda n: ngettext("%(n)d hour", "%(n)d hours", n)),
        (MINUTE, lambda n: ngettext("%(n)d minute", "%(n)d minutes", n)),
    ):
        if seconds >= unit:
            return said(seconds // unit) % {"n": seconds // unit}
    return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}


_FAULTS = {
    "facts": lambda found: _("A fact has waited %(age)s for flags and alerts.") % {"age": age(found.facts)},
    "messages": lambda found: _("A message has waited %(age)s to be sent.") % {"age": age(found.messages)},
    "sweep": lambda found: (
        _("No sweep of the flags has begun lately.")
        if found.swept is None
        else _("The last sweep of the flags began %(age)s ago.") % {"age": age(found.swept)}
    ),
    "beat": lambda found: (
        _("No task was ever sent: the scheduler does not run.")
        if found.beat is None
        else _("The last task was sent %(age)s ago: the scheduler seems to stand still.") % {"age": age(found.beat)}
    ),
    "failing": lambda found: (
        ngettext(
            "%(n)d fact could not be processed and is tried again.",
            "%(n)d facts could not be processed and are tried again.",
            found.failing,
        )
        % {"n": found.failing}
    ),
}
