"""The page of one import: how far it is, the account of its rows, what it changes, what it refused, and what to do."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from procurement.admin.acting import ActingForm, Doing, Table, act_page, page_of, reason_field, sent
from procurement.admin.handing_in import reason_for
from procurement.admin.listing import link_to
from procurement.admin.sending_once import note_stored, sent_once, token_of
from procurement.common.errors import BadSource, Refused, TryAgain
from procurement.imports.account import CORRECTED, OUTCOMES
from procurement.imports.batches.kept_files import Kept
from procurement.imports.batches.running import start
from procurement.imports.batches.undoing import request_undo
from procurement.imports.loading import Choice
from procurement.imports.models import ImportBatch, ImportIssue
from procurement.recorders import POSTING_ORDER
from procurement.tasks import nudge

#: So many issues of each kind are shown; the list of issues and the downloads have all that are kept.
SHOWN = 50
LIST = "admin:procurement_importissue_changelist"
UNDO_INTRO = (
    "Every fact of this import is reversed, and rows that it had corrected stand again. What somebody corrected since "
    "stays as it is and is listed. What the import made and nothing else uses leaves every list."
)


def batch_page(model_admin: Any, request: HttpRequest, batch: ImportBatch, *, may_act: bool) -> HttpResponse:
    """The page."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"{'Preview' if batch.dry_run else 'Import'} of {batch.file_name}",
        "opts": model_admin.opts,
        "original": batch,
        "batch": batch,
        "may_act": may_act,
        "waits": batch.state in ImportBatch.WORK,
        "form_token": token_of(request),
        "about": about(batch),
        "tables": list(tables(batch)),
        "said_of_it": said_of(batch),
        "takes": may_act and batch.dry_run and batch.state == ImportBatch.State.DONE,
        "undoes": may_act and not batch.dry_run and batch.state in ImportBatch.ENDED,
        "taken_as": taken_as(batch),
        **progress_of(batch),
    }
    return TemplateResponse(request, "procurement/admin/import_batch.html", context)


def progress_of(batch: ImportBatch) -> dict[str, Any]:
    """How far a batch is."""
    share = min(100, round(100 * batch.bytes_read / batch.size)) if batch.size else 0
    read = sum(batch.records.values())
    said = f"{share} % of {filesizeformat(batch.size)}, {read} records" if batch.started_at else "waits for a worker"
    state = batch.get_state_display().partition(":")[0]
    return {"batch": batch, "share": share, "progress": said, "state": state}


def progress_part(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """The part of the page that asks for itself every second; when the work has ended, it loads the whole page anew."""
    if batch.state not in ImportBatch.WORK:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return TemplateResponse(request, "procurement/admin/import_progress.html", progress_of(batch))


# what it says


def about(batch: ImportBatch) -> list[tuple[str, Any]]:
    """What was read, how, by whom and when."""
    options = ", ".join(f"{name}={_option(value)}" for name, value in batch.options.items() if value)
    found = [
        ("File", f"{batch.file_name}, {filesizeformat(batch.size)}"),
        ("Format", _why(batch)),
        ("Options", options or "-"),
        ("Handed in", f"{_moment(batch.created_at)} by {batch.by or 'nobody named'}"),
        ("SHA-256", batch.sha256),
    ]
    if batch.finished_at:
        found.append(("Read", f"{_moment(batch.started_at)} to {_moment(batch.finished_at)}"))
    if batch.file_deleted_at:
        found.append(("File deleted", _moment(batch.file_deleted_at)))
    if batch.undone_at:
        found.append(("Taken back", f"{_moment(batch.undone_at)} by {batch.undone_by or 'nobody named'}"))
    if batch.undo_note:
        found.append(("Why", batch.undo_note))
    return found


def _option(value: Any) -> str:
    return str(value.get("name", "…")) if isinstance(value, Mapping) else str(value)


def _why(batch: ImportBatch) -> str:
    try:
        return reason_for(batch)
    except (BadSource, OSError):  # a format that is gone, or a file that is no longer kept
        return batch.format


def _moment(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else "-"


def said_of(batch: ImportBatch) -> str:
    """The result in a sentence."""
    counts = {name: batch.records.get(name, 0) for name in OUTCOMES}
    total = sum(counts.values())
    would = "would be " if batch.dry_run else ""
    return (
        f"{total} records read = {counts['taken']} {would}taken + {counts['unchanged']} unchanged"
        f"{said_of_waiting(counts['waiting'])} + {counts['refused']} refused."
    )


def said_of_waiting(number: int) -> str:
    """How many wait for a second person, where any do."""
    return f" + {number} waiting for approval" if number else ""


def tables(batch: ImportBatch) -> Iterator[tuple[str, Table, str]]:
    """The tables of the page, each with its title and what stands below it; only those that say anything."""
    would = "would be " if batch.dry_run else ""
    yield "Account", account_table(batch), "Rows read = taken + unchanged + waiting for approval + refused."
    yield from _of_issues(batch, "Refused", ImportIssue.Kind.REFUSAL)
    yield from _of_issues(batch, f"{would}corrected".capitalize(), ImportIssue.Kind.WARNING, warning=CORRECTED)
    yield from _of_issues(batch, "Queued for a person", ImportIssue.Kind.QUEUED)
    yield from _of_issues(batch, "Left standing when it was taken back", ImportIssue.Kind.UNDO)
    preview = batch.preview or {}
    if new := preview.get("new_rows"):
        rows = [[title, named] for title, names in new.items() for named in names]
        yield "Rows that would be new, the first of each table", {"headers": ["Table", "Row"], "rows": rows}, ""
    if preview:
        yield flags_table(preview)
    if batch.warnings:
        kinds = [[kind, number, _link(batch, warning=kind)] for kind, number in sorted(batch.warnings.items())]
        yield "Warnings by kind", {"headers": ["Kind", "How many", ""], "rows": kinds}, ""
    if batch.taken_back:
        rows = [[what, name, number] for what, named in batch.taken_back.items() for name, number in named.items()]
        yield "Taken back", {"headers": ["What", "Table", "Rows"], "rows": rows}, ""


def account_table(batch: ImportBatch) -> Table:
    """The rows of each table by outcome."""
    columns = ("read", "taken", "unchanged", "waiting", "refused")
    names = sorted(batch.tables, key=lambda name: POSTING_ORDER.index(name) if name in POSTING_ORDER else 99)
    rows = [[name.replace("_", " "), *(batch.tables[name].get(each, 0) for each in columns)] for name in names]
    if rows:
        rows.append(["all", *(batch.counts.get(each, 0) for each in columns)])
    return {"headers": ["Table", *(each.capitalize() for each in columns)], "rows": rows}


def _of_issues(batch: ImportBatch, title: str, kind: ImportIssue.Kind, **only: str) -> Iterator[tuple[str, Table, str]]:
    found = ImportIssue.objects.filter(batch=batch, kind=kind, **only).order_by("id")
    rows = [[each.line or "-", each.label, each.column, each.value, each.reason] for each in found[:SHOWN]]
    if rows:
        more = _link(batch, kind=kind, **only) if len(rows) == SHOWN else ""
        headers = ["Line", "Row", "Column", "Value", "Why, and what would be accepted"]
        yield title, {"headers": headers, "rows": rows}, more


def _link(batch: ImportBatch, kind: str = "warning", warning: str = "") -> Any:
    address = f"{reverse(LIST)}?batch__id__exact={batch.pk}&kind__exact={kind}"
    address += f"&warning={warning}" if warning else ""
    return format_html(
        '<a class="text-primary-600 dark:text-primary-500" href="{}">show all that are kept</a>', address
    )


def flags_table(preview: Mapping[str, Any]) -> tuple[str, Table, str]:
    """The flags that would open."""
    found: Sequence[Mapping[str, Any]] = preview.get("would_open") or []
    rows = [[f["rule"], f["program"] or "-", f["contract"] or "-", f["severity"], f["summary"]] for f in found]
    headers = ["Rule", "Program", "Contract", "Severity", "What it says"]
    programs, seen = preview.get("programs", 0), preview.get("programs_evaluated", 0)
    below = f"{preview.get('flags', 0)} flags, evaluated for {seen} of {programs} programs that the file touches."
    return "Flags that would open", {"headers": headers, "rows": rows}, below


# what to do


def taken_as(batch: ImportBatch) -> Any:
    """The link to the import that took what a preview shows, if there is one."""
    if not batch.dry_run:
        return ""
    later = ImportBatch.objects.filter(
        sha256=batch.sha256, format=batch.format, options=batch.options, dry_run=False, pk__gt=batch.pk
    ).first()
    return link_to(later) if later else ""


def take(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Import the kept file of a preview, read in the same way. A form sent twice makes one batch."""

    def act() -> HttpResponse:
        made = start(
            Kept(batch.sha256, batch.size),
            name=batch.file_name,
            choice=Choice(batch.format, {name: value for name, value in batch.options.items() if value}),
            by=request.user,  # type: ignore[arg-type]
        )
        note_stored(request)
        transaction.on_commit(partial(nudge, "imports"), robust=True)
        return HttpResponseRedirect(page_of(made))

    if not batch.dry_run or batch.state != ImportBatch.State.DONE:
        messages.error(request, "Only a preview that was read to its end can be taken.")
        return HttpResponseRedirect(page_of(batch))
    try:
        return sent_once(request, act)
    except (Refused, BadSource, TryAgain) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(page_of(batch))


def discard(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Remove a preview, which stored nothing, from the list. The file stays in the folder of imports."""
    gone = ImportBatch.objects.filter(pk=batch.pk, dry_run=True, state__in=ImportBatch.ENDED)
    if gone.delete()[0]:
        messages.success(request, f"The preview of {batch.file_name} was discarded.")
        return HttpResponseRedirect(reverse("admin:procurement_importbatch_changelist"))
    messages.error(request, "Only a preview that has ended can be discarded; an import can be taken back.")
    return HttpResponseRedirect(page_of(batch))


class UndoForm(ActingForm):
    """Why an import is taken back."""

    note = reason_field(required=False, label="Why")


def undo_page(model_admin: Any, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Ask whether an import is to be taken back, and let a worker do it."""

    def undo(given: Mapping[str, Any]) -> str:
        request_undo(batch.pk, by=request.user, note=given["note"])  # type: ignore[arg-type]
        transaction.on_commit(partial(nudge, "imports"), robust=True)
        return f"{batch} is being taken back."

    doing = Doing(
        title=f"Take back {batch}",
        button="Take it back",
        intro=UNDO_INTRO,
        do=undo,
        tables=[("What it stored", account_table(batch))],
    )
    return act_page(model_admin, request, batch, UndoForm(sent(request)), doing)
