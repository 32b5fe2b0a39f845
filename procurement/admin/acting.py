"""Pages that do one thing to one row: a table of what is, a form, and a button."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from procurement.admin.asking_back import LOOK_AGAIN, Doubtful
from procurement.admin.entering import as_refused, hurry
from procurement.admin.sending_once import note_stored, sent_once, token_of
from procurement.common.errors import Refused, TryAgain

Table = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Doing:
    """What a page is about: its words, what it shows before it asks, and what it does with what was given.

    `do` says what was done; nothing, where it has told so itself. `hidden` is sent along with the form.
    """

    title: str
    button: str
    intro: str
    do: Callable[[Mapping[str, Any]], str]
    tables: Sequence[tuple[str, Table]] = field(default_factory=tuple)
    hidden: Sequence[tuple[str, Any]] = field(default_factory=tuple)


class ActingForm(forms.Form):
    """Asks for what a verb needs; the verb judges it, and may find it odd."""

    doubt: Doubtful | None = None

    def complain(self, refused: Refused) -> None:
        """Put what the verb said beside the fields it spoke of."""
        for name, said in refused.errors.items():
            known = name if name in self.fields else None
            for each in said:
                self.add_error(known, each if known or not name else f"{name}: {each}")


def act_page(model_admin: Any, request: HttpRequest, row: models.Model, form: ActingForm, doing: Doing) -> HttpResponse:
    """Show the page, or do what it says and go to the row's page. What is refused stands beside its field."""
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
    """The same about many rows, or none; it leads back to an address of this site. Sent twice, it acts once."""

    def act() -> HttpResponse:
        if request.method == "POST" and form.is_valid() and done(request, form, doing):
            note_stored(request)
            return HttpResponseRedirect(back)
        return asking_page(model_admin, request, form, doing, {"original": row, "back": back})

    return sent_once(request, act)


def asking_page(
    model_admin: Any, request: HttpRequest, form: ActingForm, doing: Doing, more: Mapping[str, Any]
) -> HttpResponse:
    """The page as it is shown; `more` holds at least `back`, where one goes who does nothing."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": doing.title,
        "opts": model_admin.opts,
        "form": form,
        "media": model_admin.media + form.media,
        "doing": doing,
        "form_token": token_of(request),
        **more,
    }
    return TemplateResponse(request, "procurement/admin/act.html", context)


def done(request: HttpRequest, form: ActingForm, doing: Doing) -> bool:
    """Do what a page says, all or nothing, and say that it was done; what is refused goes to its field of the form."""
    try:
        with transaction.atomic():
            said = doing.do(form.cleaned_data)
            hurry()
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
    """What a form was sent with; None where it is only looked at (an empty form is sent too)."""
    return request.POST if request.method == "POST" else None


def page_of(row: models.Model) -> str:
    """The address of a row's own page."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def searched(model: type[models.Model], name: str) -> AutocompleteSelect:
    """The box in which one searches for the row that a foreign key leads to."""
    return AutocompleteSelect(model._meta.get_field(name), admin.site)


def day_field(*, required: bool = True, help_text: str = "") -> forms.DateField:
    """A day."""
    return forms.DateField(required=required, help_text=help_text, widget=UnfoldAdminSingleDateWidget())


def text_field(*, required: bool = False, help_text: str = "") -> forms.CharField:
    """One line."""
    return forms.CharField(required=required, help_text=help_text, widget=UnfoldAdminTextInputWidget(), max_length=300)


def reason_field(*, required: bool = True, label: str | None = None) -> forms.CharField:
    """Some lines in which one says why."""
    return forms.CharField(required=required, label=label, widget=UnfoldAdminTextareaWidget({"rows": 3}))
