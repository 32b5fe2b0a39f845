"""At which share a contract counts for a program: today's for its stock, that of the stop for what moved since."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

from procurement.cases.summing.formulas import Formula
from procurement.common.dates import Asked
from procurement.contracts.models import ProgramAllocation
from procurement.contracts.sharing import Share

ALL, NONE = Decimal(1), Decimal(0)


def shares_of(
    formula: Formula, asked: Asked, program_id: int, contract_ids: Collection[int], stopped_on: dt.date | None
) -> dict[int, Decimal]:
    """The share at which each contract counts in a figure of a program. One query."""
    shares = _allocated(asked, program_id, contract_ids)
    if not formula.since_the_stop:
        return {contract: held(shares[contract]) for contract in contract_ids}
    if stopped_on is None:
        return dict.fromkeys(contract_ids, NONE)
    stopped = {contract: share_at_stop(shares[contract], stopped_on) for contract in contract_ids}
    if formula.rehomed:
        return {contract: max(share - held(shares[contract]), NONE) for contract, share in stopped.items()}
    return stopped


def held(shares: Iterable[Share]) -> Decimal:
    """The share that the last allocation gives; nothing without one."""
    return max(shares, key=lambda each: each.order).share if (shares := list(shares)) else NONE


def share_at_stop(shares: Iterable[Share], stopped_on: dt.date) -> Decimal:
    """The share when the stop began, or the first that the program got later."""
    by_day = {each.effective_on: each.share for each in sorted(shares, key=lambda each: each.order)}
    before = [share for day, share in by_day.items() if day <= stopped_on]
    later = (share for day, share in by_day.items() if day > stopped_on and share > 0)
    return (before[-1] if before else NONE) or next(later, NONE)


def _allocated(asked: Asked, program_id: int, contract_ids: Collection[int]) -> dict[int, list[Share]]:
    rows = ProgramAllocation.objects.standing(asked).filter(program=program_id, contract__in=contract_ids)
    found: dict[int, list[Share]] = defaultdict(list)
    for contract, *parts in rows.values_list(
        "contract_id", "program_id", "share", "effective_on", "published_on", "id"
    ):
        found[contract].append(Share(*parts))
    return found
