"""Random histories of a small portfolio, and random questions about it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from procurement.common.dates import Asked
from procurement.contracts.models import ContractStatusChange, Guarantee
from procurement.exposure.answering import GROUPINGS, Question
from procurement.exposure.sql.grouping import FILTERS
from procurement.ledger.models import LedgerEntry, Measure
from procurement.programs.models import StatusChange
from tests.exposure.stage import History, Stage

#: Few days, so that facts fall on the same one.
DAYS = [dt.date(2019, 1, 1) + dt.timedelta(days=97 * n) for n in range(10)]
#: A day after everything that happens.
LATER = dt.date(2023, 1, 1)
SHARES = ["0", "0.25", "0.333333", "0.5", "1"]
#: Ends of an estimate that are given together; none of them when it is withheld.
ENDS_GIVEN = [("low",), ("point",), ("high",), ("low", "high"), ("point", "high"), ("low", "point", "high")]

days = st.sampled_from(DAYS)
#: Also on the last day of one fiscal year and the first of the next.
due_days = st.sampled_from(
    [*DAYS, dt.date(2020, 3, 31), dt.date(2020, 4, 1), dt.date(2020, 9, 30), dt.date(2020, 10, 1)]
)
#: Days from when it was true until it is published; below zero it is announced.
lags = st.sampled_from([0, 0, 0, 0, -40, 60, 400])
few = st.sampled_from([0, 0, 1, 2])
any_contract = st.integers(0, 11)


def words(given: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(list(given))


def step(act: str, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"act": st.just(act), "on": days, "lag": lags} | parts)


amounts = st.decimals("0.01", "99999.99", places=2)
#: Zero is an estimate, and none is not.
ends = st.lists(st.just(Decimal(0)) | amounts | amounts, min_size=3, max_size=3)
contracts = st.fixed_dictionaries(
    {
        "currency": words(["JPY", "JPY", "JPY", "USD", "EUR"]),
        "buyer": few,
        "supplier": few,
        "method": words(["domestic", "foreign_military_sale"]),
        "signed_on": st.none() | days,
        "ends_on": st.none() | st.none() | st.sampled_from([DAYS[6], LATER]),
        "published_on": days,
        "program": few,
        "share": st.sampled_from(SHARES),
        "awarded": st.none() | amounts | amounts,
        "books_open": st.booleans(),
        "estimated": st.none() | st.tuples(st.sampled_from(ENDS_GIVEN), ends),
    }
)
entering = step(
    "enter",
    contract=any_contract,
    measure=words(Measure.values),
    amount=amounts,
    sign=st.sampled_from([1, 1, -1]),
    reason=words(LedgerEntry.Reason.values),
)
#: It happened by then, and nobody knows how long before.
entering_by = step(
    "enter",
    contract=any_contract,
    measure=words(["commitment", "payment", "payment"]),
    amount=amounts,
    sign=st.just(1),
    effective_precision=st.just("by"),
)
moving = step("enter", contract=any_contract, measure=words(["commitment", "payment"]), amount=amounts, sign=st.just(1))
stopping = step("decide", program=few, status=words(["suspended", "cancelled", "active"]))
counting = step(
    "enter", contract=any_contract, measure=words(["funding", "delivery", "delivery"]), amount=amounts, sign=st.just(1)
)
settling = step(
    "enter",
    contract=any_contract,
    measure=words(["payment", "compensation"]),
    amount=amounts,
    sign=st.just(1),
    reason=words(["settlement", "termination"]),
)
owing = step(
    "owe",
    contract=any_contract,
    kind=words(["payment", "payment", "delivery"]),
    due_on=due_days,
    amount=st.none() | amounts | amounts,
    times=st.sampled_from([1, 1, 3]),
)
meeting = step("meet", fact=st.integers(0, 9), measure=words(["payment", "delivery", "funding"]), amount=amounts)
estimating = step("estimate", contract=any_contract, given=st.sampled_from(ENDS_GIVEN), amounts=ends)
withholding = step(
    "estimate",
    contract=any_contract,
    given=st.sampled_from([(), (), ("high",)]),
    amounts=st.tuples(amounts),
    withheld=st.just(True),
)
securing = step(
    "secure",
    contract=any_contract,
    kind=words(Guarantee.Kind.values),
    event=words(["given", "given", "called", "released"]),
    amount=amounts,
    valid_until=st.none() | st.sampled_from([DAYS[6], LATER]),  # days that are asked for, and the last of its life
    beside=st.none() | amounts,
)
dealings = st.one_of(
    counting,
    settling,
    owing,
    owing.map(dict),
    meeting,
    meeting.map(dict),
    meeting.map(dict),
    estimating,
    withholding,
    securing,
    securing.map(dict),
    step("open_books", contract=any_contract),  # what decides whether the figures of leaving are known at all
)
rehoming = st.one_of(
    step("share", contract=any_contract, program=few, share=words(SHARES)),
    step("share", contract=any_contract, program=few, share=st.just("0")),
    step("rehome", contract=any_contract, program=few, other=few, share=words(SHARES), rest=words(SHARES)),
)
linking = step(
    "link",
    among=words(["supplier", "supplier", "buyer"]),
    one=st.integers(0, 3),
    other=st.integers(0, 3),
    kind=words(["same_as", "part_of"]),
)
steps = st.one_of(
    entering,
    moving,
    moving.map(dict),  # as often again: what moves, and stops, is what matters most
    stopping,
    stopping.map(dict),
    *([dealings] * 4),
    step(
        "decide", program=few, status=words(StatusChange.Status.values), scope=words(["whole", "part"]), sequence=few
    ),
    step(
        "say", program=few, status=words(["", "active", "suspended", "cancelled"]), speaker=words(["A", "B"]),
        side=words(["buyer", "buyer", "other"]),
    ),
    step(
        "state_complete",
        contract=any_contract,
        measure=words(["payment", "payment", "delivery", "commitment", "compensation"]),
    ),
    entering_by,
    step("tell", contract=any_contract, told=words(["confirmation", "confirmation", "show_cause"])),
    step("put", contract=any_contract, status=words(ContractStatusChange.Status.values)),
    step("put", contract=any_contract, status=words(["active", "completed", "terminated"])),
    rehoming,
    step("join", contract=any_contract, supplier=few, role=words(["lead_supplier", "supplier", "agent"])),
    linking,
    linking.map(dict),
    step("take_back", fact=st.integers(0, 60)),
    step("correct", fact=st.integers(0, 60), amount=amounts, day=st.none() | due_days),
    step("part_ways", contract=any_contract, other=few, share=words(SHARES), rest=words(SHARES), amount=amounts),
    step("stop_again", program=few, again=words(["suspended", "cancelled"])),
)  # fmt: skip


histories = st.builds(
    History,
    st.lists(contracts, min_size=2, max_size=4),
    st.lists(steps, min_size=12, max_size=32),
)


@dataclass(frozen=True)
class Asking:
    """Draws questions about a stage."""

    stage: Stage
    groupings: Sequence[str] = field(default_factory=lambda: [name for name in GROUPINGS if name != "none"])

    @property
    def asked(self) -> st.SearchStrategy[Asked]:
        late = st.just(LATER)
        moment = st.none() | st.none() | st.none() | st.sampled_from(self.stage.moments)
        return st.builds(Asked, days | late | late, st.none() | st.none() | st.none() | days, moment)

    @property
    def filters(self) -> st.SearchStrategy[dict[str, list[Any]]]:
        one = st.sampled_from(sorted(FILTERS)).flatmap(
            lambda name: st.tuples(
                st.just(name), st.lists(st.sampled_from(self.stage.accepted(name)), min_size=1, max_size=2, unique=True)
            )
        )
        return st.just({}) | st.lists(one, max_size=2).map(dict)

    @property
    def of_a_day(self) -> st.SearchStrategy[Question]:
        """Questions that what is kept can answer: about everything known, mostly by one grouping."""
        groups = st.lists(st.sampled_from(list(self.groupings)), max_size=2, unique=True).map(tuple)
        return st.builds(Question, st.builds(Asked, days | st.just(LATER)), groups, st.just({}) | self.filters)

    @property
    def questions(self) -> st.SearchStrategy[Question]:
        groups = st.lists(st.sampled_from(list(self.groupings)), max_size=3, unique=True).map(tuple)
        return st.builds(Question, self.asked, groups, self.filters)
