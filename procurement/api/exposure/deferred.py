"""Deferred amounts as a figure of exposure: what is outstanding, by the fiscal year in which it falls due."""

from collections.abc import Mapping
from typing import Any

from procurement.common.money import as_text
from procurement.exposure.schedule.answers import Scheduled, deferred
from procurement.exposure.schedule.schedule import Schedule

BY = "fiscal_year"


def with_deferred(body: Mapping[str, Any], found: Scheduled) -> dict[str, Any]:
    """An answer of exposure with deferred amounts in each row and total; both of one question and moment."""
    pairs = {"rows": found.rows, "totals": found.totals}
    figured = {
        name: [row | {"deferred": shown_deferred(each)} for row, each in zip(body[name], schedules, strict=True)]
        for name, schedules in pairs.items()
    }
    return {**body, **figured}


def shown_deferred(found: Schedule) -> dict[str, Any] | None:
    """A schedule by fiscal year as a figure of a row; null if the outstanding amount is unknown."""
    figure, currency = deferred(found), found.currency or ""
    if figure is None:
        return None
    years = [{"fiscal_year": year, "amount": as_text(amount, currency)} for year, amount in figure.years.items()]
    return {"by": BY, "years": years, "unscheduled": as_text(figure.unscheduled, currency)}
