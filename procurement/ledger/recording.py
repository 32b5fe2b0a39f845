"""Recording ledger entries and completeness statements. Nothing is ever removed from the ledger."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from procurement.common.dates import period_start
from procurement.common.errors import Complaints
from procurement.common.money import amount_fault
from procurement.common.prepared_statements import Question, Rows
from procurement.common.validation import day_in, number_in
from procurement.common.withdrawn import withdrawal_said
from procurement.contracts.plausible import Ledger, entry_sizes, far_off, hundredfold, overpaid, thousandfold
from procurement.contracts.recording import Amounts
from procurement.contracts.sizes import entries, ledgers
from procurement.ledger.models import Completeness, LedgerEntry, Measure
from procurement.sources.recording import Recorder

#: What happens under a contract, and so after its signature.
UNDER_CONTRACT = frozenset({Measure.DELIVERY, Measure.PAYMENT, Measure.REFUND, Measure.COMPENSATION})
#: Money passes only one way in these; money that came back is a refund.
ONE_WAY = frozenset({Measure.PAYMENT, Measure.REFUND})


class LedgerEntries(Amounts[LedgerEntry]):
    """Movements of money or value. A reversal carries the opposite amount."""

    model = LedgerEntry
    reads = ("milestone", "counterpart")

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
            complaints.add("rounding", "must not be below zero; 100000000 means: rounded to 0.1 billion")
        if row.in_kind and row.measure != Measure.COMPENSATION:
            complaints.add("in_kind", "only compensation can be in kind")
        _complain_of_counterpart(row, complaints)
        if row.milestone_id is not None and row.milestone is not None and row.milestone.contract_id != row.contract_id:
            complaints.add("milestone", f"milestone {row.milestone.pk} belongs to another contract")

    def default_published_on(self, row: LedgerEntry) -> dt.date | None:
        """The source's date, but never before the first day of the period in which it happened (DESIGN section 2)."""
        published_on, effective_on = super().default_published_on(row), day_in(row, "effective_on")
        begins = period_start(effective_on, row.effective_precision) if effective_on else None
        return max(published_on, begins) if published_on and begins else published_on

    def opposite(self, row: LedgerEntry) -> Mapping[str, Any]:
        """Negate the amount; the reason is `correction`."""
        return {"amount": -row.amount, "reason": LedgerEntry.Reason.CORRECTION}

    def questions(self, facts: Sequence[LedgerEntry]) -> list[Question]:
        """What the ledger holds of their contracts."""
        return [entries(row.contract_id for row in facts)]

    def gather(self, facts: Sequence[LedgerEntry], answers: Sequence[Rows]) -> Mapping[int, Ledger]:
        """The ledger of each contract."""
        return ledgers((row.contract_id for row in facts), answers[0])

    def warnings(self, row: LedgerEntry, known: Mapping[int, Ledger]) -> Iterable[str]:
        """Warn of dates and amounts that look wrong."""
        ledger, currency = known[row.contract_id], row.contract.currency
        yield from _odd_dates(row)
        yield from withdrawal_said(currency, "effective_on", row.effective_on, row.effective_precision)
        if row.measure == Measure.PAYMENT and not row.contract.is_remainder:
            yield from overpaid(ledger, row.amount, currency)
        large = hundredfold("amount", row.amount, entry_sizes(ledger, row.measure, row.amount), currency)
        if not large and row.measure == Measure.PAYMENT:
            large = thousandfold(ledger, row.amount, currency)
        yield from large
        yield from far_off("amount", row.amount, currency)


def _odd_dates(row: LedgerEntry) -> Iterator[str]:
    begins = period_start(row.effective_on, row.effective_precision)
    if row.published_on and begins and row.published_on < begins:
        yield (
            f"published on {row.published_on.isoformat()}, before {begins.isoformat()}, the first day on which it "
            "can have happened: accepted as given"
        )
    signed = row.contract.signed_on if row.measure in UNDER_CONTRACT else None
    if signed is not None and row.effective_on < signed:
        yield (
            f"dated {row.effective_on.isoformat()}, before the contract was signed on {signed.isoformat()}: "
            "accepted as given"
        )


def _complain_of_counterpart(row: LedgerEntry, complaints: Complaints) -> None:
    """A transfer is a refund on one contract and a payment on another contract of the same buyer."""
    if row.counterpart_id is None or row.counterpart is None:
        return
    if row.measure not in ONE_WAY:
        complaints.add(
            "counterpart", "applies only to measure payment or refund, for money that moved between two contracts"
        )
    if row.counterpart_id == row.contract_id:
        complaints.add("counterpart", "must name the other contract, not this one")
    elif row.counterpart.buyer_id != row.contract.buyer_id:
        complaints.add(
            "counterpart",
            f"contract {row.counterpart_id} has another buyer; a transfer is between contracts of one buyer",
        )


class CompletenessStatements(Recorder[Completeness]):
    """Statements that the ledger holds all of one measure through a day."""

    model = Completeness

    def complain(self, row: Completeness, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        through, effective_on = day_in(row, "through"), day_in(row, "effective_on")
        if through and effective_on and through > effective_on:
            complaints.add("through", "must not be after effective_on: what is still to happen cannot be complete")


ledger_entries = LedgerEntries()
completeness_statements = CompletenessStatements()
