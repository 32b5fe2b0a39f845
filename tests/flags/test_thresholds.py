"""Thresholds: the defaults, until an administrator says otherwise and why."""

import datetime as dt
import logging
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from procurement.access.tokens import create_user
from procurement.common.errors import Refused
from procurement.contracts.presuming import Presumption
from procurement.flags.models import ThresholdChange
from procurement.flags.rule import Days, Limits, Money
from procurement.flags.rules import all_rules
from procurement.flags.thresholds.values import (
    change_threshold,
    limits_in_force,
    refuse_change,
    setting_of,
    settings_in_force,
    threshold_named,
)
from tests.racing import at_once, of_kind

RULE = "suspended-program-active-contract"


def set_to(value: str | None, name: str = "rises", **more: Any) -> ThresholdChange:
    given: dict[str, Any] = {"reason": "a new clause", "by": None} | more
    rule = given.pop("rule", RULE)
    return change_threshold(rule, name, value=None if value is None else Decimal(value), **given)


def days(name: str = "rises", recorded_by: dt.datetime | None = None) -> int:
    threshold = threshold_named(RULE, name)
    assert isinstance(threshold, Days)
    return limits_in_force(recorded_by)[RULE].days(threshold)


def amounts() -> dict[str, Decimal]:
    threshold = threshold_named(RULE, "large")
    assert isinstance(threshold, Money)
    return limits_in_force()[RULE].amounts(threshold)


def errors(*args: Any, **more: Any) -> dict[str, list[str]]:
    with pytest.raises(Refused) as refused:
        set_to(*args, **more)
    return refused.value.errors


@pytest.mark.django_db
def test_the_defaults_hold_where_nobody_changed_anything():
    assert limits_in_force() == {rule.code: Limits() for rule in all_rules()}


@pytest.mark.django_db
def test_the_latest_change_holds_and_none_puts_the_default_back():
    default = days()
    found = [days() for value in ("60", "45", None) if set_to(value)]
    assert found == [60, 45, default]


@pytest.mark.django_db
def test_a_change_concerns_one_threshold_of_one_rule():
    before = days("rises_again")
    set_to("60")
    changed = {code for code, limits in limits_in_force().items() if limits.changed}
    assert (changed, days("rises_again")) == ({RULE}, before)


@pytest.mark.django_db
def test_an_amount_is_changed_in_its_currency_alone():
    before = amounts()
    set_to("5", "large", currency="JPY")
    set_to("7.5", "large", currency="SEK")
    assert amounts() == before | {"JPY": Decimal(5), "SEK": Decimal("7.5")}
    set_to(None, "large", currency="SEK")
    assert amounts() == before | {"JPY": Decimal(5)}


@pytest.mark.django_db
def test_what_was_in_force_can_be_asked_for_again():
    default, first, second = days(), set_to("60"), set_to("45")
    first.refresh_from_db()
    second.refresh_from_db()
    assert days(recorded_by=first.at - dt.timedelta(microseconds=1)) == default
    assert days(recorded_by=second.at - dt.timedelta(microseconds=1)) == 60
    assert days(recorded_by=second.at) == 45


@pytest.mark.django_db
def test_all_limits_take_one_query_and_all_settings_two():
    set_to("60")
    set_to("5", "large", currency="JPY")
    for read, count in ((limits_in_force, 1), (settings_in_force, 2)):
        with CaptureQueriesContext(connection) as taken:
            read()
        assert len(taken) == count


@pytest.mark.django_db
def test_a_change_of_what_is_no_threshold_any_more_is_passed_over():
    ThresholdChange.objects.create(rule=RULE, name="of old", value=5, reason="x")
    ThresholdChange.objects.create(rule="of-old", name="rises", value=5, reason="x")
    ThresholdChange.objects.create(rule=RULE, name="large", value=5, reason="it was in days once")
    ThresholdChange.objects.create(rule=RULE, name="rises", currency="JPY", value=5, reason="it was in money once")
    assert (amounts(), days()) == (dict(setting_defaults("large")), setting_of(RULE, "rises").default)


def setting_defaults(name: str) -> Any:
    return {each.currency: each.default for each in settings_in_force([RULE]) if each.threshold.name == name}


@pytest.mark.django_db
def test_a_change_says_who_and_why():
    by = create_user("root", "administrator")
    set_to("60", by=by, reason="  the clause says so \n")
    setting = setting_of(RULE, "rises")
    assert setting.change is not None
    assert (setting.change.by, setting.change.reason, setting.value) == (by, "the clause says so", 60)


@pytest.mark.django_db
def test_every_threshold_of_every_rule_is_listed():
    set_to("7", "large", currency="SEK")
    listed = {(each.rule.code, each.threshold.name) for each in settings_in_force()}
    of_rules = {(rule.code, threshold.name) for rule in all_rules() for threshold in rule.thresholds}
    assert listed == of_rules | {("presumption", "days")}
    (sek,) = [each for each in settings_in_force([RULE]) if each.currency == "SEK"]
    assert (sek.default, sek.value, sek.said(sek.value)) == (None, 7, "7 SEK")


BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("a rule that is none", {"rule": "x"}, "rule", RULE),
    ("a threshold that is none", {"name": "falls"}, "name", "accepted: "),
    ("days in a currency", {"currency": "JPY"}, "currency", "not in money"),
    ("money in none", {"name": "large"}, "currency", "JPY would be accepted"),
    ("money in no currency", {"name": "large", "currency": "yen"}, "currency", "ISO 4217"),
    ("too many days", {"value": "3651"}, "value", "0 to 3,650 days would be accepted"),
    ("fewer than none", {"value": "-1"}, "value", "0 to 3,650 days would be accepted"),
    ("half a day", {"value": "60.5"}, "value", "decimals"),
    ("no number", {"value": "NaN"}, "value", "finite"),
    ("no reason", {"reason": " \n"}, "reason", "say why"),
    ("a reason that cannot be stored", {"reason": "a\x00b"}, "reason", "NUL"),
    ("what is in force", {"value": "90"}, "value", "90 days is in force already"),
    ("the default where it is in force", {"value": None}, "value", "the default is in force, 90 days"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("given", "field", "said"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_is_refused_is_told_why_and_logged(caplog, given, field, said):
    with caplog.at_level(logging.WARNING):
        found = errors(**{"value": "60"} | given)
    assert list(found) == [field]
    assert said in " ".join(found[field])
    assert [(each.message, each.errors) for each in caplog.records] == [("threshold refused", found)]
    assert not ThresholdChange.objects.exists()


@pytest.mark.django_db
def test_everything_that_is_wrong_is_said_at_once():
    assert set(errors("-5", "large", reason="")) == {"currency", "value", "reason"}


@pytest.mark.django_db
def test_what_would_be_refused_can_be_asked_without_changing_anything():
    refuse_change(RULE, "rises", value=Decimal(60), reason="x", by=None)
    with pytest.raises(Refused):
        refuse_change(RULE, "rises", value=Decimal(90), reason="x", by=None)
    assert not ThresholdChange.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_history_of_a_threshold_stays(deed):
    rows = ThresholdChange.objects.filter(pk=set_to("60").pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete() if deed == "delete" else rows.update(value=1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_the_same_value_at_once_one_is_told():
    outcomes = at_once(lambda: set_to("60"), lambda: set_to("60"))
    assert len(of_kind(outcomes, Refused)) == 1
    assert ThresholdChange.objects.count() == 1


# the presumption, which is no rule's own


def presume(value: str | None) -> ThresholdChange:
    return set_to(value, "days", rule="presumption")


def presumed(recorded_by: dt.datetime | None = None) -> set[int]:
    return {limits.presumed_days for limits in limits_in_force(recorded_by).values()}


@pytest.mark.django_db
def test_the_presumption_is_changed_like_a_threshold_and_kept_where_others_read_it():
    given = [(presumed(), Presumption.objects.get().days) for value in ("365", "900", None) if presume(value)]
    assert given == [({365}, 365), ({900}, 900), ({730}, 730)]
    assert [row.value for row in ThresholdChange.objects.order_by("id")] == [365, 900, None]


@pytest.mark.django_db
def test_the_presumption_that_was_in_force_can_be_asked_for_again():
    first, second = presume("365"), presume("900")
    first.refresh_from_db()
    second.refresh_from_db()
    moments = (first.at - dt.timedelta(microseconds=1), first.at, second.at)
    assert [presumed(each) for each in moments] == [{730}, {365}, {900}]


@pytest.mark.django_db
def test_a_setting_of_the_presumption_says_what_is_kept():
    presume("365")
    Presumption.objects.update(days=400)
    for setting in (setting_of("presumption", "days"), *settings_in_force(["presumption"]), settings_in_force()[-1]):
        assert (setting.rule.code, setting.default, setting.value, setting.changed) == ("presumption", 730, 400, 400)


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["0", "36501", "1.5", "730", None])
def test_the_presumption_has_its_range_and_is_not_set_to_what_it_is(value):
    assert set(errors(value, "days", rule="presumption")) == {"value"}
    assert Presumption.objects.get().days == 730
