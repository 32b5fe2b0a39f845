"""A program through time: what its chart shows, and what it says of what is unknown."""

import datetime as dt
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from procurement.charts.drawing import draw
from procurement.charts.figure import SHEET
from procurement.charts.timeline.curves import Piece, pieces
from procurement.charts.timeline.figure import timeline
from procurement.charts.timeline.lanes import lanes
from procurement.charts.timeline.reading import Value, thinned
from procurement.common.dates import Asked
from procurement.programs.models import Program
from procurement.programs.standing import Said
from tests.makers import day, decide, make_contract, make_program, post, put, rehome, say, state_complete

pytestmark = pytest.mark.django_db


def figure(program, on="2020-12-31"):
    return timeline(program, Asked(day(on)))


def cells(found, column):
    at = [name for name, _head in found.table.columns].index(column)
    return [row[at].value for row in found.table.rows if row[at].value]


@pytest.mark.usefixtures("whole_sample")
def test_aegis_ashore_on_the_day_of_the_contradiction():
    found = figure(Program.objects.get(code="aegis-ashore"), "2020-06-25")
    assert "Suspended since 15 June 2020. Disputed since 21 June 2020." in found.alternative
    assert "7 contracts: committed 178.7 bn JPY, paid 19.6 bn JPY, outstanding 159.1 bn JPY." in found.alternative
    assert "Paid since the stop: 0 JPY." in found.alternative
    assert "Payments in JPY are known through 31 March 2020; after that the curves are dotted." in found.notes
    assert {"停止", "撤回", "断念"} <= set(cells(found, "term"))


@pytest.mark.usefixtures("whole_sample")
def test_the_picture_has_the_words_and_says_why_contracts_left():
    found = figure(Program.objects.get(code="aegis-ashore"), "2026-11-28")
    with override("ja"):
        picture = draw(figure(Program.objects.get(code="aegis-ashore"), "2026-11-28")).decode()
    ET.fromstring(picture)
    for said in ("停止", "Kono Taro", "1,500", "億円", "55.62億円", "2020年6月15日", "2018年"):
        assert said in picture
    assert "18 December 2020: 2 contracts went to Aegis System Equipped Vessels." in found.notes


def test_what_was_paid_and_nobody_knows_has_no_curve():
    radar = make_program("radar")
    make_contract(radar, committed="34955000000")
    found = figure(radar)
    assert (
        "committed 34.96 bn JPY, paid unknown, outstanding unknown. Of 34.96 bn JPY it is not on" in found.alternative
    )
    assert "What was paid in JPY is not known, so no curve of it is drawn." in found.notes
    assert (cells(found, "committed")[-1], cells(found, "paid")) == ("34955000000.00", [])


def test_a_program_without_contracts_and_decisions_says_so():
    radar = make_program("radar")
    assert figure(radar).is_empty
    assert "Nothing is on record" in draw(figure(radar)).decode()
    say(radar, "", "2020-06-15", speaker="Kono", term="停止")
    found = figure(radar)
    assert "No decision about its status is on record. No contract is on record here." in found.alternative
    assert found.describe(SHEET)["vconcat"]


def test_a_contract_of_which_nothing_is_known_has_no_panel():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-30", effective_precision="month")
    make_contract(radar)
    found = figure(radar)
    assert "Suspended since June 2020. On 31 December 2020, 1 contract: committed unknown" in found.alternative
    assert len(found.specification["vconcat"]) == 2


def test_each_currency_has_a_panel_of_its_own():
    radar = make_program("radar")
    for currency in ("JPY", "USD"):
        make_contract(radar, committed="5000000", paid="1000000", currency=currency)
    found = figure(radar)
    assert len(found.specification["vconcat"]) == 2
    assert "outstanding 4 m JPY" in found.alternative
    assert "outstanding 4 m USD" in found.alternative


def test_contracts_that_all_left_leave_no_amount_behind():
    radar, ship = make_program("radar"), make_program("ship")
    contract = make_contract(radar, committed="5000000", paid="1000000")
    rehome(contract, [(radar, "0"), (ship, "1")], "2020-06-15")
    found = figure(radar)
    assert "On 31 December 2020 no contract in JPY is left." in found.alternative
    assert "15 June 2020: 1 contract went to Ship." in found.notes
    assert "15 June 2020: 1 contract came from Radar." in figure(ship).notes


def test_more_contracts_and_more_days_are_no_more_queries():
    counted = []
    for number in (1, 20):
        radar = make_program(f"radar-{number}")
        decide(radar, "suspended")
        for _ in range(number):
            contract = make_contract(radar, committed="5000000", paid="1000000")
            for month in range(1, 8):
                post(contract, "1000", "payment", on=f"2020-{month:02}-15")
        with CaptureQueriesContext(connection) as taken:
            figure(radar)
        counted.append(len(taken))
    assert counted[0] == counted[1] <= 30


# the pure parts


def value(on, committed=None, paid=None, through=None):
    amounts = [None if each is None else Decimal(each) for each in (committed, paid)]
    return Value(day(on), 1, *amounts, known_through=through and day(through))


def test_a_curve_has_a_gap_where_the_figure_is_unknown():
    values = [value("2020-01-01", paid=1), value("2020-02-01"), value("2020-03-01", paid=3)]
    found = [[on.month for on, _amount in each.points] for each in pieces(values, "paid", day("2020-04-01"))]
    assert found == [[1, 2], [3, 4]]


def test_after_payments_were_last_known_a_curve_is_not_sure():
    values = [value("2020-01-01", 5, 1), value("2020-03-01", 5, 1, through="2020-02-01")]
    sure, unsure = pieces(values, "paid", day("2020-04-01"))
    assert (sure.sure, sure.points[-1][0]) == (True, day("2020-02-01"))
    assert (unsure.sure, unsure.points[0][0], unsure.points[-1][0]) == (False, day("2020-02-01"), day("2020-04-01"))
    assert [each.sure for each in pieces(values, "committed", day("2020-04-01"))] == [True]
    assert isinstance(sure, Piece)


def test_many_days_are_thinned_but_for_the_first_the_last_and_those_of_decisions():
    days = [dt.date(2000, 1, 1) + dt.timedelta(days=each) for each in range(1000)]
    found = thinned(days, {days[501]}, most=50)
    assert len(found) <= 50
    assert {days[0], days[501], days[-1]} <= set(found)
    assert thinned(days[:5], set()) == days[:5]


def said(number, speaker, status="", term="", kind="statement", side="buyer"):
    on = day("2020-06-15") + dt.timedelta(days=number)
    return Said(number, kind, status, on, on, speaker=speaker, term=term, side=side)


def test_each_speaker_has_a_lane_with_the_words_in_order():
    spoken = [
        said(1, "Kono", "suspended", "停止", "decision"), said(2, "Kono", "cancelled", "断念"),
        said(3, "Kono", "cancelled", "撤回"), said(4, "Ohtaka", "suspended", "suspend"), said(5, "Abe"),
    ]  # fmt: skip
    kono, ohtaka, abe = lanes(spoken, most=9)
    assert kono.words == ["停止 (suspended)", "断念, 撤回 (cancelled)"]
    assert (ohtaka.words, abe.words) == (["suspend"], [])
    assert kono.told(11, 150) == "断念, 撤回 (cancelled)"


def test_those_who_say_least_share_a_lane():
    spoken = [said(each, f"Speaker {each}", "suspended" if each < 3 else "") for each in range(8)]
    found = lanes(spoken, most=3)
    assert [each.name for each in found] == ["Speaker 0", "Speaker 1", "Speaker 2", ""]
    assert found[-1].speakers == 5


def test_a_complete_ledger_makes_none_zero():
    radar = make_program("radar")
    contract = make_contract(radar, committed="5000000")
    state_complete(contract, "2020-12-31")
    put(contract, "terminated", "2020-06-15")
    assert "paid 0 JPY" in figure(radar).alternative
