"""Random histories for rules: those of exposure, and what only rules read."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from procurement.figures.models import ReportedFigure
from tests.exposure import histories as exposure
from tests.exposure.histories import (
    DAYS,
    LATER,
    amounts,
    any_contract,
    days,
    due_days,
    few,
    rehoming,
    step,
    stopping,
    words,
)
from tests.exposure.stage import History

#: A sum that is nearly another, so that some reports agree.
round_sums = st.sampled_from([1_000, 1_005, 2_000])
#: The last days of periods, as a source that says no day is stored.
PERIODS = [
    ("month", dt.date(2019, 9, 30)),
    ("month", dt.date(2020, 6, 30)),
    ("quarter", dt.date(2019, 12, 31)),
    ("fiscal_year", dt.date(2020, 3, 31)),
    ("year", dt.date(2020, 12, 31)),
    ("by", dt.date(2020, 12, 31)),
]


def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, **other}


#: Most live from the first day; some are of no program, balance a published total, or end in the middle of it all.
contracts = st.builds(
    joined,
    exposure.contracts,
    st.fixed_dictionaries(
        {
            "program": st.none() | few | few,
            "status": words(["pending", *["active"] * 6]),
            "ends_on": st.none() | days,
            "is_remainder": st.sampled_from([False] * 9 + [True]),
        }
    ),
)
reported: dict[str, Any] = {
    "measure": words(ReportedFigure.Measure.values) | words(["contracted", "paid"]),
    "amount": amounts | round_sums,
    "currency": words(["JPY", "JPY", "USD"]),
    "rounding": st.sampled_from([0, 0, 100]),
    "scope": words(["", "", "radars"]),
    "speaker": words(["A", "B"]),
}
reporting = st.one_of(
    step("report", program=few, **reported),
    step("report", contract=any_contract, **reported),
    step("report_again", program=few, by=amounts | round_sums, **reported),
    step("report_again", contract=any_contract, by=amounts | round_sums, **reported),
)


def dated(period: tuple[str, dt.date]) -> st.SearchStrategy[dict[str, Any]]:
    """A movement of which only the month, quarter or year is known."""
    precision, day = period
    return step(
        "enter",
        on=st.just(day),
        contract=any_contract,
        measure=words(["commitment", "payment", "payment"]),
        amount=amounts,
        sign=st.just(1),
        effective_precision=st.just(precision),
    )


halting = step(
    "put",
    contract=any_contract,
    status=words(["stop_work", "stop_work", "suspended"]),
    until=st.none() | st.just(LATER),
)
disputing = step(
    "dispute", program=few, status=words(["suspended", "cancelled"]), said=words(["active", "cancelled", "suspended"])
)
#: Paid in advance, and to be delivered by a day.
advancing = step("advance", contract=any_contract, amount=amounts, due_on=due_days)
steps = st.one_of(
    *([exposure.steps] * 3),
    stopping,
    disputing,
    rehoming,
    reporting,
    st.sampled_from(PERIODS).flatmap(dated),
    *([halting] * 2),
    advancing,
)
histories = st.builds(
    History,
    st.lists(contracts, min_size=2, max_size=4),
    st.lists(steps, min_size=10, max_size=24),
)
#: Days to look at: those on which things happen, some weeks after, and one after all of them.
asked_days = st.sampled_from(
    [*DAYS[2:], *(day + dt.timedelta(days=40) for day in DAYS[2:]), DAYS[-1] + dt.timedelta(days=200), LATER]
)
