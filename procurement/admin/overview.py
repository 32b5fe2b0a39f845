"""The start page: what is stopped and still owed, and which flags wait."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from procurement.admin.listing import link_to
from procurement.common.dates import Asked
from procurement.common.money import in_full
from procurement.exposure.answering import Question, answer
from procurement.exposure.rows import Row
from procurement.flags.models import Flag, Severity
from procurement.programs.drafts import StatusDraft, decides_on_drafts
from procurement.programs.models import Program
from procurement.programs.reading import standings
from procurement.programs.wording import dispute_in_words, standing_in_words
from procurement.rates.age import age_said, are_old

#: The most rows that a table shows; the lists have the rest.
SHOWN = 50
LINK = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'


def stopped(request: HttpRequest) -> HttpResponse:
    """The slow part of the start page: what is stopped, and today's figures."""
    if not request.user.has_perm("procurement.view_program"):
        return HttpResponse()
    asked = Asked(timezone.localdate())
    # named, so that only their contracts are read, not the whole ledger
    named = [program for program, standing in standings(asked).items() if standing.is_stopped]
    found = answer(Question(asked, group_by=("program",), filters={"program": named}, limit=SHOWN))
    programs = Program.everything.in_bulk([row.keys["program"] for row in found.rows])
    rows = [_stopped_row(row, programs, found.standings) for row in found.rows if row.keys["program"] in programs]
    headers = ["Program", "Standing", "Contracts", "Committed", "Paid", "Outstanding", "Unaccounted", "Disputed"]
    table = {"headers": headers, "rows": rows}
    return TemplateResponse(request, "procurement/admin/table.html", {"table": table, "none": "Nothing is stopped."})


def _stopped_row(row: Row, programs: dict[int, Program], standings: Any) -> list[Any]:
    program = programs[row.keys["program"]]
    standing = standings[program.pk]
    names = ("committed", "paid", "outstanding", "unaccounted")
    figures = [in_full(row.figures[name], row.currency or "") for name in names]
    return [link_to(program), standing_in_words(standing), row.contracts, *figures, dispute_in_words(standing) or "-"]


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The fast part of the start page: waiting flags, and how old the rates are. Named in the settings."""
    if request.user.has_perm("procurement.view_flag"):
        counts = Flag.objects.unresolved().values_list("severity", "state").annotate(Count("pk")).order_by()
        context["waiting"] = flag_table({(severity, state): n for severity, state, n in counts})
    if decides_on_drafts(request.user):
        context["drafts"] = waiting_drafts()
    context["stopped_address"] = reverse("admin:stopped")
    if request.user.has_perm("procurement.view_exchangerate"):
        today = timezone.localdate()
        context["rates"], context["rates_are_old"] = age_said(today), are_old(today)
    return context


def waiting_drafts() -> Any:
    """How many status changes wait for a second person, leading to them; nothing if none do."""
    count = StatusDraft.objects.waiting().count()
    queue = f"{reverse('admin:procurement_statusdraft_changelist')}?state__exact={StatusDraft.State.WAITING}"
    return format_html(LINK, queue, count) if count else ""


def flag_table(counts: dict[tuple[str, str], int]) -> dict[str, list[Any]]:
    """Flags by severity and state, each number leading to its list."""
    states = [state for state in Flag.State if state != Flag.State.RESOLVED]
    queue = reverse("admin:procurement_flag_changelist")
    rows = [
        [
            severity.label,
            *(
                _number(counts.get((severity, state), 0), f"{queue}?severity__exact={severity}&state={state}")
                for state in states
            ),
        ]
        for severity in reversed(list(Severity))
    ]
    return {"headers": ["Severity", *(state.label for state in states)], "rows": rows}


def _number(count: int, address: str) -> Any:
    return format_html(LINK, address, count) if count else "-"
