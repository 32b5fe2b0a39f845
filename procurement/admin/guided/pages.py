"""Pages that record one act about a contract: the form, what it would change while one types, and the record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from procurement.admin.acting import ActingForm, Table, day_field, done, page_of, reason_field, searched
from procurement.admin.acting import Doing as Act
from procurement.admin.amounts import AmountField, currency_written
from procurement.admin.asking_back import ask_back, warn
from procurement.admin.facts import PUBLISHED_HELP
from procurement.admin.guided.foreseeing import Outcome
from procurement.admin.guided.looking import Record, is_look, look_part
from procurement.admin.kept_forms import whose
from procurement.admin.listing import link_to
from procurement.admin.sending_once import note_stored, sent_once, token_of
from procurement.common.errors import Refused
from procurement.contracts.models import Contract
from procurement.ledger.models import LedgerEntry
from procurement.sources.appending import Recorded
from procurement.sources.facts import Fact
from procurement.sources.models import Document
from procurement.sources.recording import Recorder

F = TypeVar("F", bound=Fact)


class ContractActForm(ActingForm):
    """The day of an act and who says so; the act's own fields stand before them."""

    effective_on = day_field()
    effective_precision = forms.ChoiceField(
        label=_("How precise that day is"),
        choices=Fact.Precision,
        initial=Fact.Precision.DAY,
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    published_on = day_field(required=False, help_text=PUBLISHED_HELP)
    source = forms.ModelChoiceField(Document.objects, widget=searched(LedgerEntry, "source"))
    note = reason_field(required=False)

    #: The act's own fields, in their order.
    own: Sequence[str] = ()

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contract = contract
        self.order_fields(self.own)
        for each in self.fields.values():
            if isinstance(each, AmountField):
                each.currency = contract.currency

    def clean(self) -> dict[str, Any]:
        """Refuse an amount in a currency other than the contract's."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["effective_precision"] = cleaned.get("effective_precision") or Fact.Precision.DAY
        for name in [name for name, each in self.fields.items() if isinstance(each, AmountField)]:
            written = currency_written(str(self.data.get(self.add_prefix(name), "")), self.contract.currency)
            if written and written != self.contract.currency:
                said = gettext("is given in %(written)s, but the contract's amounts are in %(currency)s")
                self.add_error(name, said % {"written": written, "currency": self.contract.currency})
        return cleaned


@dataclass(frozen=True)
class Guided:
    """A page: its texts, how its input is recorded, and what else it shows."""

    title: Any
    button: Any
    intro: Any
    record: Record
    tables: Sequence[tuple[Any, Table]] = field(default_factory=tuple)


def guided_page(
    model_admin: Any, request: HttpRequest, contract: Contract, form: ActingForm, guided: Guided
) -> HttpResponse:
    """Show the page, or the part that says what would change, or record the act and go to the contract's page."""
    if is_look(request):
        return look_part(request, form, guided.record)

    def act() -> HttpResponse:
        if request.method == "POST" and form.is_valid() and done(request, form, _doing(request, guided)):
            note_stored(request)
            return HttpResponseRedirect(page_of(contract))
        return _page(model_admin, request, contract, form, guided)

    return sent_once(request, act)


def _page(
    model_admin: Any, request: HttpRequest, contract: Contract, form: ActingForm, guided: Guided
) -> TemplateResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": guided.title,
        "opts": model_admin.opts,
        "original": contract,
        "back": page_of(contract),
        "form": form,
        "media": model_admin.media + form.media,
        "guided": guided,
        "form_token": token_of(request),
        "whose": whose(request),
    }
    return TemplateResponse(request, "procurement/admin/guided/act.html", context)


def _doing(request: HttpRequest, guided: Guided) -> Act:
    """The act as acting.py does it: all or nothing, with its warnings asked back."""

    def do(given: Mapping[str, Any]) -> Any:
        outcome = guided.record(given)
        warn(request, ask_back(request, outcome.warnings))
        return outcome.said

    return Act(title=guided.title, button=guided.button, intro=guided.intro, do=do)


def chosen_from(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    """A choice of which nothing is chosen beforehand."""
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminRadioSelectWidget(), **more)


def selected_from(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    """The same as a list that opens, for a choice that may be left out."""
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminSelectWidget(), **more)


def linked(rows: Sequence[models.Model]) -> SafeString:
    """Links to rows, for a message."""
    return format_html_join(", ", "{}", ((link_to(each),) for each in rows))


def outcome_of(recorded: Sequence[Recorded[Any]], say: Callable[[SafeString], Any], **more: Any) -> Outcome:
    """What was recorded; `say` makes the message from the links to its rows."""
    facts = [each.fact for each in recorded]
    return Outcome(
        said=say(linked(facts)),
        facts=facts,
        warnings=[said for each in recorded for said in each.warnings],
        **more,
    )


def posted_as(name: str, recorder: Recorder[F], row: F) -> Recorded[F]:
    """Record a row; what is wrong with its amount stands beside the field of the form that it came from."""
    try:
        return recorder.record(row)
    except Refused as refused:
        raise Refused({name if column == "amount" else column: said for column, said in refused.errors.items()}) from (
            refused
        )


def common_of(contract: Contract, given: Mapping[str, Any], request: HttpRequest) -> dict[str, Any]:
    """The columns that every fact of an act has."""
    names = ("effective_on", "effective_precision", "published_on", "source", "note")
    return {"contract": contract, "entered_by": request.user} | {name: given[name] for name in names if name in given}
