"""Recording reported figures."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from procurement.common.dates import precision_fault
from procurement.common.errors import Complaints
from procurement.common.money import amount_fault, currency_fault
from procurement.common.prepared_statements import Question, Rows
from procurement.common.validation import day_in, number_in
from procurement.common.withdrawn import withdrawal_said
from procurement.contracts.currency import hold_currencies
from procurement.contracts.plausible import far_off, hundredfold
from procurement.contracts.sizes import but, entries, ledgers, sizes, sizes_of_others
from procurement.figures.models import ReportedFigure
from procurement.sources.recording import Recorder

AMOUNTS = ("amount", "low", "high")
#: Figures of one contract that are compared.
KIND = ("measure", "currency")


class ReportedFigures(Recorder[ReportedFigure]):
    """Totals as reported; contradicting ones stand side by side."""

    model = ReportedFigure

    def lock(self, rows: Sequence[ReportedFigure], held: Collection[int] = ()) -> None:  # noqa: ARG002  (a hook)
        """Check that figures in their contract's currency still match it, and keep the currency from changing."""
        about = [row for row in rows if row.contract is not None and row.currency == row.contract.currency]
        hold_currencies((row.contract.pk, row.currency) for row in about if row.contract is not None)

    def questions(self, facts: Sequence[ReportedFigure]) -> list[Question]:
        """What the ledger holds of the contracts that they are about, and what else was reported of those."""
        about = [row for row in facts if row.contract_id is not None]
        return [entries(_contracts(about)), sizes(about, KIND, AMOUNTS)] if about else []

    def gather(self, facts: Sequence[ReportedFigure], answers: Sequence[Rows]) -> Any:
        """The ledger of each of them, and the amounts by kind."""
        if not answers:
            return {}, {}
        return ledgers(_contracts(facts), answers[0]), sizes_of_others(KIND, answers[1])

    def warnings(self, row: ReportedFigure, known: Any) -> Iterable[str]:
        """Warn of amounts far above the others of a contract, and of currencies withdrawn by that date."""
        ledger, others = known
        if row.contract is not None:
            same = but(others.get((row.contract.pk, row.measure, row.currency), {}), row.pk)
            worth = ledger[row.contract.pk].sizes() if row.currency == row.contract.currency else []
            for name in AMOUNTS:
                yield from hundredfold(name, getattr(row, name), [*worth, *same], row.currency)
        for name in AMOUNTS:
            yield from far_off(name, getattr(row, name), row.currency)
        yield from withdrawal_said(row.currency, "as_of_date", row.as_of_date, row.as_of_precision)

    def complain(self, row: ReportedFigure, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        subjects = [name for name in row.SUBJECT if getattr(row, f"{name}_id") is not None]
        if len(subjects) != 1:
            complaints.add("program", "a figure is about exactly one program, contract or organization")
        if fault := currency_fault(row.currency):
            complaints.add("currency", fault)
        _complain_of_range(row, complaints)
        _complain_of_share(row, complaints)
        as_of = day_in(row, "as_of_date")
        if as_of and (fault := precision_fault(as_of, row.as_of_precision)):
            complaints.add("as_of_date", fault)
        rounding = number_in(row, "rounding")
        if rounding is not None and rounding < 0:
            complaints.add("rounding", "must not be below zero; 100000000 means: rounded to 0.1 billion")


def _contracts(facts: Sequence[ReportedFigure]) -> list[int]:
    return [row.contract_id for row in facts if row.contract_id is not None]


def _complain_of_range(row: ReportedFigure, complaints: Complaints) -> None:
    has_range = row.low is not None or row.high is not None
    said_otherwise = row.withheld or row.share is not None
    if row.withheld and (has_range or row.amount is not None or row.share is not None):
        complaints.add("withheld", "a figure that is withheld has no amount; leave amount, low, high and share empty")
    elif (row.amount is not None) == has_range and not (said_otherwise and row.amount is None):
        complaints.add(
            "amount",
            "give either amount, or low and high (one of them where the other is unknown), or share, or withheld=true",
        )
    low, high = number_in(row, "low"), number_in(row, "high")
    if low is not None and high is not None and low > high:
        complaints.add("high", "must not be below low")
    for name in AMOUNTS:
        value = number_in(row, name)
        fault = amount_fault(value, row.currency) if value else None
        if fault:
            complaints.add(name, fault)


def _complain_of_share(row: ReportedFigure, complaints: Complaints) -> None:
    share = number_in(row, "share")
    if share is not None and not 0 <= share <= 1:
        complaints.add("share", "a share lies between 0 and 1; 0.45 would be accepted")
    if (row.share is None) != (not row.share_of):
        complaints.add("share_of", "say of what the share is, and give share_of only with a share")


reported_figures = ReportedFigures()
