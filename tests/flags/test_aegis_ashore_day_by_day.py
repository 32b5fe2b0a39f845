"""The founding case replayed: what each day would have seen of Aegis Ashore and its successor, worked out by hand.

The table was written from facts/aegis_ashore.md and fixtures/*.yaml, and each row says why it must be so. Figures that
changed (`refreshed`) are left out.
"""

from typing import NamedTuple

import pytest

from procurement.contracts.models import Contract
from procurement.flags.evaluation.scope import of_programs
from procurement.flags.history.replay import Past, turns
from procurement.flags.rules import all_rules
from procurement.programs.models import Program
from tests.makers import day
from tests.samples import load_whole_sample

pytestmark = pytest.mark.django_db

SUSPENDED, CANCELLED = "suspended-program-active-contract", "cancelled-program-active-contract"
PAID, DISPUTED = "payment-after-stop", "disputed-status"
UNESTIMATED, SILENT = "no-exit-estimate", "stale-sources"
AEGIS, VESSELS = "aegis-ashore", "asev"


class Row(NamedTuple):
    day: str
    kind: str
    rule: str
    program: str
    contract: str
    severity: str
    #: why that day, that severity
    why: str


TABLE = [
    # 15 June 2020: Kono halts the process; public at 17:30 that day. Nothing is known of payments before 24 June, so
    # the whole of each commitment is unaccounted for. No source says in which state A5 and A6 were.
    Row("2020-06-15", "opened", SUSPENDED, AEGIS, "AA-A1", "high", "138,182,651,640 committed, at least a billion"),
    Row("2020-06-15", "opened", SUSPENDED, AEGIS, "AA-A2", "high", "1,741,788,950 committed, at least a billion"),
    Row("2020-06-15", "opened", SUSPENDED, AEGIS, "AA-A3", "high", "34,955,000,000 committed, at least a billion"),
    Row("2020-06-15", "opened", SUSPENDED, AEGIS, "AA-A4", "medium", "469,700,000 committed, below a billion"),
    # 21 June: unnamed government officials say 撤回, withdrawn. The US official of that day is no part of the buyer's
    # side, and agrees with the standing word. Abe's “cannot proceed” of 16 June names no status.
    Row(
        "2020-06-21",
        "opened",
        DISPUTED,
        AEGIS,
        "",
        "medium",
        "the buyer's officials say cancelled, the decision suspended",
    ),
    # 15 July: thirty days have passed, and nobody has published what leaving would cost.
    Row("2020-07-15", "opened", UNESTIMATED, AEGIS, "AA-A1", "medium", "stopped for 30 days, no estimate"),
    Row("2020-07-15", "opened", UNESTIMATED, AEGIS, "AA-A2", "medium", "stopped for 30 days, no estimate"),
    Row("2020-07-15", "opened", UNESTIMATED, AEGIS, "AA-A3", "medium", "stopped for 30 days, no estimate"),
    Row("2020-07-15", "opened", UNESTIMATED, AEGIS, "AA-A4", "medium", "stopped for 30 days, no estimate"),
    # 13 September is day 90 of the stop (15 June and 90 days): one step up for what was not high already.
    Row("2020-09-13", "escalated", SUSPENDED, AEGIS, "AA-A4", "high", "medium from the first day, high from day 90"),
    # 18 December: the Cabinet decides for vessels instead. That A1 and A3 go to them is not public yet, so all four are
    # contracts of a cancelled program.
    # Kono said 配備断念 last on 4 September, and nobody on the buyer's side who said so has taken it back.
    Row("2020-12-18", "resolved", DISPUTED, AEGIS, "", "medium", "a new decision about the whole"),
    Row("2020-12-18", "resolved", SUSPENDED, AEGIS, "AA-A1", "high", "cancelled, no longer suspended"),
    Row("2020-12-18", "resolved", SUSPENDED, AEGIS, "AA-A2", "high", "cancelled, no longer suspended"),
    Row("2020-12-18", "resolved", SUSPENDED, AEGIS, "AA-A3", "high", "cancelled, no longer suspended"),
    Row("2020-12-18", "resolved", SUSPENDED, AEGIS, "AA-A4", "high", "cancelled, no longer suspended"),
    Row("2020-12-18", "opened", CANCELLED, AEGIS, "AA-A1", "high", "128,482,651,640 outstanding"),
    Row("2020-12-18", "opened", CANCELLED, AEGIS, "AA-A2", "high", "1,741,788,950 outstanding"),
    Row("2020-12-18", "opened", CANCELLED, AEGIS, "AA-A3", "high", "28,455,000,000 outstanding"),
    Row("2020-12-18", "opened", CANCELLED, AEGIS, "AA-A4", "high", "469,700,000 outstanding"),
    # 25 April 2021: nothing has shown A2 alive since its award of 26 April 2019, 730 days before. That it runs is only
    # presumed from here on: its flag of the cancellation is refreshed to low, and no estimate is asked for.
    Row("2021-04-25", "resolved", UNESTIMATED, AEGIS, "AA-A2", "medium", "presumed: 730 days after 26 April 2019"),
    # 16 June 2021: the last fact about the program or a contract of it became public on 18 December, 180 days before.
    Row("2021-06-16", "opened", SILENT, AEGIS, "", "low", "180 days without a new fact"),
    # 18 June 2021: the ministry says that the radar goes to the vessels, so since 18 December it was theirs.
    Row("2021-06-18", "resolved", SILENT, AEGIS, "", "low", "a fact about the program: a contract has left it"),
    Row("2021-06-18", "resolved", CANCELLED, AEGIS, "AA-A3", "high", "the vessels' since 18 December 2020"),
    Row("2021-06-18", "resolved", UNESTIMATED, AEGIS, "AA-A3", "medium", "the vessels', which nobody stopped"),
    # 11 July 2021: Akahata has the ministry's 14.4 billion for the radar by March 2021, so 7.9 billion in fiscal 2020.
    # The period (1 April 2020 to 31 March 2021) overlaps the days of the stop on which the radar was the program's
    # (16 June to 17 December 2020). The rest of the 8.1 billion is on the remainder.
    Row("2021-07-11", "opened", PAID, AEGIS, "AA-A3", "medium", "7,900,000,000 in a period that overlaps the stop"),
    # The same happens to A4, awarded on 29 November 2019, and to A1, whose last payment was of the fiscal year to
    # 31 March 2020, by what is public then.
    Row("2021-11-28", "resolved", UNESTIMATED, AEGIS, "AA-A4", "medium", "presumed: 730 days after 29 November 2019"),
    # 7 January 2022: nothing new since 11 July 2021.
    Row("2022-01-07", "reopened", SILENT, AEGIS, "", "low", "180 days without a new fact"),
    Row("2022-03-31", "resolved", UNESTIMATED, AEGIS, "AA-A1", "medium", "presumed: 730 days after 31 March 2020"),
    # 10 December 2024: the written answer says that the Aegis system went to the vessels too.
    Row("2024-12-10", "resolved", SILENT, AEGIS, "", "low", "the written answer, and its figures"),
    Row("2024-12-10", "resolved", CANCELLED, AEGIS, "AA-A1", "low", "the vessels' since 18 December 2020"),
    # 27 September 2025: nothing new since the budget of fiscal 2017 to 2020 was told, by 31 March 2025.
    Row("2025-09-27", "reopened", SILENT, AEGIS, "", "low", "180 days without a new fact"),
    # The vessels were approved and never stopped: their ships, and A1 and A3 under them, have no flag. What has none
    # anywhere: no commitment after 15 June 2020; no contract with an end date, under a stop-work order, paid beyond its
    # commitment (A6: 2.7 of 2.7 billion) or with a payment milestone; deliveries (A4 by March 2021, A3 by fiscal 2023)
    # are overdue, but what was delivered is unknown; no two reports of one scope differ by more than their rounding.
]


def replayed(first: str, last: str, **more) -> list[Row]:
    """What a past would have seen of the two programs, without reasons."""
    codes = dict(Program.objects.filter(code__in=[AEGIS, VESSELS]).values_list("id", "code"))
    references = dict(Contract.objects.values_list("id", "reference"))
    past = Past(day(first), day(last), all_rules(), scope=of_programs(codes), **more)
    found = [(turn, turn.finding) for turn in turns(past) if turn.kind != "refreshed"]
    return [
        Row(
            turn.day.isoformat(), turn.kind, finding.rule, codes.get(finding.program_id or 0, ""),
            references.get(finding.contract_id or 0, ""), finding.severity, "",
        )
        for turn, finding in found
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def sample():
    """The sample portfolio."""
    load_whole_sample()


def test_each_flag_turns_on_the_day_that_the_facts_give():
    expected = [row._replace(why="") for row in TABLE]
    assert sorted(replayed("2017-12-01", "2025-12-31")) == sorted(expected)
