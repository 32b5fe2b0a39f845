"""What was said of the money of programs of which the ledger knows nothing."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from procurement.common.dates import Asked
from procurement.common.dating import Dated
from procurement.figures.models import ReportedFigure

#: What tells most of what a stop costs comes first.
MEASURES = ("unsettled", "termination_cost", "settlement", "claim_supplier", "contracted", "paid", "spent", "unpaid")


@dataclass(frozen=True)
class SaidOf:
    """One reported total about a program."""

    measure: str
    low: Decimal | None
    high: Decimal | None
    currency: str
    speaker: str
    as_of: Dated


def said_of_money(asked: Asked, program_ids: Collection[int]) -> Mapping[int, list[SaidOf]]:
    """The latest figure of each measure about each program, what tells most of the cost first. One query."""
    if not program_ids:
        return {}
    about = ReportedFigure.objects.standing(asked).filter(program__in=program_ids, measure__in=MEASURES, withheld=False)
    latest: dict[tuple[int, str], SaidOf] = {}
    for row in about.order_by("as_of_date", "id"):
        low, high = row.ends
        if low is not None or high is not None:
            as_of = Dated(row.as_of_date, row.as_of_precision)
            latest[row.program_id or 0, row.measure] = SaidOf(row.measure, low, high, row.currency, row.speaker, as_of)
    found: dict[int, list[SaidOf]] = defaultdict(list)
    for (program, _), said in sorted(latest.items(), key=lambda each: MEASURES.index(each[0][1])):
        found[program].append(said)
    return found
