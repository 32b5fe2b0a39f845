"""Why a figure is unknown, in the words of an analyst, and what would fill it. Pure.

A sentence says what holds of every contract behind the row: a row knows how many there are and of how many an end of a
range is unknown, not which.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from procurement.exposure.line_columns import SINCE
from procurement.exposure.presentation import RANGES
from procurement.exposure.rows import Row


@dataclass(frozen=True)
class Reason:
    """Why something is unknown, and what would make it known."""

    why: str
    fill: str


Reasons = Mapping[str, Callable[[Row], Reason]]


def explained(shown: Mapping[str, Any], row: Row) -> dict[str, dict[str, str]]:
    """A reason for each null of a row as it is shown, by its path: `paid`, `exit_exposure.high`, `next_due.amount`."""
    found = {path: reason(path, row) for path in nulls(shown)}
    return {path: {"why": each.why, "fill": each.fill} for path, each in found.items()}


def nulls(shown: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """The path of each null; coverage is null as a whole, and so named once."""
    for name, value in shown.items():
        if isinstance(value, Mapping):
            yield from [name] if name == COVERAGE and None in value.values() else nulls(value, f"{before}{name}.")
        elif value is None:
            yield f"{before}{name}"


def reason(path: str, row: Row) -> Reason:
    """Why a figure, an end of a range or a key is unknown."""
    if path in OF_KEYS:
        return OF_KEYS[path]
    if not row.contracts and path not in WITHOUT_CONTRACTS:
        return NO_CONTRACT
    return REASONS[path](row) if path in REASONS else NO_CONTRACT


# wording


def any_of(row: Row) -> str:
    """Of the contracts behind a row."""
    return "for its one contract" if row.contracts == 1 else f"for any of its {row.contracts} contracts"


def some_of(row: Row, amount: str) -> str:
    """How many contracts leave an end of a range open, with the comma after it.

    A contract that programs share is counted with each, which is exact only in the row of one program.
    """
    unknown = min(row.open_ends.get(amount, 0), row.contracts)
    if not unknown:
        return f"{any_of(row)},"
    if row.contracts == 1:
        return "for its one contract,"
    most = "" if unknown == 1 or "program" in row.keys else "up to "
    return f"for {most}{unknown} of its {row.contracts} contracts,"


def _recorded(measure: str, said: str, fill: str) -> Callable[[Row], Reason]:
    return lambda row: Reason(f"no {said} is recorded {any_of(row)}", f"ledger entries of measure {measure}: {fill}")


def _moved(measure: str, said: str, entries: str) -> Callable[[Row], Reason]:
    return lambda row: Reason(
        f"no {said} is recorded {any_of(row)}, and nothing states that the record of them is complete: none on record "
        "does not mean that there was none",
        f"ledger entries of measure {entries}, or a completeness statement of measure {measure}",
    )


def _both(row: Row) -> Reason:
    return Reason(
        f"what was delivered and what was paid are not both known {any_of(row)}",
        "ledger entries of measures delivery and payment, or completeness statements of those without entries",
    )


def _committed(row: Row) -> Reason:
    return Reason(
        f"no commitment is on record {any_of(row)}, and nothing states that the record of them is complete: none on "
        "record does not mean that nothing is committed",
        COMMITMENTS,
    )


def _unaccounted(row: Row) -> Reason:
    return Reason(
        f"what is committed is not known {any_of(row)}, so nobody can say what of it is unaccounted for", COMMITMENTS
    )


def _outstanding(row: Row) -> Reason:
    if row.amounts["committed"] is None:
        return Reason(f"what is committed is not known {any_of(row)}, so neither is what is still owed", COMMITMENTS)
    if row.amounts["paid"] is None:
        return Reason(f"what was paid is not known {any_of(row)}; what is committed stands under unaccounted", PAYMENTS)
    return Reason(
        "no contract has both its commitment and its payments known and goes on or was closed: those that ended "
        "without a closing entry stand under unaccounted",
        "an entry of reason de_obligation, termination, settlement or close_out for those, or payments of the others",
    )


def _liability(end: str) -> Callable[[Row], Reason]:
    amount = RANGES["termination_liability"][end]
    return lambda row: Reason(
        f"{some_of(row, amount)} no estimate of termination liability gives its {WORDS[end]}: there is none in view, "
        "or it withholds it",
        f"a liability estimate with its {WORDS[end]} for each contract with money committed",
    )


def _exit_low(row: Row) -> Reason:
    return Reason(
        f"{some_of(row, 'exit_low')} what was delivered or paid is not known, or an estimate of termination liability "
        "gives no low end",
        "deliveries and payments, or completeness statements of both; and the low end of an estimate that has none",
    )


def _exit_high(row: Row) -> Reason:
    """A row by method knows whether its contracts are foreign military sales; others name both cases."""
    some, method = some_of(row, "exit_high"), row.keys.get("method")
    if method == SALE:
        return Reason(f"{some} nothing caps what leaving costs: {_UNCAPPED}", _CAP)
    if method is not None:
        return Reason(f"{some} {_UNBOUNDED}", f"payments; where there is an estimate, {_CAP}")
    return Reason(
        f"{some} nothing caps what leaving costs: {_UNCAPPED}; elsewhere {_UNBOUNDED}",
        f"{_CAP}; without an estimate payments do, but for foreign military sales",
    )


def _avoidable(end: str, other: str) -> Callable[[Row], Reason]:
    amount = RANGES["avoidable"][end]
    return lambda row: Reason(
        f"it is what is outstanding less the {other} end of exit_exposure, and {some_of(row, amount)} one of the two "
        "is not known",
        f"what fills outstanding and exit_exposure.{other}",
    )


def _since(row: Row, measure: str, fill: str) -> Reason:
    """A row does not know whether anything behind it is stopped, unless something is known since the stop."""
    unknown = f"{measure} are not known for any contract that belonged to it during its stop"
    if any(row.amounts[name] is not None for name in SINCE):
        return Reason(unknown.replace(" it ", " the program "), fill)
    return Reason(
        "no program behind this row is suspended or cancelled at this date, so there is no stop to count from; or for "
        f"one that is, {unknown}",
        f"another as_of, within a stop; the decision that suspends or cancels the program; or {fill}",
    )


def _not_live(_row: Row) -> Reason:
    return Reason(
        "no contract here is live by what is on record, so none has a day on which it was last shown alive",
        "a contract status change to a live state, or one of act confirmation",
    )


def _presumed(row: Row) -> Reason:
    if not row.contracts:
        return NO_CONTRACT
    return Reason(
        f"{row.age.presumed} of its contracts are only presumed to run, and what is outstanding is not known for any",
        f"{COMMITMENTS}; {PAYMENTS}",
    )


SALE = "foreign_military_sale"
_UNCAPPED = (
    "a foreign military sale has no cap without an estimate of termination liability, and with one its high end, "
    "deliveries and payments must be known"
)
_UNBOUNDED = "the outstanding amount is not known, or with an estimate its high end, deliveries or payments are not"
_CAP = "a liability estimate with its high end, with deliveries and payments"
COMMITMENTS = "ledger entries of measure commitment, or a completeness statement of measure commitment"
PAYMENTS = "ledger entries of measure payment or refund, or a completeness statement of measure payment"
WORDS = {"low": "low end", "point": "point", "high": "high end"}
COVERAGE = "coverage"
NO_CONTRACT = Reason(
    "no contract has a share here at these dates", "an allocation of a contract, or another as_of, when one had"
)
#: What can be unknown for another reason than that there is no contract.
WITHOUT_CONTRACTS = frozenset({*SINCE, COVERAGE})
_PAID = _moved("payment", "payment or refund", "payment or refund")


REASONS: Reasons = {
    "ceiling": _recorded("ceiling", "ceiling", "the value with all options"),
    "funded": _recorded("funding", "funding", "the money made available"),
    "committed": _committed,
    "paid": _PAID,
    "paid_uncommitted": _PAID,
    "paid_known_through.earliest": _PAID,
    "paid_known_through.latest": _PAID,
    "paid_basis": _PAID,
    "outstanding": _outstanding,
    "unaccounted": _unaccounted,
    "delivered": _moved("delivery", "delivery", "delivery"),
    "payable_now": _both,
    "advance_at_risk": _both,
    "termination_liability.low": _liability("low"),
    "termination_liability.point": _liability("point"),
    "termination_liability.high": _liability("high"),
    "exit_exposure.low": _exit_low,
    "exit_exposure.high": _exit_high,
    "avoidable.low": _avoidable("low", "high"),
    "avoidable.high": _avoidable("high", "low"),
    "exit_paid": lambda row: Reason(
        f"no compensation and no payment as a settlement or for termination is recorded {any_of(row)}, and nothing "
        "states that the record of compensation is complete: none on record does not mean that leaving cost nothing",
        "ledger entries of measure compensation, payments of reason settlement or termination, or a completeness "
        "statement of measure compensation",
    ),
    "guarantees_held": lambda row: Reason(
        f"no guarantee is recorded {any_of(row)}", "the guarantees that were given, and what was called or released"
    ),
    "committed_since": lambda row: _since(row, "commitments", COMMITMENTS),
    "paid_since": lambda row: _since(row, "payments", PAYMENTS),
    "paid_since_rehomed": lambda row: _since(row, "payments", PAYMENTS),
    "paid_since_uncertain": lambda row: _since(row, "payments", PAYMENTS),
    "confirmed_on.earliest": _not_live,
    "confirmed_on.latest": _not_live,
    "presumed.outstanding": _presumed,
    "next_due": lambda row: Reason(
        f"no milestone is open {any_of(row)}: none is recorded, all are met, or the contracts have ended",
        "milestones with the day on which they fall due",
    ),
    "next_due.amount": lambda _: Reason(
        "no amount is recorded for the milestones that fall due that day", "a milestone of that day with its amount"
    ),
    COVERAGE: lambda _: Reason(
        "no commitment is on record, or nothing is committed, so there is nothing of which a share could be known",
        "ledger entries of measure commitment",
    ),
}

_UNDECIDED = Reason("no decision about the program's status is in view", "a status change of kind decision")
_UNALLOCATED = Reason(
    "this is the share of contracts that no program has", "an allocation of the rest of the contracts to a program"
)
_WITHOUT_SUPPLIER = Reason("no lead supplier of the contracts is in view", "a contract party of role lead_supplier")
#: Keys of rows, and what is shown of them.
OF_KEYS: Mapping[str, Reason] = {
    "program": _UNALLOCATED,
    "program.status": _UNDECIDED,
    "program.status_since": _UNDECIDED,
    "program_status": Reason(
        "no program has this share of contracts, or no decision about its status is in view",
        f"{_UNALLOCATED.fill}; {_UNDECIDED.fill}",
    ),
    "domain": _UNALLOCATED,
    "supplier": _WITHOUT_SUPPLIER,
    "supplier_group": _WITHOUT_SUPPLIER,
    "supplier_country": _WITHOUT_SUPPLIER,
    "contract_status": Reason("no status of the contracts is in view", "a contract status change"),
    "fiscal_year": Reason("no day of signature of the contracts is known", "signed_on of the contracts"),
    "currency": NO_CONTRACT,
}
