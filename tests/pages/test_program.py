"""The page of one program."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from procurement.pages.kept_pages import KEPT
from tests.makers import (
    allocate,
    decide,
    estimate,
    make_contract,
    make_program,
    make_source,
    owe,
    post,
    put,
    report,
    say,
    state_complete,
)

pytestmark = pytest.mark.django_db
IN_JUNE = "?as_of=2020-06-25"


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    KEPT.clear()


@pytest.fixture
def radar():
    source = make_source("2020-06-15", url="https://example.org/stop", language="ja")
    radar = make_program("radar", name="Radar", local_name="レーダー")
    decide(radar, "suspended", "2020-06-15", term="停止", speaker="Kono Taro", source=source)
    make_contract(radar, title="Antenna", committed="34955000000", paid="6500000000")
    return radar


def text_of(client, code="radar", query=IN_JUNE, language="en") -> str:
    answer = client.get(f"/{language}/programs/{code}/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def lead(client, code="radar", query=IN_JUNE) -> str:
    head = text_of(client, code, query).partition('<meta name="description" content="')[2]
    return unescape(head.partition('">')[0])


# the sentence


def test_one_sentence_says_it_all(client, radar):
    state_complete(radar.programallocation_set.get().contract, "2020-03-31")
    assert lead(client) == (
        "Suspended since 15 June 2020. 1 contract live, 28.46 bn JPY outstanding, 6.5 bn JPY paid "
        "(known through 31 March 2020)."
    )


def test_a_status_and_the_stop_that_began_otherwise_are_both_said(client, radar):
    decide(radar, "cancelled", "2020-12-18")
    said = lead(client, query="?as_of=2021-01-01")
    assert said.startswith("Cancelled since 18 December 2020; stopped since 15 June 2020 (suspended).")


def test_the_sentence_says_who_disputes(client, radar):
    say(radar, "cancelled", "2020-06-21", speaker="Abe Shinzo")
    say(radar, "cancelled", "2020-06-22", speaker="An official")
    assert "Disputed on the buyer's own side since 21 June 2020: An official and Abe Shinzo say “cancelled”." in lead(
        client
    )


def test_each_currency_is_said_apart(client, radar):
    make_contract(radar, currency="USD", committed="100000000", paid="1000000")
    said = lead(client)
    assert "28.46 bn JPY outstanding" in said
    assert "99 m USD outstanding, 1 m USD paid" in said


UNKNOWN = [
    ({"committed": "5000000"}, "1 contract live, 5 m JPY committed; what of it was paid is unknown."),
    ({"paid": "5000000"}, "5 m JPY paid (known through 31 October 2019); what is still owed is unknown."),
    ({}, "1 contract in JPY live; what it is worth and what was paid are unknown."),
    ({"status": "completed", "committed": "5"}, "Its one contract in JPY has ended. 5 JPY committed; what of"),
    ({"status": None}, "Nothing on record here shows its one contract in JPY to be live. What was committed and what"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "said"), UNKNOWN)
def test_what_is_unknown_is_said_to_be(client, given, said):
    make_contract(make_program("jet"), **given)
    assert said in lead(client, "jet")


def test_a_contract_of_which_nobody_has_spoken_for_years_is_said_to_be_presumed(client):
    make_contract(make_program("jet"), committed="5")
    said = lead(client, "jet", "?as_of=2026-01-01")
    assert "That it still runs is only presumed: the last word of it is of 31 October 2019." in said


def test_what_the_buyer_received_for_leaving_is_not_a_cost(client, radar):
    contract = radar.programallocation_set.get().contract
    post(contract, "-400000000", "compensation", on="2020-06-20")
    assert "For leaving, the buyer has received 400 m JPY so far." in lead(client)


def test_of_a_program_without_contracts_the_sentence_says_what_was_reported(client):
    jet = make_program("jet")
    report(jet, "spent", "1200000000", on="2020-06-22", speaker="Kono Taro")
    assert "Reported: spent 1.2 bn JPY (Kono Taro, 22 June 2020)." in lead(client, "jet")


def test_a_program_of_which_nothing_is_known_says_so(client):
    make_program("jet", source=make_source("2019-01-01"))
    assert lead(client, "jet") == "No decision about its status is on record here. No contract of it is on record here."


def test_a_stop_by_another_side_is_named(client):
    decide(make_program("jet"), "suspended", "2020-06-15", side="seller")
    assert "The seller's side stopped it." in lead(client, "jet")


# the sections


def test_words_stand_in_their_own_language_with_side_and_source(client, radar):
    text = text_of(client)
    assert '<q lang="ja">停止</q>' in text
    assert "https://example.org/stop" in text
    assert "Kono Taro" in text


def test_decisions_stand_apart_from_statements(client, radar):
    say(radar, "cancelled", "2020-06-21", speaker="Abe Shinzo")
    text = text_of(client)
    decisions, positions = text.index("<h3>Decisions</h3>"), text.index("<h3>Positions</h3>")
    assert decisions < text.index("Kono Taro", decisions) < positions < text.index("Abe Shinzo", positions)


def test_figures_stand_beside_those_of_the_stop_and_lead_to_their_rows(client, radar):
    post(radar.programallocation_set.get().contract, "1000000000", "payment", on="2020-06-20")
    text = text_of(client)
    assert "When it was stopped" in text
    assert re.search(r'class="figure"[^>]*><data class="money" value="1000000000.00"', text)


def test_what_is_unknown_comes_with_what_would_tell(client, radar):
    text = text_of(client)
    assert "What leaving has cost: no settlement or compensation is on record here." in text
    assert "A settlement agreement, a court&#x27;s judgment, or the accounts of either side." in text


def test_a_contract_shows_its_state_and_whether_it_is_only_presumed(client, radar):
    assert "only presumed" not in text_of(client)
    assert "only presumed" in text_of(client, query="?as_of=2026-01-01")


def test_a_contract_that_left_says_where_it_went(client, radar):
    contract, ship = radar.programallocation_set.get().contract, make_program("ship", name="Ship")
    allocate(contract, radar, "0", "2020-12-18")
    allocate(contract, ship, "1", "2020-12-18")
    assert "100 % to Ship since" in text_of(client, query="?as_of=2021-01-01")


def test_reports_that_differ_are_marked_with_by_how_much(client, radar):
    report(radar, "paid", "6500000000", on="2020-06-18", speaker="Jiji Press")
    report(radar, "paid", "9700000000", on="2020-06-22", speaker="Kono Taro")
    text = text_of(client)
    assert "3.2 bn JPY apart from Kono Taro" in text
    assert "by the ledger" in text


def test_reports_that_agree_within_their_rounding_do_not_differ(client, radar):
    report(radar, "paid", "450400000000", on="2020-06-18", rounding="100000000")
    report(radar, "paid", "450000000000", on="2020-06-22", rounding="10000000000")
    assert "apart from" not in text_of(client)


def test_what_falls_due_and_what_leaving_was_estimated_at(client, radar):
    contract = radar.programallocation_set.get().contract
    owe(contract, "2021-03-31", "1000000000", description="second instalment")
    estimate(contract, "7000000000", clause="FAR 49.207")
    text = text_of(client)
    for said in ("FY2020", "second instalment", "7 bn JPY", "FAR 49.207"):
        assert said in text


def test_flags_are_those_that_the_rules_would_have_found_on_that_day(client, radar):
    text = text_of(client)
    assert "What the rules would have found on that day." in text
    assert "Contract lives on under a suspended program" in text


def test_the_days_on_which_something_changed_are_links(client, radar):
    say(radar, "cancelled", "2020-06-21", speaker="Abe Shinzo")
    text = text_of(client, query="")
    for day in ("2020-06-15", "2020-06-21"):
        assert f'href="/en/programs/radar/?as_of={day}"' in text


def test_every_dated_fact_is_there_in_order(client, radar):
    put(radar.programallocation_set.get().contract, "suspended", "2020-06-20")
    facts = text_of(client).partition('id="facts"')[2]
    assert facts.index("commitment") < facts.index("Decision" if "Decision" in facts else "decision")


def test_the_past_is_as_it_was_public(client, radar):
    say(radar, "cancelled", "2020-06-21", speaker="Abe Shinzo", published_on="2020-07-01", source=make_source(None))
    assert "Abe Shinzo" not in text_of(client, query="?as_of=2020-06-25&published_by=2020-06-25")
    assert "Abe Shinzo" in text_of(client, query="?as_of=2020-06-25&published_by=2020-07-01")


def test_the_same_is_to_be_had_as_data_at_the_same_dates(client, radar):
    text = text_of(client).replace("&amp;", "&")
    assert '"/api/v1/programs/radar/?as_of=2020-06-25"' in text
    assert '"/api/v1/programs/radar/timeline/?format=csv&as_of=2020-06-25"' in text


def test_a_japanese_page_has_the_japanese_name(client, radar):
    assert "<h1>レーダー" in text_of(client, language="ja")


def test_there_is_no_page_of_a_program_that_was_not_known_by_then(client, radar):
    assert client.get("/en/programs/nothing/").status_code == 404
    assert client.get("/en/programs/radar/?as_of=2018-01-01").status_code == 404


@pytest.mark.parametrize("query", ["contracts_after=x", "facts_after=yesterday"])
def test_a_place_that_is_none_is_refused(client, radar, query):
    assert client.get(f"/en/programs/radar/?{query}").status_code == 400


# how much there is


def test_contracts_are_paged_and_the_page_says_so(client, radar, monkeypatch):
    monkeypatch.setattr("procurement.cases.one_program.contracts.PAGE", 2)
    for _ in range(3):
        make_contract(radar, committed="1")
    text = text_of(client)
    assert "2 of 4 contracts" in text
    following = re.search(r'href="([^"]*contracts_after=[^"]*)#contracts"', text)[1].replace("&amp;", "&")
    assert "From the first contract" in client.get(following).content.decode()


def test_facts_are_paged(client, radar, monkeypatch):
    monkeypatch.setattr("procurement.cases.one_program.timeline.PAGE", 3)
    seen, address = [], f"/en/programs/radar/{IN_JUNE}"
    for _ in range(4):
        facts = client.get(address).content.decode().partition('id="facts"')[2].partition('id="sources"')[0]
        seen += re.findall(r'<li[^>]*><b class="day">', facts)
        following = re.search(r'href="([^"]*facts_after=[^"]*)#facts"', facts)
        if not following:
            break
        address = following[1].replace("&amp;", "&")
    assert len(seen) == 6  # a decision, a party, a state, an allocation, a commitment and a payment


@pytest.mark.parametrize("query", [IN_JUNE, ""])
def test_the_page_takes_the_same_queries_for_one_and_for_twenty(client, radar, query):
    first = queries(client, query)
    for number in range(20):
        contract = make_contract(radar, committed="1000", paid="1", status="active")
        say(radar, "cancelled", "2020-06-21", speaker=f"Speaker {number}")
        report(contract, "paid", "5", on="2020-06-18")
        owe(contract, "2021-03-31", "5")
    assert queries(client, query) == first


def queries(client, query) -> int:
    client.get(f"/en/programs/radar/{query}")
    KEPT.clear()
    with CaptureQueriesContext(connection) as taken:
        client.get(f"/en/programs/radar/{query}")
    return len(taken)


def test_japanese_sentences_are_whole(client, radar):
    with override("ja"):
        text = text_of(client, language="ja")
    assert '<html lang="ja">' in text
