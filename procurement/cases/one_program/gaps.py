"""What nobody knows of a program, by this record, and what kind of source would tell."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement.cases.lagging import Lag
from procurement.cases.one_program.money import Money
from procurement.programs.standing import Standing


@dataclass(frozen=True)
class Gap:
    """One thing that is unknown; `what` and `tells` are in the active language."""

    key: str
    what: str
    tells: str
    figure: str = ""
    currency: str = ""
    #: the largest matter most to a reader
    weight: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Known:
    """What gaps are looked for in."""

    standing: Standing
    lag: Lag | None
    money: tuple[Money, ...]
    withheld: int = 0
    unscheduled: tuple[str, ...] = ()
    undated: int | None = None
    reported_exit: bool = False


def gaps_of(known: Known) -> tuple[Gap, ...]:
    """Everything that is unknown, what matters most first."""
    found = [*_of_status(known), *_of_record(known)]
    for money in known.money:
        found += _of_money(money, known)
    return tuple(sorted(found, key=lambda gap: -gap.weight))


def _of_status(known: Known) -> Iterator[Gap]:
    if known.standing.status is None:
        yield Gap(
            "status",
            _("Whether the program goes on: no decision about its status is on record here."),
            _("A decision of the body that decides: a cabinet, a minister or a parliament."),
            weight=100,
        )
    if known.standing.is_stopped and known.lag is not None and known.lag.contract_act is None and known.money:
        yield Gap(
            "contract_act",
            _("Whether any contract was stopped when the program was: no order to a supplier is on record here."),
            _("A notice to the supplier, a contract modification, or an answer to a parliament's question."),
            weight=60,
        )
    if known.standing.is_stopped and known.lag is not None and known.lag.notified is None and known.money:
        yield Gap(
            "notified",
            _("When the other side of the contracts was told."),
            _("A notice to the supplier, or a statement of the supplier to its shareholders."),
            weight=25,
        )


def _of_record(known: Known) -> Iterator[Gap]:
    if not known.money:
        yield Gap(
            "contracts",
            _("What was signed and paid: no contract of this program is on record here."),
            _("A notice of award, a budget paper that names contracts, or an auditor's report."),
            weight=95,
        )
    if known.withheld:
        yield Gap(
            "withheld",
            ngettext(
                "What one estimate says: it exists and is kept secret.",
                "What %(count)s estimates say: they exist and are kept secret.",
                known.withheld,
            )
            % {"count": known.withheld},
            _("The same figure in an audit, a court's judgment or a parliament's inquiry."),
            weight=40,
        )
    if known.undated:
        yield Gap(
            "undated",
            ngettext(
                "When one fact became public: it is left out of this view.",
                "When %(count)s facts became public: they are left out of this view.",
                known.undated,
            )
            % {"count": known.undated},
            _("The day on which the document was published."),
            weight=30,
        )


def _of_money(money: Money, known: Known) -> Iterator[Gap]:
    yield from _of_paid(money)
    yield from _of_owed(money, known)
    yield from _of_leaving(money, known)


def _of_paid(money: Money) -> Iterator[Gap]:
    row = money.now
    if row is None or not row.contracts:
        return
    payments = _("A settlement of accounts, a budget execution report, an auditor's report or an answer in parliament.")
    if money.figures["paid"] is None:
        what = ngettext(
            "What was paid: no payment under its one contract is on record here.",
            "What was paid: no payment under any of its %(count)s contracts is on record here.",
            row.contracts,
        )
        yield Gap("paid", what % {"count": row.contracts}, payments, "paid", money.currency, 80)
    elif unknown := row.uncovered["paid"]:
        what = ngettext(
            "What was paid under one of its contracts.",
            "What was paid under %(count)s of its contracts.",
            unknown,
        )
        yield Gap("paid-part", what % {"count": unknown}, payments, "paid", money.currency, 55)
    if row.contracts_without_commitment:
        count = row.contracts_without_commitment
        what = ngettext(
            "What one of its contracts is worth.",
            "What %(count)s of its contracts are worth.",
            count,
        )
        tells = _("A notice of award, the contract itself, or a list of contracts by the buyer.")
        yield Gap("committed", what % {"count": count}, tells, "committed", money.currency, 50)


def _of_owed(money: Money, known: Known) -> Iterator[Gap]:
    if money.age.presumed:
        what = ngettext(
            "Whether one contract still runs: nothing has been heard of it for years.",
            "Whether %(count)s contracts still run: nothing has been heard of them for years.",
            money.age.presumed,
        )
        tells = _("Any document that names the contract: a payment, a delivery, a modification or its end.")
        yield Gap("presumed", what % {"count": money.age.presumed}, tells, "presumed", money.currency, 70)
    if money.currency in known.unscheduled:
        what = _("When what is outstanding falls due.")
        tells = _("The contract's schedule of payments, or a budget that shows later years' burden.")
        yield Gap("unscheduled", what, tells, "outstanding", money.currency, 45)


def _of_leaving(money: Money, known: Known) -> Iterator[Gap]:
    row = money.now
    if row is None or not row.contracts or not known.standing.is_stopped:
        return
    outstanding = money.figures["outstanding"]
    if money.figures["exit_high"] is None and money.live and outstanding != 0:
        what = _("What leaving would cost at most: no estimate on record here caps it.")
        tells = _("An estimate of termination liability by the buyer, the supplier or an auditor.")
        yield Gap("exit_exposure", what, tells, "exit_exposure", money.currency, 75)
    if money.figures["exit_paid"] is None and not known.reported_exit:
        what = _("What leaving has cost: no settlement or compensation is on record here.")
        tells = _("A settlement agreement, a court's judgment, or the accounts of either side.")
        yield Gap("exit_paid", what, tells, "exit_paid", money.currency, 35)
