"""What will be recorded of a case, in words, and what on record may be what it means."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from procurement.admin.guided.case_forms import ContractForm, StoryForm
from procurement.admin.listing import link_to
from procurement.common.dating import day_as_given
from procurement.common.localized import in_full
from procurement.common.money import trimmed
from procurement.contracts.models import ContractParty, ContractStatusChange, ProgramAllocation
from procurement.figures.models import ReportedFigure
from procurement.ledger.models import LedgerEntry
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.stories.alike import contracts_like, documents_like, organizations_like, programs_like
from procurement.stories.recording import Entered

#: What is offered in place of what was typed: for which field, and the rows.
Offer = tuple[str, Any, list[models.Model]]


def lines_of(entered: Entered) -> list[Any]:
    """What is recorded, a line each, in its order."""
    made = [_("New %(table)s: %(row)s") % {"table": each._meta.verbose_name, "row": each} for each in entered.made]
    found = [format_html(_("On record, and left as it is: {row}"), row=link_to(each)) for each in entered.found]
    waits = [_("The status change waits for a second person's approval.")] if entered.draft else []
    return [*found, *made, *map(fact_in_words, entered.facts), *waits]


def notes_of(entered: Entered) -> list[Any]:
    """What of the new rows may be on record already: nobody merges them, so it is said once more."""
    said = _("{row} would be new, but may be on record: {others}. Go back to use one of them.")
    like = [(row, _like(row)) for row in entered.made]
    return [
        format_html(said, row=row, others=format_html_join(", ", "{}", ((link_to(each),) for each in found)))
        for row, found in like
        if found
    ]


def _like(row: models.Model) -> list[Any]:
    if isinstance(row, Organization):
        return list(organizations_like(row.name, row.country))
    return list(programs_like(row.name)) if isinstance(row, Program) else []


def fact_in_words(fact: Any) -> str:
    """A fact in a sentence."""
    day = day_as_given(fact.effective_on, fact.effective_precision)
    say = SENTENCES.get(type(fact), str)
    return f"{say(fact)} ({day})"


def _of_status(row: StatusChange) -> str:
    who = ", ".join(str(each) for each in (row.speaker, row.role, row.organization) if each)
    said = _("%(kind)s on %(program)s: %(status)s") % {
        "kind": row.get_kind_display().partition(":")[0],
        "program": row.program,
        "status": row.get_status_display() or _("no status named"),
    }
    return f"{said} – {who}" if who else said


def _of_entry(row: LedgerEntry) -> str:
    measure = row.get_measure_display().partition(":")[0]
    return _("%(measure)s of %(amount)s under %(contract)s") % {
        "measure": measure,
        "amount": in_full(row.amount, row.contract.currency),
        "contract": row.contract.reference,
    }


def _of_figure(row: ReportedFigure) -> str:
    return _("Reported figure, %(measure)s: %(amount)s for %(about)s") % {
        "measure": row.get_measure_display(),
        "amount": in_full(row.amount, row.currency),
        "about": row.contract or row.program,
    }


def _of_state(row: ContractStatusChange) -> str:
    named = {"contract": row.contract.reference, "status": row.get_status_display()}
    return _("Status of %(contract)s: %(status)s") % named


def _of_party(row: ContractParty) -> str:
    return f"{row.get_role_display()}: {row.organization}"


def _of_share(row: ProgramAllocation) -> str:
    named = {"share": trimmed(row.share), "contract": row.contract.reference, "program": row.program}
    return _("A share of %(share)s of %(contract)s belongs to %(program)s") % named


SENTENCES: Mapping[type, Callable[[Any], str]] = {
    StatusChange: _of_status,
    LedgerEntry: _of_entry,
    ReportedFigure: _of_figure,
    ContractStatusChange: _of_state,
    ContractParty: _of_party,
    ProgramAllocation: _of_share,
}


# what may be meant


def offers_for_story(form: StoryForm) -> Iterator[Offer]:
    """Documents, programs and organizations that are like those that were typed as new."""
    given = form.cleaned_data
    if given.get("title") or given.get("url"):
        like = documents_like(given.get("title", ""), given.get("url", ""), given.get("source_published_on"))
        yield "url", _("Documents on record"), list(like)
    if given.get("program_name") and not given.get("program"):
        yield "program", _("Programs on record with a similar name"), list(programs_like(given["program_name"]))
    for found, name in (("buyer", "buyer_name"), ("organization", "organization_name")):
        if given.get(name) and not given.get(found):
            like_it = organizations_like(given[name], given.get("program_country") or "")
            yield found, _("Organizations on record like “%(name)s”") % {"name": given[name]}, list(like_it)


def offers_for_contract(form: ContractForm, program: Program | None) -> Iterator[Offer]:
    """Contracts of the program and organizations that are like those that were typed as new."""
    given = form.cleaned_data
    if program is not None and not given.get("contract") and (given.get("title") or given.get("reference")):
        like = contracts_like(program, given.get("title", ""), given.get("reference", ""))
        yield form.add_prefix("contract"), _("Contracts of the program on record"), list(like)
    if given.get("supplier_name") and not given.get("supplier"):
        found = organizations_like(given["supplier_name"], given.get("supplier_country") or "")
        said = _("Organizations on record like “%(name)s”") % {"name": given["supplier_name"]}
        yield form.add_prefix("supplier"), said, list(found)
