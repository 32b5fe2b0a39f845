"""Why a figure is unknown, in the words of an analyst, and what would fill it. Pure.

Sentences are English, and can be said in the language of a page (common/phrases.py). They say what holds of every
contract behind the row: a row knows how many there are and of how many an end of a range is unknown, not which.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from procurement.common.phrases import Phrase
from procurement.common.phrases import gettext_noop as _
from procurement.exposure.line_columns import SINCE
from procurement.exposure.presentation import RANGES
from procurement.exposure.rows import Row


@dataclass(frozen=True)
class Reason:
    """Why something is unknown, and what would make it known."""

    why: Phrase
    fill: Phrase


Reasons = Mapping[str, Callable[[Row], Reason]]


def explained(shown: Mapping[str, Any], row: Row) -> dict[str, dict[str, Phrase]]:
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


def any_of(row: Row) -> Phrase:
    """Of the contracts behind a row."""
    if row.contracts == 1:
        return Phrase(_("for its one contract"))
    return Phrase(_("for any of its %(count)s contracts"), count=row.contracts)


def some_of(row: Row, amount: str) -> Phrase:
    """How many contracts leave an end of a range open.

    A contract that programs share is counted with each, which is exact only in the row of one program.
    """
    unknown = min(row.open_ends.get(amount, 0), row.contracts)
    if not unknown or row.contracts == 1:
        return any_of(row)
    if unknown == 1 or "program" in row.keys:
        return Phrase(_("for %(unknown)s of its %(count)s contracts"), unknown=unknown, count=row.contracts)
    return Phrase(_("for up to %(unknown)s of its %(count)s contracts"), unknown=unknown, count=row.contracts)


def _of_contracts(why: str, fill: str) -> Callable[[Row], Reason]:
    """A reason that says of which contracts, as %(where)s."""
    return lambda row: Reason(Phrase(why, where=any_of(row)), Phrase(fill))


def _of_open_end(amount: str, why: str, fill: str) -> Callable[[Row], Reason]:
    """A reason why an end of a range is open, which says for how many contracts, as %(where)s."""
    return lambda row: Reason(Phrase(why, where=some_of(row, amount)), Phrase(fill))


def _committed(row: Row) -> Reason:
    why = _(
        "no commitment is on record %(where)s, and nothing states that the record of them is complete: none on record "
        "does not mean that nothing is committed"
    )
    return Reason(Phrase(why, where=any_of(row)), COMMITMENTS)


def _unaccounted(row: Row) -> Reason:
    why = _("what is committed is not known %(where)s, so nobody can say what of it is unaccounted for")
    return Reason(Phrase(why, where=any_of(row)), COMMITMENTS)


def _outstanding(row: Row) -> Reason:
    if row.amounts["committed"] is None:
        why = _("what is committed is not known %(where)s, so neither is what is still owed")
        return Reason(Phrase(why, where=any_of(row)), COMMITMENTS)
    if row.amounts["paid"] is None:
        why = _("what was paid is not known %(where)s; what is committed stands under unaccounted")
        return Reason(Phrase(why, where=any_of(row)), PAYMENTS)
    return _ENDED


def _exit_high(row: Row) -> Reason:
    """A row by method knows whether its contracts are foreign military sales; others name both cases."""
    where, method = some_of(row, "exit_high"), row.keys.get("method")
    if method == SALE:
        return Reason(
            Phrase(_("%(where)s, nothing caps what leaving costs: %(uncapped)s"), where=where, uncapped=_UNCAPPED), _CAP
        )
    if method is not None:
        fill = Phrase(_("payments; where there is an estimate, %(cap)s"), cap=_CAP)
        return Reason(Phrase(_("%(where)s, %(unbounded)s"), where=where, unbounded=_UNBOUNDED), fill)
    why = _("%(where)s, nothing caps what leaving costs: %(uncapped)s; elsewhere %(unbounded)s")
    fill = Phrase(_("%(cap)s; without an estimate payments do, but for foreign military sales"), cap=_CAP)
    return Reason(Phrase(why, where=where, uncapped=_UNCAPPED, unbounded=_UNBOUNDED), fill)


def _since(row: Row, what: str, anywhere: str, fill: Phrase) -> Reason:
    """A row does not know whether anything behind it is stopped, unless something is known since the stop."""
    if any(row.amounts[name] is not None for name in SINCE):
        return Reason(Phrase(what), fill)
    return Reason(
        Phrase(anywhere),
        Phrase(
            _("another as_of, within a stop; the decision that suspends or cancels the program; or %(fill)s"), fill=fill
        ),
    )


def _committed_since(row: Row) -> Reason:
    return _since(
        row,
        _("commitments are not known for any contract that belonged to the program during its stop"),
        _(
            "no program behind this row is suspended or cancelled at this date, so there is no stop to count from; or "
            "for one that is, commitments are not known for any contract that belonged to it during its stop"
        ),
        COMMITMENTS,
    )


def _paid_since(row: Row) -> Reason:
    return _since(
        row,
        _("payments are not known for any contract that belonged to the program during its stop"),
        _(
            "no program behind this row is suspended or cancelled at this date, so there is no stop to count from; or "
            "for one that is, payments are not known for any contract that belonged to it during its stop"
        ),
        PAYMENTS,
    )


def _presumed(row: Row) -> Reason:
    if not row.contracts:
        return NO_CONTRACT
    why = _("%(count)s of its contracts are only presumed to run, and what is outstanding is not known for any")
    return Reason(Phrase(why, count=row.age.presumed), Phrase("%(one)s; %(other)s", one=COMMITMENTS, other=PAYMENTS))


SALE = "foreign_military_sale"
_UNCAPPED = Phrase(
    _(
        "a foreign military sale has no cap without an estimate of termination liability, and with one its high end, "
        "deliveries and payments must be known"
    )
)
_UNBOUNDED = Phrase(
    _("the outstanding amount is not known, or with an estimate its high end, deliveries or payments are not")
)
_CAP = Phrase(_("a liability estimate with its high end, with deliveries and payments"))
COMMITMENTS = Phrase(_("ledger entries of measure commitment, or a completeness statement of measure commitment"))
PAYMENTS = Phrase(_("ledger entries of measure payment or refund, or a completeness statement of measure payment"))
_ENDED = Reason(
    Phrase(
        _(
            "no contract has both its commitment and its payments known and goes on or was closed: those that ended "
            "without a closing entry stand under unaccounted"
        )
    ),
    Phrase(
        _("an entry of reason de_obligation, termination, settlement or close_out for those, or payments of the others")
    ),
)
COVERAGE = "coverage"
NO_CONTRACT = Reason(
    Phrase(_("no contract has a share here at these dates")),
    Phrase(_("an allocation of a contract, or another as_of, when one had")),
)
#: What can be unknown for another reason than that there is no contract.
WITHOUT_CONTRACTS = frozenset({*SINCE, COVERAGE})
_PAID = _of_contracts(
    _(
        "no payment or refund is recorded %(where)s, and nothing states that the record of them is complete: none on "
        "record does not mean that there was none"
    ),
    _("ledger entries of measure payment or refund, or a completeness statement of measure payment"),
)
_BOTH = _of_contracts(
    _("what was delivered and what was paid are not both known %(where)s"),
    _("ledger entries of measures delivery and payment, or completeness statements of those without entries"),
)
_NOT_LIVE = Reason(
    Phrase(_("no contract here is live by what is on record, so none has a day on which it was last shown alive")),
    Phrase(_("a contract status change to a live state, or one of act confirmation")),
)


REASONS: Reasons = {
    "ceiling": _of_contracts(
        _("no ceiling is recorded %(where)s"), _("ledger entries of measure ceiling: the value with all options")
    ),
    "funded": _of_contracts(
        _("no funding is recorded %(where)s"), _("ledger entries of measure funding: the money made available")
    ),
    "committed": _committed,
    "paid": _PAID,
    "paid_uncommitted": _PAID,
    "paid_known_through.earliest": _PAID,
    "paid_known_through.latest": _PAID,
    "paid_basis": _PAID,
    "outstanding": _outstanding,
    "unaccounted": _unaccounted,
    "delivered": _of_contracts(
        _(
            "no delivery is recorded %(where)s, and nothing states that the record of them is complete: none on record "
            "does not mean that there was none"
        ),
        _("ledger entries of measure delivery, or a completeness statement of measure delivery"),
    ),
    "payable_now": _BOTH,
    "advance_at_risk": _BOTH,
    "termination_liability.low": _of_open_end(
        RANGES["termination_liability"]["low"],
        _(
            "%(where)s, no estimate of termination liability gives its low end: there is none in view, or it withholds "
            "it"
        ),
        _("a liability estimate with its low end for each contract with money committed"),
    ),
    "termination_liability.point": _of_open_end(
        RANGES["termination_liability"]["point"],
        _("%(where)s, no estimate of termination liability gives its point: there is none in view, or it withholds it"),
        _("a liability estimate with its point for each contract with money committed"),
    ),
    "termination_liability.high": _of_open_end(
        RANGES["termination_liability"]["high"],
        _(
            "%(where)s, no estimate of termination liability gives its high end: there is none in view, or it "
            "withholds it"
        ),
        _("a liability estimate with its high end for each contract with money committed"),
    ),
    "exit_exposure.low": _of_open_end(
        "exit_low",
        _(
            "%(where)s, what was delivered or paid is not known, or an estimate of termination liability gives no low "
            "end"
        ),
        _("deliveries and payments, or completeness statements of both; and the low end of an estimate that has none"),
    ),
    "exit_exposure.high": _exit_high,
    "avoidable.low": _of_open_end(
        RANGES["avoidable"]["low"],
        _("it is what is outstanding less the high end of exit_exposure, and %(where)s, one of the two is not known"),
        _("what fills outstanding and exit_exposure.high"),
    ),
    "avoidable.high": _of_open_end(
        RANGES["avoidable"]["high"],
        _("it is what is outstanding less the low end of exit_exposure, and %(where)s, one of the two is not known"),
        _("what fills outstanding and exit_exposure.low"),
    ),
    "exit_paid": _of_contracts(
        _(
            "no compensation and no payment as a settlement or for termination is recorded %(where)s, and nothing "
            "states that the record of compensation is complete: none on record does not mean that leaving cost nothing"
        ),
        _(
            "ledger entries of measure compensation, payments of reason settlement or termination, or a completeness "
            "statement of measure compensation"
        ),
    ),
    "guarantees_held": _of_contracts(
        _("no guarantee is recorded %(where)s"),
        _("the guarantees that were given, and what was called or released"),
    ),
    "committed_since": _committed_since,
    "paid_since": _paid_since,
    "paid_since_rehomed": _paid_since,
    "paid_since_uncertain": _paid_since,
    "confirmed_on.earliest": lambda _row: _NOT_LIVE,
    "confirmed_on.latest": lambda _row: _NOT_LIVE,
    "presumed.outstanding": _presumed,
    "next_due": _of_contracts(
        _("no milestone is open %(where)s: none is recorded, all are met, or the contracts have ended"),
        _("milestones with the day on which they fall due"),
    ),
    "next_due.amount": lambda _row: Reason(
        Phrase(_("no amount is recorded for the milestones that fall due that day")),
        Phrase(_("a milestone of that day with its amount")),
    ),
    COVERAGE: lambda _row: Reason(
        Phrase(
            _(
                "no commitment is on record, or nothing is committed, so there is nothing of which a share could be "
                "known"
            )
        ),
        Phrase(_("ledger entries of measure commitment")),
    ),
}

_UNDECIDED = Reason(
    Phrase(_("no decision about the program's status is in view")), Phrase(_("a status change of kind decision"))
)
_UNALLOCATED = Reason(
    Phrase(_("this is the share of contracts that no program has")),
    Phrase(_("an allocation of the rest of the contracts to a program")),
)
_WITHOUT_SUPPLIER = Reason(
    Phrase(_("no lead supplier of the contracts is in view")), Phrase(_("a contract party of role lead_supplier"))
)
#: Keys of rows, and what is shown of them.
OF_KEYS: Mapping[str, Reason] = {
    "program": _UNALLOCATED,
    "program.status": _UNDECIDED,
    "program.status_since": _UNDECIDED,
    "program_status": Reason(
        Phrase(_("no program has this share of contracts, or no decision about its status is in view")),
        Phrase("%(one)s; %(other)s", one=_UNALLOCATED.fill, other=_UNDECIDED.fill),
    ),
    "domain": _UNALLOCATED,
    "supplier": _WITHOUT_SUPPLIER,
    "supplier_group": _WITHOUT_SUPPLIER,
    "supplier_country": _WITHOUT_SUPPLIER,
    "contract_status": Reason(
        Phrase(_("no status of the contracts is in view")), Phrase(_("a contract status change"))
    ),
    "fiscal_year": Reason(
        Phrase(_("no day of signature of the contracts is known")), Phrase(_("signed_on of the contracts"))
    ),
    "currency": NO_CONTRACT,
}
