"""The page on which a file is handed in: it is kept, recognised and previewed before anything is stored."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from procurement.admin.acting import ActingForm, sent
from procurement.admin.sending_once import note_stored, sent_once, token_of
from procurement.common.errors import BadSource, Refused, TryAgain
from procurement.common.options import Option
from procurement.imports.batches.kept_files import Kept, Progress, keep
from procurement.imports.batches.running import sound_name, start
from procurement.imports.files.tabular import beginning
from procurement.imports.formats import all_formats, format_named
from procurement.imports.loading import Choice
from procurement.imports.mapped.sampling import is_table, sample_of
from procurement.imports.mappings import FORMAT, OPTION
from procurement.imports.models import ColumnMapping, ImportBatch
from procurement.tasks import nudge

#: What the fields of options are called.
PREFIX = "option_"
RECOGNISE = gettext_lazy("Recognise it by its content")


def by_option() -> dict[str, tuple[Option, list[str]]]:
    """Every option that a format has, by its name, with the formats that have it."""
    found: dict[str, tuple[Option, list[str]]] = {}
    for each in all_formats():
        for option in each.options:
            found.setdefault(option.name, (option, []))[1].append(each.name)
    return found


class HandInForm(ActingForm):
    """A file, its format, and the options of formats."""

    file = forms.FileField(widget=UnfoldAdminFileFieldWidget(), allow_empty_file=True)
    format = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(each.name, f"{each.title} ({each.name})") for each in all_formats()]
        cast("forms.ChoiceField", self.fields["format"]).choices = [("", RECOGNISE), *known]
        for name, (option, formats) in by_option().items():
            self.fields[f"{PREFIX}{name}"] = option_field(option, formats)

    @property
    def options(self) -> Iterator[Any]:
        """The fields of options."""
        return (self[name] for name in self.fields if name.startswith(PREFIX))

    @property
    def has_options(self) -> bool:
        """Whether an option was given, or refused, so that they are shown at once."""
        return any(field.errors or field.value() for field in self.options)

    def chosen(self) -> Choice:
        """What was chosen."""
        given = {name.removeprefix(PREFIX): value for name, value in self.cleaned_data.items() if value}
        return Choice(self.cleaned_data["format"], {name: given[name] for name in by_option() if name in given})

    def complain(self, refused: Refused) -> None:
        """Show errors of options beside their fields."""
        renamed = {name.replace("options.", PREFIX, 1): said for name, said in refused.errors.items()}
        super().complain(Refused(renamed))


def option_field(option: Option, formats: list[str]) -> forms.Field:
    """The field of an option; its help says which formats have it."""
    more: dict[str, Any] = {"label": capfirst(_(option.name.replace("_", " "))), "required": False}
    more["help_text"] = f"{_(option.says)} ({', '.join(formats)})"
    if option.name == OPTION:
        names = ColumnMapping.objects.order_by("name").values_list("name", flat=True)
        return forms.ChoiceField(choices=[("", "-"), *((each, each) for each in names)], widget=_select(), **more)
    if option.choices:
        return forms.ChoiceField(choices=[("", "-"), *((c, c) for c in option.choices)], widget=_select(), **more)
    return forms.CharField(widget=UnfoldAdminTextInputWidget(), max_length=2000, **more)


def _select() -> forms.Widget:
    return cast("forms.Widget", UnfoldAdminSelectWidget())


def hand_in_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Show the form, or keep the file and begin its preview. Sent twice, it makes one batch."""
    form = HandInForm(sent(request), request.FILES if request.method == "POST" else None)
    kept = kept_file(form) if form.is_bound and form.is_valid() else None

    def act() -> HttpResponse:
        found = begun(request, form, kept) if kept is not None else None
        return found if found is not None else page(model_admin, request, form)

    return sent_once(request, act, content=kept.sha256 if kept else "")


def kept_file(form: HandInForm) -> Kept | None:
    """The file in the folder of imports; None, with an error in the form, where it cannot be kept."""
    file = form.cleaned_data["file"]
    try:
        _refuse_too_large(file.size)
        sound_name(file.name)
        return keep(file.chunks())
    except (Refused, BadSource) as error:
        form.complain(error if isinstance(error, Refused) else Refused({"file": str(error)}))
        return None


def _refuse_too_large(size: int) -> None:
    if size > settings.IMPORT_MAX_BYTES:
        said = _("has %(size)s bytes; a smaller or a compressed one, of up to %(largest)s bytes, would be accepted")
        raise Refused({"file": said % {"size": size, "largest": settings.IMPORT_MAX_BYTES}})


def begun(request: HttpRequest, form: HandInForm, kept: Kept) -> HttpResponse | None:
    """Begin the preview of a kept file; None, with errors in the form, where it is refused.

    A table in no known format is described first, on the page for that.
    """
    upload: Any = form.cleaned_data["file"]
    choice, name = form.chosen(), sound_name(str(upload.name))
    if choice.format == FORMAT and OPTION not in choice.options and can_be_described(name, kept):
        return HttpResponseRedirect(address_of_description(name, kept))
    try:
        batch = start(kept, name=name, choice=choice, by=request.user, dry_run=True)  # type: ignore[arg-type]
    except TryAgain as error:  # the form is shown again, and keeps the file anew
        form.complain(Refused({"file": str(error)}))
        return None
    except (Refused, BadSource) as error:
        refused = error if isinstance(error, Refused) else Refused({"file": str(error)})
        if set(refused.errors) == {"file"} and not choice.format and can_be_described(name, kept):
            messages.info(request, _("This file is in no known format. Say once what its columns mean."))
            return HttpResponseRedirect(address_of_description(name, kept))
        form.complain(refused)
        return None
    said = _("%(reason)s This is a preview: nothing is stored yet.")
    messages.success(request, said % {"reason": reason_for(batch)})
    note_stored(request)
    transaction.on_commit(partial(nudge, "imports"), robust=True)
    return HttpResponseRedirect(reverse("admin:procurement_importbatch_change", args=[batch.pk]))


def can_be_described(name: str, kept: Kept) -> bool:
    """Whether a file can be read as a table, whatever it means."""
    try:
        return is_table(name) and bool(sample_of(Progress().file(name, kept.sha256)).lines)
    except BadSource:  # no table, or a file that is no longer kept
        return False


def address_of_description(name: str, kept: Kept) -> str:
    """The page on which the columns of a kept file are described."""
    return f"{reverse('admin:procurement_columnmapping_add')}?{urlencode({'file': kept.sha256, 'name': name})}"


def reason_for(batch: ImportBatch) -> str:
    """Why a file is read in a format, in a sentence."""
    found = format_named(batch.format)
    mapping: Mapping[str, Any] = batch.options.get(OPTION) or {}
    if mapping:
        return _("Read by the column mapping “%(name)s”.") % {"name": mapping["name"]}
    first = beginning(Progress().file(batch.file_name, batch.sha256).head()) if is_table(batch.file_name) else ""
    given = {"title": _(found.title), "name": found.name, "line": first[:120]}
    if first and first.isprintable():
        return _("Read as %(title)s (%(name)s), as its content says: its first line is “%(line)s”.") % given
    return _("Read as %(title)s (%(name)s), as its content says.") % given


def page(model_admin: Any, request: HttpRequest, form: HandInForm) -> HttpResponse:
    """The form."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Hand in a file"),
        "opts": model_admin.opts,
        "form": form,
        "media": model_admin.media + form.media,
        "form_token": token_of(request),
        "largest": settings.IMPORT_MAX_BYTES,
        "back": reverse("admin:procurement_importbatch_changelist"),
    }
    return TemplateResponse(request, "procurement/admin/hand_in.html", context)
