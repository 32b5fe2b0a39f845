"""Thresholds: read by everybody, changed by administrators who have seen what would come of it."""

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.access.tokens import create_user
from procurement.admin import previews
from procurement.flags.models import ThresholdChange
from procurement.flags.thresholds.preview import days_looked_at
from procurement.flags.thresholds.values import change_threshold, limits_in_force, settings_in_force
from tests.makers import day, decide, make_contract, make_program

LIST = "/admin/procurement/thresholdchange/"
RULE = "suspended-program-active-contract"
RISES, LARGE = (f"{LIST}set/{RULE}/{name}/" for name in ("rises", "large"))
SHOW, DO = "Show what it would change", "Change it"


def page(answer: Any) -> str:
    return str(answer.content.decode())


def hidden(answer: Any) -> str:
    """What the form remembers of what it showed."""
    return str(answer.context["form"]["seen"].value())


def look(client: Any, address: str = RISES, **given: str) -> Any:
    return client.post(address, {"value": "30", "reason": "a new clause"} | given)


def confirm(client: Any, answer: Any, address: str = RISES, **given: str) -> Any:
    return look(client, address, seen=hidden(answer), **given)


def values() -> list[Decimal | None]:
    return [row.value for row in ThresholdChange.objects.order_by("id")]


@pytest.fixture
def contract(db):
    """A contract of 60 under a program that was suspended 40 days ago."""
    program = make_program("radar", name="Big Radar")
    contract = make_contract(program, committed="100", paid="40", title="Antenna")
    decide(program, "suspended", "2020-06-15")
    with time_machine.travel("2020-07-25T12:00:00+00:00"):
        yield contract


def test_every_threshold_stands_there_with_its_reason(reader):
    shown = page(reader.get(LIST))
    for setting in settings_in_force():
        assert setting.said(setting.default) in shown
        assert setting.rule.title in shown
    assert "90 days" in shown
    assert "0 to 3,650 days" in shown
    assert "stop-work clauses force a decision" in shown


def test_who_changed_one_last_stands_beside_it(reader):
    root = create_user("root", "administrator")
    change_threshold(RULE, "rises", value=Decimal(30), reason="a new clause", by=root)
    shown = page(reader.get(LIST))
    assert "30 days" in shown
    assert "root: a new clause" in shown


def test_nothing_changes_before_one_has_seen_what_it_would_do(administrator, contract):
    answer = look(administrator)
    shown = page(answer)
    assert (answer.status_code, values()) == (200, [])
    assert [each in shown for each in ("2020-07-25", "2020-06-30", "2019-07-31")] == [True] * 3
    assert "Big Radar" in shown
    assert contract.reference in shown
    assert "low to medium" in shown
    assert DO in shown


def test_days_for_which_there_was_no_time_are_asked_for_one_by_one(administrator, contract, monkeypatch):
    monkeypatch.setattr(previews, "SECONDS", 0)
    addresses = [unescape(each) for each in re.findall('hx-get="([^"]*/day/[^"]*)"', page(look(administrator)))]
    assert [each[-10:] for each in addresses] == [day.isoformat() for day in days_looked_at(day("2020-07-25"))[1:]]
    shown = page(administrator.get(addresses[0]))
    assert shown.count("hx-swap-oob") == 3
    assert '<span id="opens-2020-06-30" hx-swap-oob="true">-</span>' in shown


def test_a_day_asked_for_shows_what_the_page_would(administrator, contract):
    shown = page(administrator.get(f"{RISES}day/?value=30&day=2020-07-25"))
    assert "low to medium" in shown
    assert shown.split(">", 1)[1].split("<", 1)[0] == "-"
    assert contract.reference in shown


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "value=30",
        "value=x&day=2020-07-25",
        "value=-1&day=2020-07-25",
        "day=2020-13-45",
        "day=9999-12-31",
        "day=0001-01-01",
    ],
)
def test_what_no_page_asks_for_is_not_found(administrator, asked):
    assert administrator.get(f"{RISES}day/?{asked}").status_code == 404


def test_what_was_seen_is_done(administrator, contract):
    answer = confirm(administrator, look(administrator))
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    row = ThresholdChange.objects.get()
    assert (row.rule, row.name, row.value, row.reason, row.by) == (
        RULE, "rises", 30, "a new clause", administrator.user
    )  # fmt: skip


def test_another_value_than_the_one_seen_is_shown_first(administrator, contract):
    answer = confirm(administrator, look(administrator), value="35")
    assert (values(), DO in page(answer)) == ([], True)
    assert confirm(administrator, answer, value="35").status_code == 302
    assert values() == [35]


def test_a_change_by_somebody_else_meanwhile_is_shown_first(administrator, contract):
    answer = look(administrator)
    change_threshold(RULE, "rises", value=Decimal(50), reason="x", by=None)
    assert confirm(administrator, answer).status_code == 200
    assert values() == [50]


def test_the_default_is_put_back_by_an_empty_value(administrator, contract):
    change_threshold(RULE, "rises", value=Decimal(50), reason="x", by=None)
    answer = look(administrator, value="")
    assert "From 50 days to 90 days" in page(answer)
    confirm(administrator, answer, value="")
    assert values() == [50, None]


def test_an_amount_is_typed_as_people_write_it(administrator, contract):
    given = {"value": "20億円", "currency": "JPY"}
    confirm(administrator, look(administrator, LARGE, **given), LARGE, **given)
    row = ThresholdChange.objects.get()
    assert (row.name, row.currency, row.value) == ("large", "JPY", 2_000_000_000)


BAD: list[tuple[str, dict[str, str], str, str]] = [
    (RISES, {"value": "5000"}, "value", "0 to 3,650 days would be accepted"),
    (RISES, {"value": "30.5"}, "value", "decimals"),
    (RISES, {"value": "many"}, "value", "number"),
    (RISES, {"value": "1e999999"}, "value", "digits"),
    (RISES, {"value": "90"}, "value", "in force already"),
    (RISES, {"value": ""}, "value", "the default is in force"),
    (RISES, {"reason": " "}, "reason", "say why"),
    (LARGE, {"currency": "yen"}, "currency", "ISO 4217"),
    (LARGE, {"currency": "\x00"}, "currency", ""),
    (LARGE, {"currency": ""}, "currency", "JPY would be accepted"),
    (LARGE, {"currency": "USD", "value": "20億円"}, "value", "is given in JPY"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "given", "field", "said"), BAD)
def test_what_is_refused_stands_beside_its_field(administrator, address, given, field, said):
    answer = look(administrator, address, **given)
    assert said in " ".join(answer.context["form"].errors[field])
    assert (values(), SHOW in page(answer)) == ([], True)


def test_what_is_refused_at_the_last_moment_changes_nothing(administrator, contract):
    answer = look(administrator)
    assert list(confirm(administrator, answer, reason="").context["form"].errors) == ["reason"]
    assert values() == []


@pytest.mark.parametrize("role", ["reader", "analyst", "reviewer"])
def test_others_read_and_change_nothing(request, role):
    client = request.getfixturevalue(role)
    assert "/set/" not in page(client.get(LIST))
    assert [client.get(each).status_code for each in (RISES, f"{RISES}day/?value=3&day=2020-07-25")] == [403, 403]
    assert look(client).status_code == 403
    assert limits_in_force()[RULE].changed == {}


@pytest.mark.parametrize("address", [f"{LIST}set/{RULE}/falls/", f"{LIST}set/of-old/rises/"])
def test_there_is_no_page_of_what_is_no_threshold(administrator, address):
    assert administrator.get(address).status_code == 404


def test_the_history_is_not_edited(administrator):
    row = change_threshold(RULE, "rises", value=Decimal(30), reason="x", by=None)
    assert administrator.get(f"{LIST}{row.pk}/change/").status_code == 200
    assert administrator.post(f"{LIST}{row.pk}/change/", {"value": "5"}).status_code == 403
    assert administrator.get(f"{LIST}add/").status_code == 403


def test_flags_follow_as_soon_as_it_is_committed(administrator, contract, django_capture_on_commit_callbacks):
    answer = look(administrator)
    with django_capture_on_commit_callbacks() as after:
        confirm(administrator, answer)
    assert [call.args for call in after if getattr(call, "args", ())] == [("sweep",)]


def test_the_presumption_is_set_on_the_same_page(administrator, contract, django_capture_on_commit_callbacks):
    address = f"{LIST}set/presumption/days/"
    answer = look(administrator, address)
    assert "From 730 days to 30 days" in page(answer)
    assert "is not estimated" in page(answer)  # of what is only presumed to run, no estimate is asked for
    with django_capture_on_commit_callbacks() as after:
        confirm(administrator, answer, address)
    assert [call.args for call in after if getattr(call, "args", ())] == [("sweep",)]
    assert {limits.presumed_days for limits in limits_in_force().values()} == {30}
    assert "30 days" in page(administrator.get(LIST))


def test_a_preview_asks_no_more_for_many_flags_than_for_one(administrator, contract):
    def asked() -> int:
        with CaptureQueriesContext(connection) as taken:
            look(administrator)
        return len(taken)

    asked()
    one = asked()
    for _ in range(5):
        make_contract(contract.programallocation_set.get().program, committed="100", paid="40")
    assert asked() == one
