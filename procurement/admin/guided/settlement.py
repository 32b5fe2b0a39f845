"""Recording how a stopped contract was settled: what passed because of the stop, and what is released."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldBooleanWidget

from procurement.admin.acting import sent
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
from procurement.contracts.models import Contract, ContractStatusChange
from procurement.contracts.recording import contract_status_changes
from procurement.ledger.models import LedgerEntry, Measure
from procurement.ledger.recording import ledger_entries
from procurement.sources.appending import Recorded

Status, Ground = ContractStatusChange.Status, ContractStatusChange.Ground
STAYS = "stays"
#: What becomes of the contract -> its new status, and on which ground.
CLOSINGS: Mapping[str, tuple[str, str]] = {
    "mutual": (Status.TERMINATED, Ground.MUTUAL),
    "legal": (Status.TERMINATED, Ground.LEGAL),
    "completed": (Status.COMPLETED, ""),
}
CLOSES = (
    (STAYS, gettext_lazy("Its status stays as it is")),
    ("mutual", gettext_lazy("It is closed: terminated by mutual agreement")),
    ("legal", gettext_lazy("It is closed: terminated by law or judgment")),
    ("completed", gettext_lazy("It is closed: completed")),
)


class SettlementForm(ContractActForm):
    """What passed, what is released, and whether the contract is closed."""

    own = ("compensation", "in_kind", "final_payment", "released", "closes")
    compensation = AmountField(
        required=False,
        label=gettext_lazy("Compensation"),
        help_text=gettext_lazy(
            "paid on top of the price because of the stop: settlement, damages, costs of suspension; negative if the "
            "buyer received it"
        ),
    )
    in_kind = forms.BooleanField(
        required=False,
        label=gettext_lazy("The compensation was in goods or services, not in money"),
        widget=UnfoldBooleanWidget(),
    )
    final_payment = AmountField(
        required=False,
        label=gettext_lazy("Final payment"),
        help_text=gettext_lazy("the last part of the price that was paid under the contract; negative if it came back"),
    )
    released = AmountField(
        required=False,
        label=gettext_lazy("Commitment released"),
        help_text=gettext_lazy("by so much less is the buyer bound to pay"),
    )
    closes = chosen_from(gettext_lazy("What becomes of the contract"), CLOSES)


def record_settlement(request: HttpRequest, contract: Contract, given: Mapping[str, Any]) -> Outcome:
    """Append what passed and what is released, and close the contract if that is said. Raises Refused."""
    refuse_bad_settlement(given)
    common = common_of(contract, given, request)
    posted: list[Recorded[Any]] = []
    for name, moved in _movements(given):
        entry = LedgerEntry(reason=LedgerEntry.Reason.SETTLEMENT, **moved, **common)
        posted.append(posted_as(name, ledger_entries, entry))
    if given["closes"] != STAYS:
        status, ground = CLOSINGS[given["closes"]]
        state = ContractStatusChange(status=status, termination_ground=ground, **common)
        posted.append(contract_status_changes.record(state))
    return outcome_of(posted, lambda rows: format_html(_("Recorded the settlement: {rows}."), rows=rows))


def refuse_bad_settlement(given: Mapping[str, Any]) -> None:
    """Raise Refused when nothing passed, or what is released is below zero."""
    if not any(given[name] for name in ("compensation", "final_payment", "released")):
        raise Refused({"compensation": _("say what was settled: compensation, a final payment, or what is released")})
    if given["released"] is not None and given["released"] <= 0:
        raise Refused({"released": _("is above zero: the amount by which the commitment falls")})
    if given["in_kind"] and not given["compensation"]:
        raise Refused({"in_kind": _("only compensation can be in kind: name its value")})


def _movements(given: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if given["compensation"]:
        yield (
            "compensation",
            {"measure": Measure.COMPENSATION, "amount": given["compensation"], "in_kind": given["in_kind"]},
        )
    if final := given["final_payment"]:
        yield "final_payment", {"measure": Measure.PAYMENT if final > 0 else Measure.REFUND, "amount": abs(final)}
    if given["released"]:
        yield "released", {"measure": Measure.COMMITMENT, "amount": -given["released"]}


def settlement_page(model_admin: Any, request: HttpRequest, contract: Contract) -> HttpResponse:
    """The page that records a settlement."""
    guided = Guided(
        title=_("Record the settlement of %(contract)s") % {"contract": contract},
        button=_("Record the settlement"),
        intro=_(
            "What the two sides settled after a stop. Compensation is outside the price; a final payment is part of "
            "it; what is released the buyer is no longer bound to pay. All of it is recorded together."
        ),
        record=lambda given: record_settlement(request, contract, given),
    )
    return guided_page(model_admin, request, contract, SettlementForm(contract, sent(request)), guided)
