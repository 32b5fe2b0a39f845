"""Pages that do one thing to one row: a table of the current state, a form, and a button."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from procurement.admin.asking_back import LOOK_AGAIN, Doubtful
from procurement.admin.days import DayField, coarse_faults, let_be_coarse
from procurement.admin.entering import RELATED, as_refused, nudge_on_commit
from procurement.admin.kept_forms import kept_form, whose
from procurement.admin.sending_once import note_stored, sent_once, token_of
from procurement.common.errors import Refused, TryAgain

Table = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Doing:
    """A page: its texts, what it shows before it asks, and what it does with the input.

    `do` returns the message about what was done, or nothing if it has shown one itself. `hidden` is sent along with the
    form.
    """

    title: str
    button: str
    intro: str
    do: Callable[[Mapping[str, Any]], str]
    tables: Sequence[tuple[str, Table]] = field(default_factory=tuple)
    hidden: Sequence[tuple[str, Any]] = field(default_factory=tuple)


class ActingForm(forms.Form):
    """Asks for what a recording function needs; the function validates it, and may warn."""

    doubt: Doubtful | None = None

    class Media:
        js = ("procurement/admin/forms.js",)
        css: ClassVar[dict[str, Sequence[str]]] = {"all": ("procurement/admin/forms.css",)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        let_be_coarse(self)

    def clean(self) -> dict[str, Any]:
        """Refuse a month that is given for a day."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, fault in list(coarse_faults(self)):
            self.add_error(name, fault)
        return cleaned

    def complain(self, refused: Refused) -> None:
        """Show the errors beside the fields they name."""
        for name, said in refused.errors.items():
            known = name if name in self.fields else None
            for each in said:
                self.add_error(known, each if known or not name else f"{name}: {each}")


def act_page(model_admin: Any, request: HttpRequest, row: models.Model, form: ActingForm, doing: Doing) -> HttpResponse:
    """Show the page, or do the action and go to the row's page. Errors are shown beside their fields."""
    return acting_page(model_admin, request, form, doing, back=page_of(row), row=row)


def acting_page(
    model_admin: Any,
    request: HttpRequest,
    form: ActingForm,
    doing: Doing,
    *,
    back: str,
    row: models.Model | None = None,
) -> HttpResponse:
    """The same for many rows, or none; then redirects to an address of this site. Sent twice, it acts once."""

    def act() -> HttpResponse:
        if request.method == "POST" and form.is_valid() and done(request, form, doing):
            note_stored(request)
            return HttpResponseRedirect(back)
        return asking_page(model_admin, request, form, doing, {"original": row, "back": back})

    return sent_once(request, act)


def asking_page(
    model_admin: Any, request: HttpRequest, form: ActingForm, doing: Doing, more: Mapping[str, Any]
) -> HttpResponse:
    """The rendered page; `more` has at least `back`, the address for cancelling."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": doing.title,
        "opts": model_admin.opts,
        "form": form,
        "media": model_admin.media + form.media,
        "doing": doing,
        "form_token": token_of(request),
        "whose": whose(request),
        **more,
    }
    return TemplateResponse(request, "procurement/admin/act.html", context)


def done(request: HttpRequest, form: ActingForm, doing: Doing) -> bool:
    """Do a page's action, all or nothing, and show that it was done; errors go to their fields of the form."""
    try:
        with transaction.atomic():
            said = doing.do(form.cleaned_data)
            nudge_on_commit()
    except Doubtful as doubt:
        form.doubt = doubt
        form.add_error(None, LOOK_AGAIN)
        return False
    except (Refused, TryAgain) as error:
        form.complain(as_refused(error))
        return False
    if said:
        messages.success(request, said)
    return True


def sent(request: HttpRequest) -> QueryDict | None:
    """The data a form was sent with; None if the page is only viewed (an empty form can be sent too).

    Also what was kept when a session ended: the page, which is only viewed then, shows it and does nothing.
    """
    if request.method == "POST":
        return request.POST
    kept = kept_form(request)
    if kept is not None:
        request.POST = kept  # type: ignore[assignment]
    return kept


def page_of(row: models.Model) -> str:
    """The address of a row's own page."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def searched(model: type[models.Model], name: str) -> forms.Widget:
    """The search box for the row of a foreign key, and beside it what adds one in place."""
    field: Any = model._meta.get_field(name)
    box = AutocompleteSelect(field, admin.site)
    wrapped = RelatedFieldWidgetWrapper(
        box, field.remote_field, admin.site, can_add_related=True, can_view_related=True
    )
    wrapped.template_name = RELATED
    return wrapped


def day_field(*, required: bool = True, help_text: Any = "") -> DayField:
    """A day."""
    return DayField(required=required, help_text=help_text)


def text_field(*, required: bool = False, help_text: Any = "") -> forms.CharField:
    """One line."""
    return forms.CharField(required=required, help_text=help_text, widget=UnfoldAdminTextInputWidget(), max_length=300)


def reason_field(*, required: bool = True, label: Any = None) -> forms.CharField:
    """A text area for a reason."""
    return forms.CharField(required=required, label=label, widget=UnfoldAdminTextareaWidget({"rows": 3}))
