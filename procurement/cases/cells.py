"""How complete a stopped program's case is: cells filled from the ledger, by a report, or as withheld."""

from collections.abc import Callable, Iterable, Mapping

from procurement.cases.portfolio import Case
from procurement.cases.reported import SAID_OF, TERMINATION_LIABILITY


def _money(case: Case, *names: str) -> bool:
    """Whether the ledger has one of these figures, in any currency."""
    return any(getattr(money, name) is not None for money in case.money for name in names)


def _said(case: Case, *columns: str) -> bool:
    """Whether one of these was reported, or reported to be secret."""
    measures = {measure for column in columns for measure in SAID_OF[column]}
    return any(figure.measure in measures for figure in case.reported)


def _estimated(case: Case) -> bool:
    withheld = any(figure.measure == TERMINATION_LIABILITY for figure in case.reported)
    return withheld or _money(case, "liability_low", "liability_high") or _said(case, "reported_estimate")


#: Cell of a case -> whether anything is known of it.
CELLS: Mapping[str, Callable[[Case], bool]] = {
    "committed": lambda case: _money(case, "committed_at_stop", "committed") or _said(case, "reported_committed"),
    "paid": lambda case: _money(case, "paid_at_stop", "paid") or _said(case, "reported_paid", "spent"),
    "estimated": _estimated,
    "paid for leaving": lambda case: _money(case, "exit_paid") or _said(case, "reported_exit"),
    "first doubt": lambda case: case.lag is not None and case.lag.first_doubt is not None,
    "contract act": lambda case: case.lag is not None and case.lag.contract_act is not None,
}


def filled(case: Case) -> list[str]:
    """The cells of a program that have something on record."""
    return [name for name, is_known in CELLS.items() if is_known(case)]


def counted(cases: Iterable[Case]) -> dict[str, int]:
    """In how many of some cases each cell is filled."""
    known = [filled(case) for case in cases]
    return {name: sum(name in cells for cells in known) for name in CELLS}
