"""What another threshold would open and resolve, before it is set."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from psycopg import sql

from procurement.common.errors import Refused
from procurement.flags.models import Flag, ThresholdChange
from procurement.flags.rule import Days, Limits, Money, Rule
from procurement.flags.thresholds.preview import (
    NAMED,
    Differences,
    PreviewDay,
    compare,
    days_looked_at,
    previewed,
    with_value,
)
from procurement.flags.thresholds.values import change_threshold
from tests.makers import day, decide, make_contract, make_program, post

RULE = "suspended-program-active-contract"
TODAY = day("2020-10-20")
WINDOW = Days("window", 90, reason="r")
LEAST = Money("least", {"JPY": Decimal(50)}, reason="r")
#: A rule whose threshold says what is found at all.
OWED = Rule(
    "owed",
    "A contract with much outstanding",
    lambda of: sql.SQL(
        "SELECT c.program_id, c.contract_id, c.outstanding, DATE '2020-01-01' AS condition_since "
        "FROM contract c WHERE c.outstanding >= ({} ->> c.currency)::numeric"
    ).format(of(LEAST)),
    lambda row: f"{row['outstanding']:.2f} is much",
    severity="medium",
    thresholds=(LEAST,),
)


@pytest.fixture
def radar(db):
    """A program suspended on 2020-06-15."""
    program = make_program("radar")
    decide(program, "suspended", "2020-06-15")
    return program


def least(amount: str) -> Limits:
    return with_value(Limits(), LEAST, Decimal(amount), "JPY")


def about(found: Differences) -> list[tuple[int | None, str, str]]:
    return [(each.contract_id, each.was, each.becomes) for each in found.first]


def preview(rule: str, name: str, *, today: dt.date, **given: Any) -> list[PreviewDay]:
    return list(previewed(rule, name, days=days_looked_at(today), **given))


def seen(days: list[PreviewDay]) -> dict[str, list[tuple[int | None, str, str]]]:
    """The days on which something would weigh otherwise."""
    return {each.day.isoformat(): about(each.weighs) for each in days if each.weighs.count}


def counts(found: PreviewDay) -> tuple[int, int, int]:
    return found.opens.count, found.resolves.count, found.weighs.count


def test_a_lower_threshold_opens_and_a_higher_one_resolves(radar):
    small, large = (make_contract(radar, committed=amount, paid="0.01").pk for amount in ("40", "100"))
    lower = compare(OWED, TODAY, Limits(), least("30"))
    assert (counts(lower), about(lower.opens)) == ((1, 0, 0), [(small, "", "medium")])
    assert lower.opens.first[0].summary == "39.99 is much"
    higher = compare(OWED, TODAY, Limits(), least("101"))
    assert (counts(higher), about(higher.resolves)) == ((0, 1, 0), [(large, "medium", "")])


def test_the_same_threshold_changes_nothing(radar):
    make_contract(radar, committed="100", paid="1")
    assert counts(compare(OWED, TODAY, Limits(), least("50"))) == (0, 0, 0)


def test_of_very_many_the_first_are_named_and_all_are_counted(radar):
    pks = [make_contract(radar, committed="40", paid="1").pk for _ in range(NAMED + 3)]
    found = compare(OWED, TODAY, Limits(), least("30"))
    assert (found.opens.count, [each.contract_id for each in found.opens.first]) == (NAMED + 3, pks[:NAMED])


def test_each_day_is_looked_at_with_the_facts_of_that_day(radar):
    contract = make_contract(radar, committed="100", paid="40")
    found = preview(RULE, "rises", value=Decimal(30), today=TODAY)
    # stopped for 15 days at the end of June, 46, 77, 107 (medium either way) and 127
    changed = [(contract.pk, "low", "medium")]
    assert seen(found) == {"2020-08-31": changed, "2020-07-31": changed}
    assert [counts(each)[:2] for each in found] == [(0, 0)] * 13


def test_it_starts_from_what_is_in_force(radar):
    make_contract(radar, committed="100", paid="40")
    change_threshold(RULE, "rises", value=Decimal(30), reason="x", by=None)
    assert set(seen(preview(RULE, "rises", value=None, today=TODAY))) == {"2020-08-31", "2020-07-31"}
    assert seen(preview(RULE, "rises", value=Decimal(30), today=TODAY)) == {}


def test_an_amount_is_changed_in_its_currency_alone(radar):
    yen = make_contract(radar, committed="100", paid="40")
    make_contract(radar, committed="100", paid="40", currency="USD")
    found = preview(RULE, "large", currency="JPY", value=Decimal(60), today=day("2020-06-20"))
    assert seen(found) == {"2020-06-20": [(yen.pk, "low", "high")]}


def test_nothing_is_stored(radar):
    post(make_contract(radar, committed="100"), "40", "payment")
    preview(RULE, "rises", value=Decimal(30), today=TODAY)
    assert not Flag.objects.exists()
    assert not ThresholdChange.objects.exists()


DAYS = [
    ("2020-03-30", "2020-02-29", "2019-03-31"),
    ("2020-03-31", "2020-02-29", "2019-03-31"),
    ("2021-01-01", "2020-12-31", "2020-01-31"),
]


@pytest.mark.parametrize(("today", "first", "last"), DAYS)
def test_the_days_are_today_and_the_twelve_month_ends_before_it(today, first, last):
    found = days_looked_at(day(today))
    assert (found[0], found[1], found[-1], len(found)) == (day(today), day(first), day(last), 13)
    assert all((each + dt.timedelta(days=1)).day == 1 for each in found[1:])


VALUES: list[tuple[Any, ...]] = [
    (Limits(), WINDOW, "5", "", {"window": 5}),
    (Limits({"window": Decimal(5), "other": 1}), WINDOW, None, "", {"other": 1}),
    (Limits({"least": {"USD": 1}}), LEAST, "7", "JPY", {"least": {"USD": 1, "JPY": 7}}),
    (Limits({"least": {"USD": 1, "JPY": 7}}), LEAST, None, "JPY", {"least": {"USD": 1}}),
]


@pytest.mark.parametrize(("limits", "threshold", "value", "currency", "changed"), VALUES)
def test_one_threshold_is_set_and_the_others_stay(limits, threshold, value, currency, changed):
    given = None if value is None else Decimal(value)
    assert with_value(limits, threshold, given, currency).changed == changed


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [("falls", {}, "name"), ("rises", {"value": Decimal(-1)}, "value"), ("large", {}, "currency")],
)
def test_what_cannot_be_set_is_refused(db, name, given, field):
    with pytest.raises(Refused) as refused:
        preview(RULE, name, **{"value": Decimal(5), "today": TODAY} | given)
    assert list(refused.value.errors) == [field]


def test_fewer_days_of_the_presumption_weigh_less_and_resolve(radar):
    contract = make_contract(radar, committed="100", paid="1")
    (found,) = previewed("presumption", "days", value=Decimal(365), days=[day("2021-08-01")])
    assert about(found.weighs) == [(contract.pk, "high", "low")]
    assert about(found.resolves) == [(contract.pk, "medium", "")]
    assert found.opens.count == 0
    assert "nobody has said since 2019-10-31" in found.weighs.first[0].summary
    assert not ThresholdChange.objects.exists()


def test_a_preview_counts_with_the_presumption_in_force(radar):
    make_contract(radar, committed="100", paid="1")
    change_threshold("presumption", "days", value=Decimal(30), reason="x", by=None)
    (found,) = previewed(RULE, "rises", value=Decimal(30), days=[day("2020-07-25")])
    assert counts(found) == (0, 0, 0)
