"""What the whole sample flags on five days, and that no flag says more of a contract than somebody has said."""

import datetime as dt

import pytest

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, ContractStatusChange, ProgramAllocation
from procurement.contracts.states import CLOSING, LIVE
from procurement.flags.rule import Finding
from procurement.flags.screening.screen import backtest
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import Program
from tests.flags.sample_table import DAYS, TABLE, Row
from tests.makers import day

pytestmark = pytest.mark.django_db

TWO_YEARS = dt.timedelta(days=730)
MOVES = ("commitment", "funding", "delivery", "payment", "refund")


@pytest.fixture(scope="module")
def found(whole_sample, django_db_blocker) -> dict[str, list[Finding]]:
    """What is flagged on each day."""
    with django_db_blocker.unblock():
        return {on: backtest(Asked(day(on))) for on in DAYS}


def as_rows(found: dict[str, list[Finding]]) -> set[Row]:
    """What is flagged in the form of the table."""
    codes = dict(Program.objects.values_list("id", "code"))
    references = dict(Contract.objects.values_list("id", "reference"))
    severities: dict[tuple[str, str, str, str], dict[str, str]] = {}
    for on, flags in found.items():
        for each in flags:
            about = (codes.get(each.program_id or 0, ""), references.get(each.contract_id or 0, ""))
            key = (each.rule, *about, each.condition_since.isoformat())
            severities.setdefault(key, {})[on] = each.severity[0]
    return {Row(*key, "".join(by_day.get(on, "-") for on in DAYS), "?") for key, by_day in severities.items()}


def differences(found: set[Row]) -> str:
    """What is too much in the table and what is missing, as lines to take out of it or to paste into it."""
    expected = {row._replace(why="?") for row in TABLE}
    lines = [f"- {row}" for row in sorted(expected - found)] + [f"+ {row}" for row in sorted(found - expected)]
    return "\n".join(lines)


def test_the_sample_is_flagged_as_its_record_gives_it(found):
    assert differences(as_rows(found)) == ""


@pytest.mark.parametrize("on", DAYS)
def test_no_flag_says_that_a_contract_lives_where_nobody_has_said_so_for_two_years(found, on):
    for flag in found[on]:
        spoken = last_word(flag, day(on))
        if spoken is not None and day(on) - spoken >= TWO_YEARS:
            assert (flag.severity, flag.rule != "no-exit-estimate") == ("low", True), flag.summary
            words = (f"last known {spoken}", f"nobody has said since {spoken} whether it still runs")
            assert any(each in flag.summary for each in words), flag.summary


def last_word(flag: Finding, on: dt.date) -> dt.date | None:
    """The newest day that shows the live contract of a flag alive, or any of its program's."""
    if flag.contract_id is not None and flag.evidence.get("contract_status") in LIVE:
        return shown_alive(flag.contract_id, on)
    if flag.rule == "stale-sources" and flag.program_id is not None:
        ids = Contract.objects.of_program(flag.program_id).values_list("pk", flat=True)
        return max(shown_alive(pk, on) for pk in ids if lives(pk, on) and belongs(pk, flag.program_id, on))
    return None


def shown_alive(contract_id: int, on: dt.date) -> dt.date:
    mine = {"contract": contract_id, "effective_on__lte": on}
    said = ContractStatusChange.objects.filter(**mine, status__in=(*LIVE, "pending"))
    said |= ContractStatusChange.objects.filter(**mine, act="confirmation")
    moved = LedgerEntry.objects.filter(**mine, measure__in=MOVES).exclude(reason__in=CLOSING)
    days: list[dt.date] = [row.effective_on for row in (*said, *moved)]
    return max(days)


def lives(contract_id: int, on: dt.date) -> bool:
    states = ContractStatusChange.objects.filter(contract=contract_id, act="state", effective_on__lte=on)
    last = states.order_by("effective_on", "id").last()
    return last is not None and last.status in LIVE


def belongs(contract_id: int, program_id: int | None, on: dt.date) -> bool:
    shares = ProgramAllocation.objects.filter(contract=contract_id, program=program_id, effective_on__lte=on)
    return bool(shares.order_by("effective_on", "id")[shares.count() - 1].share > 0)
