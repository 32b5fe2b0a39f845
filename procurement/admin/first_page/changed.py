"""What was recorded since a user looked last, and the button that says that it is seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from procurement.common.errors import Refused
from procurement.common.localized import listed
from procurement.common.reading_dates import parse_moment
from procurement.desk.looking import FIRST_LOOK, mark_seen, seen_through, settled_through
from procurement.desk.news import EDITED, MOST, Counted, News, news
from procurement.flags.models import FlagEvent
from procurement.imports.models import ImportBatch
from procurement.recorders import FACT_TABLES

#: Names by whom something was recorded are cut here.
MOST_NAMES = 5


@dataclass(frozen=True)
class Item:
    """One line: what, how many, by whom, and where they are listed."""

    what: str
    number: str
    by: str
    address: str
    more: str = ""


def changed(request: HttpRequest) -> dict[str, Any]:
    """What was recorded since the user's last look.

    It goes up to now, but only what is settled can be noted as seen: what is recorded while the page is read, and what
    a transaction that is still open may yet record of before, is news the next time.
    """
    through, now = settled_through(), timezone.now()
    seen = seen_through(request.user)  # type: ignore[arg-type]
    found = news(seen or now - FIRST_LOOK, now)
    return {"news": found, "groups": list(_groups(found)), "is_first": seen is None, "through": through.isoformat()}


@require_POST
def mark_all_seen(request: HttpRequest) -> HttpResponse:
    """Note that what the page showed is seen, not what has come since."""
    try:
        mark_seen(request.user, through=parse_moment(request.POST.get("through", "")))  # type: ignore[arg-type]
        messages.success(request, _("Everything that was shown is noted as seen. News begins after it."))
    except (ValueError, Refused):
        messages.error(request, _("Nothing was noted as seen. Open the overview again and try once more."))
    return HttpResponseRedirect(reverse("admin:index"))


def _groups(found: News) -> Iterator[tuple[str, Sequence[Item]]]:
    facts = {table.name: table.model for table in FACT_TABLES}
    kinds, states = dict(FlagEvent.Kind.choices), dict(ImportBatch.State.choices)
    edited = {str(model._meta.model_name): model for model in EDITED}
    yield _("Facts"), [_fact(facts[each.kind], each, found) for each in found.facts]
    yield (
        _("Flags"),
        [
            _item(str(kinds[each.kind]), each, _list(FlagEvent, found, "at", kind__exact=each.kind))
            for each in found.flags
        ],
    )
    yield (
        _("Imports"),
        [_item(str(states[each.kind]), each, _list(ImportBatch, found, "finished_at")) for each in found.imports],
    )
    yield (
        _("Added"),
        [
            _item(_plural(edited[each.kind]), each, _list(edited[each.kind], found, "created_at"))
            for each in found.added
        ],
    )
    yield _("Edited"), [_item(_plural(edited[each.kind]), each, "") for each in found.edited]


def _fact(model: Any, counted: Counted, found: News) -> Item:
    more = ""
    if counted.taken_back:
        said = ngettext(
            "%(number)d takes back or corrects another", "%(number)d take back or correct others", counted.taken_back
        )
        more = said % {"number": counted.taken_back}
    return _item(_plural(model), counted, _list(model, found, "recorded_at"), more)


def _item(what: str, counted: Counted, address: str, more: str = "") -> Item:
    number = _("more than %(number)s") % {"number": f"{MOST:,}"} if counted.is_cut else f"{counted.number:,}"
    names = [name or _("the service") for name in counted.by]
    by = listed(names[:MOST_NAMES]) if len(names) <= MOST_NAMES else _cut(names)
    return Item(what, number, by, address, more)


def _cut(names: Sequence[str]) -> str:
    named = {"names": ", ".join(names[:MOST_NAMES]), "number": len(names) - MOST_NAMES}
    return _("%(names)s and %(number)d more") % named


def _plural(model: Any) -> str:
    text = str(model._meta.verbose_name_plural)
    return text[:1].upper() + text[1:]


def _list(model: Any, found: News, column: str, **more: str) -> str:
    """The list of what was recorded between two moments."""
    between = {f"{column}__gt": found.after.isoformat(), f"{column}__lte": found.until.isoformat()}
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return f"{reverse(name)}?{urlencode(between | more)}"
