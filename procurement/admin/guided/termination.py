"""Recording that a contract was terminated, wholly or in part."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
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
    outcome_of,
    posted_as,
)
from procurement.common.errors import Refused
from procurement.contracts.models import Contract, ContractStatusChange, LiabilityEstimate
from procurement.contracts.recording import contract_status_changes, liability_estimates
from procurement.ledger.models import LedgerEntry, Measure
from procurement.ledger.recording import ledger_entries
from procurement.sources.appending import Recorded

Status = ContractStatusChange.Status
EXTENTS = (
    (Status.TERMINATED, gettext_lazy("The whole contract: it has ended")),
    (Status.PARTIALLY_TERMINATED, gettext_lazy("A part of it: the rest goes on")),
)
#: What somebody estimated that leaving costs -> the column.
ESTIMATE = {"liability_low": "low", "liability_point": "point", "liability_high": "high"}
NOTIFIED_HELP: Any = gettext_lazy("the day on which the other side was told, if that is known")
GROUNDS = (*ContractStatusChange.Ground.choices, ("", gettext_lazy("The source does not say")))


class TerminationForm(ContractActForm):
    """How much ends, why, and what is known of its cost."""

    own = ("status", "termination_ground", "falls_away", *ESTIMATE, "notified_on")
    status = chosen_from(gettext_lazy("What is terminated"), EXTENTS)
    termination_ground = chosen_from(gettext_lazy("On which ground"), GROUNDS, required=False)
    falls_away = AmountField(
        required=False,
        label=gettext_lazy("Commitment that falls away"),
        help_text=gettext_lazy(
            "what the buyer need no longer pay, if that is known; until it is, the rest of what was committed is shown "
            "as unaccounted for"
        ),
    )
    liability_low = AmountField(required=False, label=gettext_lazy("Estimated termination liability, at least"))
    liability_point = AmountField(required=False, label=gettext_lazy("Estimated termination liability"))
    liability_high = AmountField(required=False, label=gettext_lazy("Estimated termination liability, at most"))
    notified_on = day_field(required=False, help_text=NOTIFIED_HELP)

    def clean(self) -> dict[str, Any]:
        """The ground is chosen, though it may be that the source names none."""
        cleaned = super().clean()
        if self.is_bound and self.add_prefix("termination_ground") not in self.data:
            self.add_error("termination_ground", self._required())
        return cleaned

    def _required(self) -> Any:
        return ValidationError(self.fields["termination_ground"].error_messages["required"], code="required")


def record_termination(request: HttpRequest, contract: Contract, given: Mapping[str, Any]) -> Outcome:
    """Append the state, what falls away and the estimate, all or nothing. Raises Refused."""
    refuse_bad_amount(given)
    common = common_of(contract, given, request)
    posted: list[Recorded[Any]] = [contract_status_changes.record(_state(given, common))]
    if given["falls_away"]:
        posted.append(posted_as("falls_away", ledger_entries, _fallen(given, common)))
    ends = {column: given[name] for name, column in ESTIMATE.items()}
    if any(end is not None for end in ends.values()):
        posted.append(liability_estimates.record(LiabilityEstimate(**ends, **common)))
    return outcome_of(posted, lambda rows: format_html(_("Recorded the termination: {rows}."), rows=rows))


def refuse_bad_amount(given: Mapping[str, Any]) -> None:
    """Raise Refused when what falls away is below zero."""
    if given["falls_away"] is not None and given["falls_away"] <= 0:
        raise Refused({"falls_away": _("is above zero: the amount by which the commitment falls")})


def _state(given: Mapping[str, Any], common: Mapping[str, Any]) -> ContractStatusChange:
    return ContractStatusChange(
        act=ContractStatusChange.Act.STATE,
        status=given["status"],
        termination_ground=given["termination_ground"],
        notified_on=given["notified_on"],
        **common,
    )


def _fallen(given: Mapping[str, Any], common: Mapping[str, Any]) -> LedgerEntry:
    return LedgerEntry(
        measure=Measure.COMMITMENT,
        amount=-given["falls_away"],
        reason=LedgerEntry.Reason.TERMINATION,
        **common,
    )


def termination_page(model_admin: Any, request: HttpRequest, contract: Contract) -> HttpResponse:
    """The page that records a termination."""
    guided = Guided(
        title=_("Record the termination of %(contract)s") % {"contract": contract},
        button=_("Record the termination"),
        intro=_(
            "From its day on the contract is terminated. What was committed and is not known to be paid is no longer "
            "outstanding but unaccounted for, until it is released or settled: record the settlement when it is known."
        ),
        record=lambda given: record_termination(request, contract, given),
    )
    return guided_page(model_admin, request, contract, TerminationForm(contract, sent(request)), guided)
