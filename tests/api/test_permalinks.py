"""Permalinks: each answer names the address that gives it again, whatever is recorded later."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from procurement.api.exposure.answers import Exposure
from tests.exposure.stage import next_moment
from tests.makers import decide, make_contract, make_program, make_rate, make_source, post
from tests.racing import open_transaction

ROOT = "http://testserver/api/v1/"
IN_BODIES = [
    "exposure/?group_by=program",
    "exposure/?group_by=contract&page_size=1",
    "exposure/?group_by=program&currency=EUR&figures=paid,outstanding",
    "exposure/series/?interval=year&from=2019-01-01",
    f"exposure/series/?interval=year&from={timezone.localdate().isoformat()}&currency=EUR",
    "exposure/schedule/?group_by=program&currency=EUR",
    "portfolio/",
    "programs/radar/",
    "programs/radar/exposure/?currency=EUR",
    "programs/radar/timeline/?page_size=3",
    "flags/?as_of=2020-07-01",
    "exposure/?as_of=2020-07-01&published_by=2020-07-01&undated=include",
]
IN_HEADERS = [
    "ledger-entries/?page_size=2&ordering=-effective_on",
    "contracts/",
    "programs/?stopped=true",
    "exchange-rates/",
]
OF_NOW = ["flags/", "flag-rules/", "changes/", "programs/radar/history/", "fiscal-years/"]


@pytest.fixture
def radar(db):
    """A stopped program with two contracts; the only rate is ten days old or more."""
    program = make_program("radar", source=make_source("2019-01-01"))
    for number in range(2):
        post(make_contract(program, committed="5"), "1", "payment", on=f"2020-0{number + 1}-01")
    decide(program, "suspended")
    make_rate("EUR", "JPY", "120", "2019-12-31")
    next_moment()
    return program


def bookmark(response):
    (found,) = re.findall(r'<([^>]*)>; rel="bookmark"', response["Link"])
    return found.removeprefix(ROOT)


def without_links(answer):
    return {name: part for name, part in answer.items() if name not in ("next", "previous", "recorded_by", "as_of")}


def more_facts(program):
    post(make_contract(program, committed="70"), "3", "payment", on="2020-01-15", source=make_source("2020-01-15"))
    decide(program, "cancelled", on="2020-06-20")
    make_rate("EUR", "JPY", "130", "2020-06-30")


def test_a_permalink_gives_the_same_answer_when_more_is_known(anonymous, radar):
    told = {address: anonymous.read(address) for address in IN_BODIES}
    headed = {address: anonymous.get(address) for address in [*IN_BODIES, *IN_HEADERS]}
    more_facts(radar)
    for address, answer in told.items():
        again = anonymous.read(answer["permalink"].removeprefix(ROOT))
        assert without_links(again) == without_links(answer), address
        assert (again["permalink"], bookmark(headed[address])) == (
            answer["permalink"],
            answer["permalink"].removeprefix(ROOT),
        )
    for address in IN_HEADERS:
        again = anonymous.get(bookmark(headed[address]))
        assert again.json()["results"] == headed[address].json()["results"], address
        assert again["X-Horizon"] == headed[address]["X-Horizon"]
    assert anonymous.read("exposure/?group_by=program")["rows"] != told["exposure/?group_by=program"]["rows"]


def test_pages_have_permalinks_of_their_own(anonymous, radar):
    for address in ("ledger-entries/?page_size=3", "exposure/?group_by=contract&page_size=1&currency=EUR"):
        second = anonymous.read(address)["next"].removeprefix(ROOT)
        answer = anonymous.get(second)
        more_facts(radar)
        member = "results" if "results" in answer.json() else "rows"
        assert anonymous.read(bookmark(answer))[member] == answer.json()[member]


def test_files_name_theirs_in_their_headers(anonymous, radar):
    for address in ("ledger-entries/?format=csv", "exposure/?group_by=program&format=csv", "portfolio/?format=jsonl"):
        first = anonymous.get(address)
        held, again = b"".join(first.streaming_content), bookmark(first)
        more_facts(radar)
        found = b"".join(anonymous.get(again).streaming_content)
        assert found.count(b"\n") == held.count(b"\n"), address


def test_what_is_only_of_now_has_none(anonymous, radar):
    for address in OF_NOW:
        assert "bookmark" not in anonymous.get(address).get("Link", ""), address


def test_a_tag_of_the_figures_stays_while_only_the_permalink_would_change(anonymous, radar, monkeypatch):
    monkeypatch.setattr(Exposure, "versioned", False)  # as while somebody writes
    address = "exposure/?program=radar&as_of=2020-07-01"
    first = anonymous.get(address)
    make_contract(make_program("another"), committed="1")
    second = anonymous.get(address, If_None_Match=first["ETag"])
    assert (second.status_code, second["ETag"]) == (304, first["ETag"])
    assert anonymous.read(address)["permalink"] != first.json()["permalink"]


def test_an_answer_is_not_sent_again_while_nothing_changed(anonymous, radar):
    address = "exposure/?program=radar&as_of=2020-07-01"
    first = anonymous.get(address)
    second = anonymous.get(address, If_None_Match=first["ETag"])
    assert (second.status_code, second["ETag"]) == (304, first["ETag"])
    make_contract(make_program("another"), committed="1")
    third = anonymous.get(address, If_None_Match=first["ETag"])
    assert (third.status_code, third.json()["rows"]) == (200, first.json()["rows"])
    assert third.json()["permalink"] != first.json()["permalink"]


@pytest.mark.django_db(transaction=True)
def test_there_is_none_while_an_older_writer_is_at_work(anonymous):
    with open_transaction(writing=True):
        make_contract(make_program("radar"), committed="5")
        answer = anonymous.get("exposure/")
        assert (answer.json()["permalink"], answer.get("Link")) == (None, None)
    assert anonymous.read("exposure/")["permalink"] is not None


@pytest.mark.django_db(transaction=True)
def test_what_is_newest_is_looked_up_once_while_nothing_changes(anonymous):
    program = make_program("radar")
    first = anonymous.get("contracts/")
    with CaptureQueriesContext(connection) as taken:
        second = anonymous.get("contracts/")
    assert (len(taken), bookmark(second), second["X-Horizon"]) == (1, bookmark(first), first["X-Horizon"])
    make_contract(program, committed="5")
    assert anonymous.get("contracts/")["X-Horizon"] > first["X-Horizon"]
