"""Recording that a contract was modified: what is committed, the most it may come to, and when it ends."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.admin.acting import day_field, sent
from procurement.admin.amounts import AmountField
from procurement.admin.guided.foreseeing import Outcome
from procurement.admin.guided.pages import (
    ContractActForm,
    Guided,
    chosen_from,
    common_of,
    guided_page,
    linked,
    posted_as,
    selected_from,
)
from procurement.common.errors import Refused
from procurement.contracts.models import Contract
from procurement.contracts.recording import change_contract
from procurement.ledger.models import LedgerEntry, Measure
from procurement.ledger.recording import ledger_entries
from procurement.sources.facts import Fact

Reason = LedgerEntry.Reason
REASONS = (
    (Reason.MODIFICATION, gettext_lazy("A modification of the contract")),
    (Reason.OPTION, gettext_lazy("An option was exercised")),
    (Reason.DE_OBLIGATION, gettext_lazy("Committed money was released (de-obligation)")),
)
ENDS_HELP: Any = gettext_lazy("the new last day; empty: it stays as it is")
CHANGE_HELP = gettext_lazy("the change, not the new total; a reduction is negative")


class ModificationForm(ContractActForm):
    """What changes; at least one of the amounts and the end."""

    own = ("reason", "commitment", "ceiling", "ends_on", "ends_precision")
    reason = chosen_from(gettext_lazy("What happened"), REASONS)
    commitment = AmountField(required=False, label=gettext_lazy("Change of what is committed"), help_text=CHANGE_HELP)
    ceiling = AmountField(required=False, label=gettext_lazy("Change of the ceiling"), help_text=CHANGE_HELP)
    ends_on = day_field(required=False, help_text=ENDS_HELP)
    ends_precision = selected_from(
        gettext_lazy("How precise the new end is"), Fact.Precision.choices, initial=Fact.Precision.DAY, required=False
    )


def record_modification(request: HttpRequest, contract: Contract, given: Mapping[str, Any]) -> Outcome:
    """Append the entries and change the end, all or nothing. Raises Refused."""
    refuse_empty(given)
    posted = [posted_as(row.measure, ledger_entries, row) for row in _entries(request, contract, given)]
    warnings = [said for each in posted for said in each.warnings]
    ends = _("; it now ends on {day}") if given["ends_on"] else ""
    if given["ends_on"]:
        warnings += change_end(contract, given)
    facts = [each.fact for each in posted]
    rows = linked(facts) if facts else _("no amounts")
    said = format_html(_("Recorded the modification of {contract}: {rows}"), contract=contract.reference, rows=rows)
    end = format_html(ends, day=given["ends_on"].isoformat()) if ends else ""
    return Outcome(format_html("{}{}.", said, end), facts, warnings, edited=(contract.pk,))


def refuse_empty(given: Mapping[str, Any]) -> None:
    """Raise Refused when nothing is to change, or money is released that is not."""
    if not any(given[name] for name in ("commitment", "ceiling", "ends_on")):
        raise Refused({"commitment": _("say what changes: what is committed, the ceiling, or the end")})
    if given["reason"] == Reason.DE_OBLIGATION and not (given["commitment"] or 0) < 0:
        raise Refused({"commitment": _("a de-obligation takes committed money away: a negative amount is expected")})


def change_end(contract: Contract, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Store the new end; returns the warnings about it. The row is read anew, so that nothing else is undone."""
    row = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    row.ends_on, row.ends_precision = given["ends_on"], given["ends_precision"] or Fact.Precision.DAY
    return change_contract(row, ["ends_on", "ends_precision"])


def _entries(request: HttpRequest, contract: Contract, given: Mapping[str, Any]) -> Iterator[LedgerEntry]:
    for measure in (Measure.COMMITMENT, Measure.CEILING):
        if given[measure.value]:
            yield LedgerEntry(
                measure=measure,
                amount=given[measure.value],
                reason=given["reason"],
                **common_of(contract, given, request),
            )


def modification_page(model_admin: Any, request: HttpRequest, contract: Contract) -> HttpResponse:
    """The page that records a modification."""
    ends = contract.ends_on.isoformat() if contract.ends_on else _("not known")
    guided = Guided(
        title=_("Record a modification of %(contract)s") % {"contract": contract},
        button=_("Record the modification"),
        intro=_(
            "Changes of what the buyer is bound to pay, of the most that it may come to with all options, and of the "
            "end of the contract (now: %(ends)s). They are recorded together, all or nothing."
        )
        % {"ends": ends},
        record=lambda given: record_modification(request, contract, given),
    )
    return guided_page(model_admin, request, contract, ModificationForm(contract, sent(request)), guided)
