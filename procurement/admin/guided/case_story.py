"""What was typed of a case: kept page by page, read back into its forms, and made a story of."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from procurement.admin.guided.case_forms import (
    HAPPENED,
    NO_AMOUNT,
    NOTHING,
    ContractForm,
    ContractFormSet,
    Contracts,
    RestForm,
    StoryForm,
)
from procurement.parties.matching import OrganizationInput
from procurement.sources.documents import DocumentInput
from procurement.sources.models import Document
from procurement.stories.models import StoryDraft
from procurement.stories.story import NO_AMOUNT as UNSAID
from procurement.stories.story import Body, ContractSaid, FigureSaid, ProgramSaid, StatusSaid, Story

STORY, CONTRACTS, CHECK = "story", "contracts", "check"
PAGES = (STORY, CONTRACTS, CHECK)
PREFIX = "contracts"


@dataclass(frozen=True)
class Case:
    """What is kept of a case, as its forms."""

    key: UUID
    given: Mapping[str, Mapping[str, list[str]]]

    @classmethod
    def of(cls, key: UUID, draft: StoryDraft | None) -> "Case":
        """From its row; of one that was only begun there is none yet."""
        return cls(key, draft.given if draft else {})

    def data(self, page: str) -> QueryDict | None:
        """What was sent of a page, as it was; None if nothing was yet."""
        if page not in self.given:
            return None
        data = QueryDict(mutable=True)
        for name, values in self.given[page].items():
            data.setlist(name, values)
        return data

    def story_form(self) -> StoryForm:
        """The form of the first page."""
        return StoryForm(self.data(STORY))

    def contract_forms(self) -> Contracts:
        """The contracts of the second page."""
        forms: Any = ContractFormSet(self.data(CONTRACTS), prefix=PREFIX)
        assert isinstance(forms, Contracts)
        return forms

    def rest_form(self) -> RestForm:
        """The rest of the second page."""
        return RestForm(self.data(CONTRACTS))

    def first_page_to_mend(self) -> str | None:
        """The page that is not filled in yet, or wrongly; None if all are right."""
        if not (self.data(STORY) and self.story_form().is_valid()):
            return STORY
        contracts, rest = self.contract_forms(), self.rest_form()
        if not (self.data(CONTRACTS) and contracts.is_valid() and rest.is_valid()):
            return CONTRACTS
        return None if fault_of(contracts, rest) is None else CONTRACTS

    def story(self) -> Story:
        """The story that valid forms tell."""
        form, contracts, rest = self.story_form(), self.contract_forms(), self.rest_form()
        assert all(each.is_valid() for each in (form, contracts, rest)), "the check comes after all pages"
        return story_of(form, contracts, rest)


def fault_of(contracts: Contracts, rest: RestForm) -> str | None:
    """What is wrong with the second page as a whole: contracts are named, or none is said to be."""
    none_named = bool(rest.cleaned_data.get("none_named"))
    if none_named and contracts.filled:
        return _("A contract is filled in although none is said to be named: clear one of the two.")
    if not none_named and not contracts.filled:
        return _("Name a contract, or tick that the story names none.")
    return None


def story_of(form: StoryForm, contracts: Contracts, rest: RestForm) -> Story:
    """The story that valid forms tell."""
    source = _document(form.cleaned_data, stored=form.known_source)
    figure = _figure(rest.cleaned_data, source.published_on or form.cleaned_data["effective_on"])
    return Story(
        source=source,
        program=form.cleaned_data["program"] or _program(form.cleaned_data),
        status=_status(form.cleaned_data),
        contracts=tuple(map(_contract, contracts.filled)),
        figure=figure,
    )


def _document(given: Mapping[str, Any], stored: Document | None = None) -> DocumentInput:
    """The source; of one that is on record only its address need be given."""
    return DocumentInput(
        title=given["title"] or (stored.title if stored else ""),
        url=given["url"],
        publisher=given["publisher"],
        language=given["language"],
        published_on=given["source_published_on"] or (stored.published_on if stored else None),
        grade=stored.grade if stored else Document.Grade.SECONDARY,
    )


def _program(given: Mapping[str, Any]) -> ProgramSaid:
    country = given["program_country"]
    buyer = given["buyer"] or _body(given["buyer_name"], country, "government_executive")
    return ProgramSaid(given["program_name"], country=country, buyer=buyer, domain=given["domain"])


def _body(name: str, country: str, kind: str) -> Body:
    return OrganizationInput(name=name, country=country, kind=kind) if name else None


def _status(given: Mapping[str, Any]) -> StatusSaid | None:
    if given["happened"] == NOTHING:
        return None
    _label, kind, scope = HAPPENED[given["happened"]]
    program = given["program"]
    country = program.buyer_country if program else given["program_country"]
    names = ("status", "effective_on", "speaker", "role", "term", "quotation")
    return StatusSaid(
        kind=kind,
        scope=scope,
        effective_precision=given["effective_precision"] or "day",
        organization=given["organization"] or _body(given["organization_name"], country, given["organization_kind"]),
        **{name: given[name] for name in names},
    )


def _contract(form: ContractForm) -> ContractSaid:
    given = form.cleaned_data
    supplier = given["supplier"] or _body(given["supplier_name"], given["supplier_country"], "company")
    names = ("reference", "title", "status", "method", "currency", "signed_on")
    return ContractSaid(
        row=given["contract"],
        supplier=supplier,
        signed_precision=given["signed_precision"] or "day",
        what=UNSAID if given["what"] == NO_AMOUNT else given["what"],
        amount=given["amount"],
        rounding=given["rounding"] or Decimal(0),
        on=given["signed_on"],
        **{name: given[name] for name in names},
    )


def _figure(given: Mapping[str, Any], day: Any) -> FigureSaid | None:
    if given["figure"] is None:
        return None
    return FigureSaid(
        measure=given["figure_measure"],
        amount=given["figure"],
        currency=given["figure_currency"],
        on=given["figure_on"] or day,
    )
