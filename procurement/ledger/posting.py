"""Posting to the ledger: the double-entry of this service is that nothing is ever taken out of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from procurement.common.cleaning import day_in, number_in
from procurement.common.errors import Complaints
from procurement.common.money import amount_fault
from procurement.ledger.models import Completeness, LedgerEntry, Measure
from procurement.sources.recording import Recorder

#: Money only passes one way in these; what came back is a refund.
ONE_WAY = frozenset({Measure.PAYMENT, Measure.REFUND})


class LedgerEntries(Recorder[LedgerEntry]):
    """Movements of money or value. A reversal carries the opposite amount."""

    model = LedgerEntry

    def complain(self, row: LedgerEntry, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        amount, rounding = number_in(row, "amount"), number_in(row, "rounding")
        if amount is not None:
            fault = amount_fault(amount, row.contract.currency)
            if fault:
                complaints.add("amount", fault)
            elif row.measure in ONE_WAY and amount < 0:
                complaints.add("amount", f"a {row.measure} is above zero; money that came back is measure refund")
        if rounding is not None and rounding < 0:
            complaints.add("rounding", "must not be below zero; 100000000 says: to 0.1 billions")
        if row.in_kind and row.measure != Measure.COMPENSATION:
            complaints.add("in_kind", "only compensation passes in kind")
        if row.milestone is not None and row.milestone.contract_id != row.contract_id:
            complaints.add("milestone", f"milestone {row.milestone.pk} belongs to another contract")

    def opposite(self, row: LedgerEntry) -> Mapping[str, Any]:
        """Turn the amount around; the reason is that it corrects."""
        return {"amount": -row.amount, "reason": LedgerEntry.Reason.CORRECTION}

    def warnings(self, row: LedgerEntry) -> Iterable[str]:
        """Mention a payment before signature: odd, and accepted."""
        signed = row.contract.signed_on
        if row.measure == Measure.PAYMENT and signed is not None and row.effective_on < signed:
            yield (
                f"dated {row.effective_on.isoformat()}, before the contract was signed on {signed.isoformat()}: "
                "accepted as given"
            )


class CompletenessStatements(Recorder[Completeness]):
    """Statements that the ledger holds all of one measure through a day."""

    model = Completeness

    def complain(self, row: Completeness, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        through, effective_on = day_in(row, "through"), day_in(row, "effective_on")
        if through and effective_on and through > effective_on:
            complaints.add("through", "nobody can state that more is complete than has happened: at most effective_on")


ledger_entries = LedgerEntries()
completeness_statements = CompletenessStatements()
