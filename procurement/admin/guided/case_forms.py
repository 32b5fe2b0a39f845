"""The forms of a case that is entered from a story: the story and what it says happened, and its contracts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from procurement.admin.acting import day_field, searched
from procurement.admin.amounts import AmountField, currency_written
from procurement.admin.pickers import PICKERS, CodeField
from procurement.contracts.models import Contract, ContractParty, ContractStatusChange, ProgramAllocation
from procurement.figures.models import ReportedFigure
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.sources.facts import Fact
from procurement.sources.models import Document
from procurement.stories.story import CEILING, COMMITMENT, FIGURE, PAYMENT

#: The titles of a form's parts, with the fields of each.
Parts = Sequence[tuple[Any, Sequence[str]]]
Kind, Scope, Status = StatusChange.Kind, StatusChange.Scope, StatusChange.Status

NOTHING = "nothing"
HAPPENED: Mapping[str, tuple[Any, str, str]] = {
    "whole": (
        gettext_lazy("A decision about the whole program: the deciding body's own act"),
        Kind.DECISION,
        Scope.WHOLE,
    ),
    "part": (gettext_lazy("A decision about a part of it"), Kind.DECISION, Scope.PART),
    "said": (gettext_lazy("A statement: what somebody said or reported about it"), Kind.STATEMENT, Scope.WHOLE),
    NOTHING: (gettext_lazy("Nothing about the program's status"), "", ""),
}
NO_AMOUNT = "none"
AMOUNTS = (
    (COMMITMENT, gettext_lazy("Commitment: what the buyer is bound to pay (the value of the award)")),
    (CEILING, gettext_lazy("Ceiling: the most that it may come to, with all options")),
    (PAYMENT, gettext_lazy("Payment: money that was paid already")),
    (FIGURE, gettext_lazy("Reported figure: a total that somebody named; it is compared, never added")),
    (NO_AMOUNT, gettext_lazy("The story gives no amount for it")),
)
#: What the sums of a program are that stories give.
MEASURES = (
    ("", gettext_lazy("choose what it is")),
    *(
        (each.value, each.label)
        for each in ReportedFigure.Measure
        if each.value not in ("guarantee", "ceiling_price", "target_price")
    ),
)


def text(label: Any, *, help_text: Any = "", limit: int = 300, **attrs: Any) -> forms.CharField:
    """A line that may be left empty."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=limit,
        help_text=help_text,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off", **attrs}),
    )


def code(column: str, label: Any, **more: Any) -> CodeField:
    """A code that is found by name, as every form of the admin offers it."""
    return CodeField(PICKERS[column], label=label, required=False, **more)


def on_record(label: Any, rows: Any, model: Any, name: str) -> "forms.ModelChoiceField[Any]":
    """The search box for a row that is on record."""
    return forms.ModelChoiceField(rows, label=label, required=False, widget=searched(model, name))


class CaseForm(forms.Form):
    """A page of the case, shown in parts; what is of no use beside another field is left empty."""

    parts: Parts = ()

    @property
    def shown_parts(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """The title and the fields of each part."""
        return ((title, [self[name] for name in names]) for title, names in self.parts)

    def need(self, name: str, *, unless: Any) -> None:
        """Ask for a field that was left empty, unless something stands in for it."""
        if not self.cleaned_data.get(name) and not unless and name not in self.errors:
            said = self.fields[name].error_messages["required"]
            self.add_error(name, forms.ValidationError(said, code="required"))

    def named(self, found: str, new: str) -> bool:
        """Whether a row is chosen or a new one is named."""
        return bool(self.cleaned_data.get(found) or self.cleaned_data.get(new))


class StoryForm(CaseForm):
    """The source, the program, and what the source says happened."""

    parts = (
        (gettext_lazy("The source"), ("url", "title", "publisher", "source_published_on", "language")),
        (gettext_lazy("The program"), ("program",)),
        (
            gettext_lazy("A program that is not on record yet"),
            ("program_name", "program_country", "buyer", "buyer_name", "domain"),
        ),
        (
            gettext_lazy("What happened"),
            ("happened", "status", "effective_on", "effective_precision", "speaker", "role", "quotation", "term"),
        ),
        (gettext_lazy("Who speaks"), ("organization", "organization_name", "organization_kind")),
    )

    # the source
    url = text(
        gettext_lazy("Web address"),
        limit=1000,
        help_text=gettext_lazy("if it is on record, that document is used"),
        **{"data-begins": "true"},
    )
    title = text(gettext_lazy("Title"), limit=500)
    publisher = text(gettext_lazy("Publisher"))
    source_published_on = day_field(required=False)
    language = code("language", gettext_lazy("Language"))

    # the program
    program = on_record(gettext_lazy("Program on record"), Program.objects, ProgramAllocation, "program")
    program_name = text(gettext_lazy("Name"))
    program_country = code("country", gettext_lazy("Country"))
    buyer = on_record(gettext_lazy("Buyer on record"), Organization.objects, Program, "buyer")
    buyer_name = text(gettext_lazy("Or a new buyer"), help_text=gettext_lazy("its name; it gets the program's country"))
    domain = code("domain", gettext_lazy("Domain"), max_length=60)

    # what happened
    happened = forms.ChoiceField(
        label=gettext_lazy("The story reports"),
        choices=[(name, label) for name, (label, _kind, _scope) in HAPPENED.items()],
        widget=UnfoldAdminRadioSelectWidget(),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", gettext_lazy("none named")), *Status.choices],
        widget=UnfoldAdminSelectWidget(),
        help_text=gettext_lazy("to which it was changed, or which was spoken of"),
    )
    effective_on = day_field(required=False)
    effective_precision = forms.ChoiceField(
        label=gettext_lazy("How precise that day is"),
        required=False,
        choices=Fact.Precision,
        initial=Fact.Precision.DAY,
        widget=UnfoldAdminSelectWidget(),
    )
    speaker = text(gettext_lazy("Speaker"), limit=200)
    role = text(gettext_lazy("Office of the speaker"), limit=200)
    quotation = forms.CharField(
        label=gettext_lazy("Quotation"), required=False, widget=UnfoldAdminTextareaWidget({"rows": 2})
    )
    term = text(gettext_lazy("Word used"), limit=200, help_text=gettext_lazy("in the original language, e.g. 停止"))

    # who speaks
    organization = on_record(gettext_lazy("Organization on record"), Organization.objects, StatusChange, "organization")
    organization_name = text(
        gettext_lazy("Or a new organization"), help_text=gettext_lazy("its name; it gets the program's country")
    )
    organization_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of the new organization"),
        required=False,
        choices=[("", gettext_lazy("choose its kind")), *Organization.Kind.choices],
        widget=UnfoldAdminSelectWidget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source_published_on"].label = _("Published on")
        self.fields["effective_on"].label = _("Day")

    @property
    def known_source(self) -> Document | None:
        """The document on record at the typed address."""
        url = self.cleaned_data.get("url") or ""
        return Document.objects.filter(url=url).first() if url else None

    def clean(self) -> dict[str, Any]:
        """A source, a program, and what belongs to a decision or statement."""
        cleaned = super().clean() or self.cleaned_data
        self.need("title", unless=self.known_source)
        self.need("program", unless=self.named("program", "program_name"))
        if cleaned.get("happened") not in (None, "", NOTHING):
            self.need("effective_on", unless=False)
        if cleaned.get("happened") in ("whole", "part"):
            self.need("status", unless=False)
        if cleaned.get("organization_name") and not cleaned.get("organization"):
            self.need("organization_kind", unless=False)
        return cleaned


class ContractForm(CaseForm):
    """A contract that the story names, on record or new, and its amount."""

    parts = (
        (None, ("contract",)),
        (
            gettext_lazy("A contract that is not on record yet"),
            ("reference", "no_reference", "title", "supplier", "supplier_name", "supplier_country", "status", "method"),
        ),
        (gettext_lazy("Its amount"), ("amount", "currency", "rounding", "signed_on", "signed_precision", "what")),
    )

    contract = on_record(gettext_lazy("Contract on record"), Contract.objects, ProgramAllocation, "contract")
    reference = text(gettext_lazy("Reference"), limit=120)
    no_reference = forms.BooleanField(
        label=gettext_lazy("No reference is known"), required=False, widget=UnfoldBooleanWidget()
    )
    title = text(gettext_lazy("Title"), limit=500)
    supplier = on_record(gettext_lazy("Supplier on record"), Organization.objects, ContractParty, "organization")
    supplier_name = text(gettext_lazy("Or a new supplier"), help_text=gettext_lazy("its name"))
    supplier_country = code("country", gettext_lazy("Country of the new supplier"))
    status = forms.ChoiceField(
        label=gettext_lazy("Status of the contract"),
        required=False,
        choices=[("", gettext_lazy("the story does not say")), *ContractStatusChange.Status.choices],
        widget=UnfoldAdminSelectWidget(),
        help_text=gettext_lazy("a contract counts as live once its status is known"),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("How it was bought"),
        required=False,
        choices=[("", gettext_lazy("the story does not say")), *Contract.Method.choices],
        widget=UnfoldAdminSelectWidget(),
    )
    amount = AmountField(
        label=gettext_lazy("Amount"),
        required=False,
        help_text=gettext_lazy("as the story writes it, with its currency: USD 5bn or 1787億円"),
    )
    currency = code("currency", gettext_lazy("Currency"), help_text=gettext_lazy("if the amount does not name it"))
    rounding = AmountField(
        label=gettext_lazy("Rounded to"),
        required=False,
        help_text=gettext_lazy("the unit to which the story rounds, e.g. 1m; empty: the amount is exact"),
    )
    signed_on = day_field(required=False)
    signed_precision = forms.ChoiceField(
        label=gettext_lazy("How precise that day is"),
        required=False,
        choices=Fact.Precision,
        initial=Fact.Precision.DAY,
        widget=UnfoldAdminSelectWidget(),
    )
    what = forms.ChoiceField(
        label=gettext_lazy("What the amount is"), choices=AMOUNTS, widget=UnfoldAdminRadioSelectWidget()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].label = _("Signed on, or the day of the amount")

    def has_changed(self) -> bool:
        """Whether anything was typed; how precise a day is says nothing without the day."""
        return bool(set(self.changed_data) - {"signed_precision"})

    def clean(self) -> dict[str, Any]:
        """A contract, its currency, and an amount where one is given."""
        cleaned = super().clean() or self.cleaned_data
        if not self.has_changed():
            return cleaned
        found = cleaned.get("contract")
        self.need("title", unless=found)
        self.need("reference", unless=found or cleaned.get("no_reference"))
        if cleaned.get("what") not in (None, "", NO_AMOUNT):
            self.need("amount", unless=cleaned.get("amount"))
        self._settle_currency(found)
        return cleaned

    def _settle_currency(self, found: Contract | None) -> None:
        """The currency that the amount names, else the one beside it, else that of the contract on record."""
        written = currency_written(str(self.data.get(self.add_prefix("amount"), "")))
        beside = self.cleaned_data.get("currency") or ""
        if written and beside and written != beside:
            self.add_error("currency", _("the amount names another: %(written)s") % {"written": written})
        currency = written or beside or (found.currency if found else "")
        is_entry = self.cleaned_data.get("what") in (COMMITMENT, CEILING, PAYMENT)
        if found and is_entry and currency != found.currency:
            self.add_error("amount", _("the contract's amounts are in %(currency)s") % {"currency": found.currency})
        self.cleaned_data["currency"] = currency
        self.need("currency", unless=currency)


class RestForm(CaseForm):
    """That no contract is named, and a sum that the story gives for the program."""

    parts = (
        (gettext_lazy("A sum for the whole program"), ("figure", "figure_currency", "figure_measure", "figure_on")),
    )
    none_named = forms.BooleanField(
        label=gettext_lazy("The story names no contract"), required=False, widget=UnfoldBooleanWidget()
    )
    figure = AmountField(
        label=gettext_lazy("Amount"),
        required=False,
        help_text=gettext_lazy("a total that the story gives for the program; it is compared, never added"),
    )
    figure_currency = code(
        "currency", gettext_lazy("Currency"), help_text=gettext_lazy("if the amount does not name it")
    )
    figure_measure = forms.ChoiceField(
        label=gettext_lazy("What it is"), required=False, choices=MEASURES, widget=UnfoldAdminSelectWidget()
    )
    figure_on = day_field(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["figure_on"].label = _("As of")
        self.fields["figure_on"].help_text = _("empty: the day of the story")

    def clean(self) -> dict[str, Any]:
        """What a sum needs."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("figure") is not None:
            written = currency_written(str(self.data.get(self.add_prefix("figure"), "")))
            cleaned["figure_currency"] = written or cleaned.get("figure_currency") or ""
            self.need("figure_currency", unless=False)
            self.need("figure_measure", unless=False)
        return cleaned


class Contracts(forms.BaseFormSet):  # type: ignore[type-arg]  # cannot be subscripted at run time
    """The contracts of a story."""

    @property
    def filled(self) -> list[ContractForm]:
        """The forms in which something was typed."""
        return [form for form in self.forms if form.has_changed()]


#: So many contracts can be entered with one story.
MOST_CONTRACTS = 10
ContractFormSet = forms.formset_factory(
    ContractForm, formset=Contracts, extra=1, max_num=MOST_CONTRACTS, absolute_max=MOST_CONTRACTS
)
