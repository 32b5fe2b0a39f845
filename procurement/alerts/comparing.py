"""What was outstanding and committed when a digest's period began, and when it ended."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from procurement.alerts.models import Alert
from procurement.common.dates import Asked
from procurement.common.money import as_text, trimmed
from procurement.exposure.valuing import ContractValue, value_contracts

#: The figures of a digest, the first one first.
FIGURES = ("outstanding", "committed")
#: What figures are of: all shares of a program, a whole contract, a program's share of a contract.
PROGRAM, CONTRACT, SHARE = "program", "contract", "share"


@dataclass(frozen=True)
class Values:
    """The values of some programs' shares and of some contracts at one moment."""

    of_programs: Sequence[ContractValue]
    of_contracts: Sequence[ContractValue]


def compared(alerts: Iterable[Alert], *, since: dt.datetime, until: dt.datetime) -> list[dict[str, Any]]:
    """For each program and contract of the alerts its figures at both moments, in the order of the alerts.

    A bounded number of queries, however many they are. As they were recorded by then: what was entered later for an
    earlier day is a change of the period in which it was entered.
    """
    told = list(alerts)
    programs = {each.program_id: each for each in told if each.program_id is not None}
    contracts = {each.contract_id: each for each in told if each.contract_id is not None}
    before, after = (_values(moment, programs, contracts) for moment in (since, until))
    found = [_of_program(pk, alert, before, after) for pk, alert in programs.items()]
    for pk, alert in contracts.items():
        found += _of_contract(pk, alert, before, after)
    return found


def _values(moment: dt.datetime, programs: Collection[int], contracts: Collection[int]) -> Values:
    asked = Asked(timezone.localdate(moment), recorded_by=moment)
    return Values(
        value_contracts(asked, program_ids=programs) if programs else (),
        value_contracts(asked, contract_ids=contracts) if contracts else (),
    )


def _of_program(pk: int, alert: Alert, before: Values, after: Values) -> dict[str, Any]:
    own = [[value for value in values.of_programs if value.program_id == pk] for values in (before, after)]
    return {"of": PROGRAM, "program": _named(alert, PROGRAM), "contract": None, "share": None} | _amounts(*own)


def _of_contract(pk: int, alert: Alert, before: Values, after: Values) -> list[dict[str, Any]]:
    """The whole contract, and the share of the alert's program where that is a part."""
    whole = [[value for value in values.of_contracts if value.contract_id == pk] for values in (before, after)]
    named = {"program": _named(alert, PROGRAM), "contract": _named(alert, CONTRACT)}
    found = [{"of": CONTRACT, **named, "share": None} | _amounts(*whole)]
    own = [[value for value in values if value.program_id == alert.program_id] for values in whole]
    shares = [values[0].share for values in own if values]
    if alert.program_id is not None and any(share != 1 for share in shares):
        found.append({"of": SHARE, **named, "share": trimmed(shares[-1])} | _amounts(*own))
    return found


#: What is kept of a program or contract beside its figures.
NAMES = {PROGRAM: ("code", "name", "local_name"), CONTRACT: ("id", "reference", "title", "local_title")}


def _named(alert: Alert, what: str) -> dict[str, Any] | None:
    """A program or contract as the alert calls it."""
    given = alert.payload.get(what)
    return None if given is None else {name: given.get(name) for name in NAMES[what]}


def _amounts(before: Sequence[ContractValue], after: Sequence[ContractValue]) -> dict[str, Any]:
    """Each figure in each currency, before and after."""
    currencies = sorted({value.currency for value in (*before, *after)})
    pairs = [(figure, currency) for figure in FIGURES for currency in currencies]
    return {
        "amounts": [
            {"figure": figure, "currency": currency}
            | _change(_sum(before, figure, currency), _sum(after, figure, currency), currency)
            for figure, currency in pairs
        ]
    }


@dataclass(frozen=True)
class Sum:
    """What is known of a figure, None if nothing is; and of how many contracts it is not."""

    known: Decimal | None
    unknown: int


def _sum(values: Sequence[ContractValue], figure: str, currency: str) -> Sum:
    amounts = [getattr(value, figure) for value in values if value.currency == currency]
    known = [amount for amount in amounts if amount is not None]
    return Sum(sum(known, Decimal()) if known else None, len(amounts) - len(known))


def _change(before: Sum, after: Sum, currency: str) -> dict[str, Any]:
    """Both sums as answers write amounts, and what they differ by where both are known."""
    return {
        "before": as_text(before.known, currency),
        "after": as_text(after.known, currency),
        "change": as_text(_difference(before, after), currency),
        "unknown_before": before.unknown,
        "unknown_after": after.unknown,
    }


def _difference(before: Sum, after: Sum) -> Decimal | None:
    if before.unknown or after.unknown or before.known is None or after.known is None:
        return None
    return after.known - before.known
