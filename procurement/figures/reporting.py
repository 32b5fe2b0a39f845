"""Posting what somebody said a total was."""

from procurement.common.cleaning import number_in
from procurement.common.errors import Complaints
from procurement.common.money import amount_fault, is_currency
from procurement.figures.models import ReportedFigure
from procurement.sources.recording import Recorder


class ReportedFigures(Recorder[ReportedFigure]):
    """Totals as reported; contradicting ones stand side by side."""

    model = ReportedFigure

    def complain(self, row: ReportedFigure, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        subjects = [name for name in row.SUBJECT if getattr(row, f"{name}_id") is not None]
        if len(subjects) != 1:
            complaints.add("program", "a figure is about exactly one program, contract or organization")
        if not is_currency(row.currency):
            complaints.add("currency", f"“{row.currency}” is not an ISO 4217 code in capitals; JPY would be accepted")
        _complain_of_range(row, complaints)
        rounding = number_in(row, "rounding")
        if rounding is not None and rounding < 0:
            complaints.add("rounding", "must not be below zero; 100000000 says: to 0.1 billions")


def _complain_of_range(row: ReportedFigure, complaints: Complaints) -> None:
    has_range = row.low is not None or row.high is not None
    if (row.amount is not None) == has_range:
        complaints.add("amount", "give either amount, or low and high (one of them where the other is unknown)")
    low, high = number_in(row, "low"), number_in(row, "high")
    if low is not None and high is not None and low > high:
        complaints.add("high", "must not be below low")
    for name in ("amount", "low", "high"):
        value = number_in(row, name)
        fault = amount_fault(value, row.currency) if value else None
        if fault:
            complaints.add(name, fault)


reported_figures = ReportedFigures()
