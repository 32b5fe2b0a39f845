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
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.admin.acting import ActingForm, Doing, Table, act_page, page_of, reason_field, sent
from procurement.admin.handing_in import reason_for
from procurement.admin.import_words import OUTCOMES as COLUMNS
from procurement.admin.import_words import UNDONE, first_words, table_in_words, warning_in_words
from procurement.admin.listing import link_to
from procurement.admin.sending_once import note_stored, sent_once, token_of
from procurement.admin.threshold_words import rule_title
from procurement.common.errors import BadSource, Refused, TryAgain
from procurement.common.words import SEVERITY
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
UNDO_INTRO = gettext_lazy(
    "Every fact of this import is reversed, and rows that it had corrected stand again. What somebody corrected since "
    "stays as it is and is listed. What the import made and nothing else uses leaves every list."
)


def batch_page(model_admin: Any, request: HttpRequest, batch: ImportBatch, *, may_act: bool) -> HttpResponse:
    """The page."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title_of(batch),
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


def title_of(batch: ImportBatch) -> str:
    """What the page of a batch is called."""
    said = _("Preview of %(file)s") if batch.dry_run else _("Import of %(file)s")
    return said % {"file": batch.file_name}


def named(batch: ImportBatch) -> str:
    """A batch by its number and its file."""
    return _("import %(id)s of %(file)s") % {"id": batch.pk, "file": batch.file_name}


def state_of(batch: ImportBatch) -> str:
    """Where a batch stands, in a word or two."""
    return first_words(batch.get_state_display())


def progress_of(batch: ImportBatch) -> dict[str, Any]:
    """How far a batch is."""
    share = min(100, round(100 * batch.bytes_read / batch.size)) if batch.size else 0
    return {"batch": batch, "share": share, "progress": said_of_progress(batch, share), "state": state_of(batch)}


def said_of_progress(batch: ImportBatch, share: int) -> str:
    """How far a batch is, in a sentence: the records read, and of about how many."""
    read = sum(batch.records.values())
    given = {"share": share, "size": filesizeformat(batch.size), "records": f"{read:,}"}
    if not batch.started_at:
        return _("it waits for a worker, and begins within seconds")
    if batch.state == ImportBatch.State.UNDOING:
        return _("its facts are being reversed")
    if not read or not share:
        return _("the first rows of %(size)s are being read") % given
    about = _("%(records)s records read, of about %(about)s; %(share)s %% of %(size)s")
    return about % (given | {"about": f"{max(read, round(read * 100 / share)):,}"})


def progress_part(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """What the page asks for every second; when the work has ended, it loads the whole page anew."""
    if batch.state not in ImportBatch.WORK:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return TemplateResponse(request, "procurement/admin/import_progress.html", progress_of(batch))


# what it says


def about(batch: ImportBatch) -> list[tuple[str, Any]]:
    """What was read, how, by whom and when."""
    options = ", ".join(f"{name}={_option(value)}" for name, value in batch.options.items() if value)
    found = [
        (_("File"), f"{batch.file_name}, {filesizeformat(batch.size)}"),
        (_("Format"), _why(batch)),
        (_("Options"), options or "-"),
        (_("Handed in"), _by(batch.created_at, batch.by)),
        ("SHA-256", batch.sha256),
    ]
    if batch.finished_at:
        ends = {"from": _moment(batch.started_at), "to": _moment(batch.finished_at)}
        found.append((_("Read"), _("%(from)s to %(to)s") % ends))
    if batch.file_deleted_at:
        found.append((_("File deleted"), _moment(batch.file_deleted_at)))
    if batch.undone_at:
        found.append((_("Taken back"), _by(batch.undone_at, batch.undone_by)))
    if batch.undo_note:
        found.append((_("Why"), batch.undo_note))
    return found


def _by(moment: Any, user: Any) -> str:
    return _("%(moment)s by %(user)s") % {"moment": _moment(moment), "user": user or _("nobody named")}


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
    counts["all"] = sum(counts.values())
    return SAID[batch.dry_run, counts["waiting"] > 0] % counts


#: Whether it is a preview, and whether rows wait for a second person -> the result in a sentence.
SAID: Mapping[tuple[bool, bool], Promise] = {
    (False, False): gettext_lazy(
        "%(all)s records read = %(taken)s taken + %(unchanged)s unchanged + %(refused)s refused."
    ),
    (False, True): gettext_lazy(
        "%(all)s records read = %(taken)s taken + %(unchanged)s unchanged + %(waiting)s waiting for approval + "
        "%(refused)s refused."
    ),
    (True, False): gettext_lazy(
        "%(all)s records read = %(taken)s would be taken + %(unchanged)s unchanged + %(refused)s refused."
    ),
    (True, True): gettext_lazy(
        "%(all)s records read = %(taken)s would be taken + %(unchanged)s unchanged + %(waiting)s waiting for approval "
        "+ %(refused)s refused."
    ),
}


def tables(batch: ImportBatch) -> Iterator[tuple[str, Table, str]]:
    """The tables of the page, each with its title and what stands below it; only those that say anything."""
    below = _("Rows read = taken + unchanged + waiting for approval + refused.")
    corrected = _("Would be corrected") if batch.dry_run else _("Corrected")
    yield _("Account"), account_table(batch), below
    yield from _of_issues(batch, _("Refused"), ImportIssue.Kind.REFUSAL)
    yield from _of_issues(batch, corrected, ImportIssue.Kind.WARNING, warning=CORRECTED)
    yield from _of_issues(batch, _("Queued for a person"), ImportIssue.Kind.QUEUED)
    yield from _of_issues(batch, _("Left standing when it was taken back"), ImportIssue.Kind.UNDO)
    preview = batch.preview or {}
    if new := preview.get("new_rows"):
        rows = [[table_in_words(title), name] for title, names in new.items() for name in names]
        title = _("Rows that would be new, the first of each table")
        yield title, {"headers": [_("Table"), _("Row")], "rows": rows}, ""
    if preview:
        yield flags_table(preview)
    if batch.warnings:
        counted = sorted(batch.warnings.items())
        kinds = [[warning_in_words(kind), number, _link(batch, warning=kind)] for kind, number in counted]
        yield _("Warnings by kind"), {"headers": [_("Kind"), _("How many"), ""], "rows": kinds}, ""
    if batch.taken_back:
        yield _("Taken back"), taken_back_table(batch.taken_back), ""


def taken_back_table(taken_back: Mapping[str, Mapping[str, int]]) -> Table:
    """What an undo took back, and what it left."""
    rows = [
        [UNDONE.get(what, what), table_in_words(name), number]
        for what, found in taken_back.items()
        for name, number in found.items()
    ]
    return {"headers": [_("What"), _("Table"), _("Rows")], "rows": rows}


def account_table(batch: ImportBatch) -> Table:
    """The rows of each table by outcome."""
    names = sorted(batch.tables, key=lambda name: POSTING_ORDER.index(name) if name in POSTING_ORDER else 99)
    rows = [[table_in_words(name), *(batch.tables[name].get(each, 0) for each in COLUMNS)] for name in names]
    if rows:
        rows.append([_("all"), *(batch.counts.get(each, 0) for each in COLUMNS)])
    return {"headers": [_("Table"), *COLUMNS.values()], "rows": rows}


def _of_issues(batch: ImportBatch, title: str, kind: ImportIssue.Kind, **only: str) -> Iterator[tuple[str, Table, str]]:
    found = ImportIssue.objects.filter(batch=batch, kind=kind, **only).order_by("id")
    rows = [[each.line or "-", each.label, each.column, each.value, each.reason] for each in found[:SHOWN]]
    if rows:
        more = _link(batch, kind=kind, **only) if len(rows) == SHOWN else ""
        headers = [_("Line"), _("Row"), _("Column"), _("Value"), _("Why, and what would be accepted")]
        yield title, {"headers": headers, "rows": rows}, more


def _link(batch: ImportBatch, kind: str = "warning", warning: str = "") -> Any:
    address = f"{reverse(LIST)}?batch__id__exact={batch.pk}&kind__exact={kind}"
    address += f"&warning={warning}" if warning else ""
    link = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'
    return format_html(link, address, _("show all that are kept"))


def flags_table(preview: Mapping[str, Any]) -> tuple[str, Table, str]:
    """The flags that would open."""
    found: Sequence[Mapping[str, Any]] = preview.get("would_open") or []
    rows = [
        [rule_title(f["rule"]), f["program"] or "-", f["contract"] or "-", SEVERITY.get(f["severity"]), f["summary"]]
        for f in found
    ]
    headers = [_("Rule"), _("Program"), _("Contract"), _("Severity"), _("What it says")]
    given = {
        "shown": len(rows),
        "all": preview.get("flags", 0),
        "seen": preview.get("programs_evaluated", 0),
        "programs": preview.get("programs", 0),
    }
    below = _("%(shown)s of %(all)s flags, evaluated for %(seen)s of %(programs)s programs that the file touches.")
    return _("Flags that would open"), {"headers": headers, "rows": rows}, below % given


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
        messages.error(request, _("Only a preview that was read to its end can be taken."))
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
        messages.success(request, _("The preview of %(file)s was discarded.") % {"file": batch.file_name})
        return HttpResponseRedirect(reverse("admin:procurement_importbatch_changelist"))
    messages.error(request, _("Only a preview that has ended can be discarded; an import can be taken back."))
    return HttpResponseRedirect(page_of(batch))


class UndoForm(ActingForm):
    """Why an import is taken back."""

    note = reason_field(required=False, label=gettext_lazy("Why"))


def undo_page(model_admin: Any, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Ask whether an import is to be taken back, and let a worker do it."""

    def undo(given: Mapping[str, Any]) -> str:
        request_undo(batch.pk, by=request.user, note=given["note"])  # type: ignore[arg-type]
        transaction.on_commit(partial(nudge, "imports"), robust=True)
        return _("%(import)s is being taken back.") % {"import": named(batch)}

    doing = Doing(
        title=_("Take back %(import)s") % {"import": named(batch)},
        button=_("Take it back"),
        intro=str(UNDO_INTRO),
        do=undo,
        tables=[(_("What it stored"), account_table(batch))],
    )
    return act_page(model_admin, request, batch, UndoForm(sent(request)), doing)
