"""The page on which the columns of a list are described: its first lines, a form, and what would become of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement.admin.acting import Table, page_of, sent
from procurement.admin.import_words import table_in_words
from procurement.admin.mapping_form import MappingForm, from_guesses
from procurement.admin.sending_once import note_stored, sent_once, token_of
from procurement.common.errors import BadSource, Refused, TryAgain
from procurement.imports.batches.kept_files import Kept, Progress, path_of
from procurement.imports.batches.running import sound_name, start
from procurement.imports.format import File
from procurement.imports.formats import format_named
from procurement.imports.loading import Choice
from procurement.imports.mapped.guessing import Guess, guesses
from procurement.imports.mapped.mapping import TableMapping, as_json
from procurement.imports.mapped.sampling import Sample, sample_of
from procurement.imports.mappings import FORMAT, OPTION, PARTS, change_mapping, mapping_of, save_mapping
from procurement.imports.models import ColumnMapping
from procurement.imports.rows import Issue, Parsed, Row
from procurement.tasks import nudge

#: So many of the rows that a mapping makes are shown, and of the refusals.
SHOWN = 40
SHA256 = re.compile("[0-9a-f]{64}")


class Described:
    """A list that is being described: its file, if it is kept, and what is known of its columns."""

    def __init__(self, request: HttpRequest, row: ColumnMapping | None) -> None:
        self.row = row
        given = request.GET
        self.sha256 = row.sample_sha256 if row else given.get("file", "")
        self.name = row.sample_name if row else given.get("name", "")
        self.sample, self.fault = self._sample(given)
        self.start = self._stored()
        self.values = self._values()
        self.guessed: Mapping[str, Guess] = {} if self.start else guesses(self.values)

    @property
    def file(self) -> File | None:
        """The kept file."""
        is_kept = bool(SHA256.fullmatch(self.sha256)) and path_of(self.sha256).is_file()
        return Progress().file(self.name, self.sha256) if is_kept else None

    def _stored(self) -> TableMapping | None:
        """The stored mapping; none if it names a field that is no more, as after an upgrade."""
        try:
            return mapping_of(self.row) if self.row else None
        except Refused as refused:
            self.fault = _("This mapping must be made anew: %(why)s") % {"why": refused}
            return None

    def _sample(self, given: Mapping[str, Any]) -> tuple[Sample | None, str]:
        file = self.file
        if file is None:
            return None, ""
        try:
            text, two_rows = given.get("heading_line", ""), "two_rows" in given
            line = int(text) if text.isdecimal() and len(text) < 7 else 0
            return sample_of(file, sheet=given.get("sheet", ""), heading_line=line, two_rows=two_rows), ""
        except BadSource as error:
            return None, str(error)

    def _values(self) -> dict[str, list[str]]:
        """The first values under each heading; those of a saved mapping stay as they are, whatever its file shows."""
        here = [each for each in self.sample.headings if each] if self.sample else []
        headings = self.start.headings if self.start else here
        return {each: self.sample.values(each) if self.sample and each in here else [] for each in headings}

    def form(self, request: HttpRequest) -> MappingForm:
        """The form, with the stored mapping or with guesses."""
        sheet = self.sample.sheet if self.sample and len(self.sample.sheets) > 1 else ""
        return MappingForm(self.values, self.start or from_guesses(self.guessed, sheet), self.guessed, sent(request))


def mapping_page(model_admin: Any, request: HttpRequest, row: ColumnMapping | None, *, may_act: bool) -> HttpResponse:
    """Show the form, try a mapping on the first lines, or save it. A form sent twice saves once."""
    described = Described(request, row)
    form = described.form(request)

    def act() -> HttpResponse:
        mapping = form.mapping() if form.is_bound and form.is_valid() and may_act else None
        if mapping is not None and "_try" not in request.POST:
            saved = stored(request, form, described, mapping)
            if saved is not None:
                return saved
        tried = made_of(described.file, mapping) if mapping is not None and described.file else []
        return page(model_admin, request, described, form, {"tried": tried, "may_act": may_act})

    return sent_once(request, act)


def stored(request: HttpRequest, form: MappingForm, described: Described, mapping: TableMapping) -> HttpResponse | None:
    """Save a mapping, and preview the file that it was made from; None, with errors in the form, if it is refused."""
    row = described.row or ColumnMapping(sample_name=described.name, sample_sha256=described.sha256)
    whole = as_json(mapping)
    changed = [name for name in PARTS if getattr(row, name) != whole[name]]
    for name in PARTS:
        setattr(row, name, whole[name])
    try:
        with transaction.atomic():
            if described.row is None:
                save_mapping(row, by=request.user)  # type: ignore[arg-type]
            elif changed:
                change_mapping(row, changed)
    except Refused as refused:
        form.complain(refused)
        return None
    said = _("The column mapping “%(name)s” is saved. Files with its headings are recognised as such.")
    messages.success(request, said % {"name": row.name})
    note_stored(request)
    return HttpResponseRedirect(previewed(request, described, row) or page_of(row))


def previewed(request: HttpRequest, described: Described, row: ColumnMapping) -> str:
    """The page of a preview of the file that a new mapping was made from."""
    if described.row is not None or described.file is None:
        return ""
    try:
        batch = start(
            Kept(described.sha256, path_of(described.sha256).stat().st_size),
            name=sound_name(described.name),
            choice=Choice(FORMAT, {OPTION: row.name}),
            by=request.user,  # type: ignore[arg-type]
            dry_run=True,
        )
    except (Refused, BadSource, TryAgain) as error:
        messages.error(request, str(error))
        return ""
    transaction.on_commit(partial(nudge, "imports"), robust=True)
    return page_of(batch)


def made_of(file: File, mapping: TableMapping) -> list[tuple[str, Table]]:
    """What a mapping makes of the first lines of a file: rows, then refusals and remarks."""
    options = {OPTION: as_json(mapping), "encoding": "", "delimiter": ""}
    try:
        first = next(format_named(FORMAT).read(file, options), Parsed())
    except BadSource as error:
        return [(_("Refused"), {"headers": [_("Why")], "rows": [[str(error)]]})]
    rows = [[row.line, table_in_words(row.ref.table), _told(row)] for row in islice(_sound(first.rows), SHOWN)]
    heading = _("%(shown)s of the %(all)s rows that it makes of the first lines")
    given = {"shown": len(rows), "all": len(first.rows)}
    return [
        (heading % given, {"headers": [_("Line"), _("Table"), _("Row")], "rows": rows}),
        *_issues(_("Refused: %(count)s"), first.issues),
        *_issues(_("Taken with a remark: %(count)s"), first.remarks),
    ]


def _sound(rows: Iterable[Row]) -> Iterable[Row]:
    return (row for row in rows if row.sound)


def _told(row: Row) -> str:
    return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in row.values.items())


def _issues(title: str, found: Sequence[Issue]) -> list[tuple[str, Table]]:
    headers = [_("Line"), _("Column"), _("Value"), _("Why, and what would be accepted")]
    rows = [[each.line, each.field, each.value, each.reason] for each in found[:SHOWN]]
    return [(title % {"count": len(found)}, {"headers": headers, "rows": rows})] if rows else []


def page(
    model_admin: Any, request: HttpRequest, described: Described, form: MappingForm, more: Mapping[str, Any]
) -> HttpResponse:
    """The page."""
    row, sample = described.row, described.sample
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Columns of %(name)s") % {"name": row.name} if row else _("What the columns of this list mean"),
        "opts": model_admin.opts,
        "original": row,
        "form": form,
        "media": model_admin.media + form.media,
        "form_token": token_of(request),
        "sample": sample,
        "first_lines": first_lines(sample) if sample else None,
        "fault": described.fault,
        "file": described.sha256,
        "name": described.name,
        "back": reverse("admin:procurement_columnmapping_changelist"),
        **more,
    }
    return TemplateResponse(request, "procurement/admin/column_mapping.html", context)


def first_lines(sample: Sample) -> Table:
    """The first lines as they are read."""
    width = len(sample.headings)
    rows = [[line.number, *(*line.cells, *[""] * width)[:width]] for line in sample.lines]
    return {"headers": [_("Line"), *(each or "-" for each in sample.headings)], "rows": rows}
