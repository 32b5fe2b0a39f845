"""The front page: what is stopped and still owed, worst first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from procurement.exposure.kept.refreshing import refresh
from procurement.flags.screening.screen import screen_all
from procurement.pages import front
from procurement.pages.kept_pages import KEPT
from tests.makers import decide, make_contract, make_program, make_rate, make_source, post, rehome, report, say
from tests.pages.seen import rows, seen

pytestmark = pytest.mark.django_db
DAY = "/en/?as_of=2020-06-25"


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    KEPT.clear()


@pytest.fixture
def radar():
    source = make_source("2020-06-15", url="https://example.org/stop")
    radar = make_program("radar", name="Radar", source=source, domain="missile_defence", country="JP")
    decide(radar, "suspended", "2020-06-15", term="停止", source=source)
    make_contract(radar, committed="34955000000", paid="6500000000")
    return radar


def make_stopped(code: str, committed: str, currency: str = "JPY", on: str = "2020-06-15", **more):
    program = make_program(code, **more)
    decide(program, "cancelled", on)
    make_contract(program, committed=committed, paid="1", currency=currency)
    return program


def order(client, address: str) -> list[str]:
    """The first words of the rows below the heading."""
    return [row.split(" ")[0] for row in rows(client.get(address))[1:]]


def test_everybody_sees_what_is_stopped_and_owed(client, radar):
    text = seen(client, DAY)
    assert "1 of 1 programs on record is suspended or cancelled. 28.46 bn JPY is outstanding" in text
    assert "停止" in text
    assert "since 15 June 2020" in text
    assert 'title="28,455,000,000 JPY"' in client.get(DAY).content.decode()


def test_the_worst_comes_first_in_one_currency_with_its_own_beside(client):
    make_rate("EUR", "USD", "1.1", "2020-06-24")
    make_rate("EUR", "JPY", "120", "2020-06-24")
    make_stopped("small", "1000")
    make_stopped("dear", "500", "USD")
    _, dear, small = rows(client.get(f"{DAY}&currency=JPY"))
    assert dear.startswith("Dear Japan cancelled since 15 June 2020 54,436.36 JPY outstanding 499 USD")
    assert small.startswith("Small Japan cancelled since 15 June 2020 999 JPY outstanding")
    assert "At the ECB reference rate of 24 June 2020: 1 USD = 109.091 JPY." in seen(client, f"{DAY}&currency=JPY")


def test_sums_are_in_the_currency_of_most_contracts_and_it_is_said(client, settings):
    for code, currency in (("a", "EUR"), ("b", "EUR"), ("c", "USD")):
        make_stopped(code, "100", currency)
    assert "Sums are in EUR, because more contracts of these programs are in it" in seen(client, DAY)
    settings.REPORTING_CURRENCY = "USD"
    KEPT.clear()
    assert "Sums are in USD, the currency of this service." in seen(client, DAY)


def test_what_has_no_rate_stays_in_its_own_currency_last_and_is_counted(client):
    make_stopped("boats", "900000", "TWD")
    make_stopped("radar", "10")
    make_stopped("radios", "11")
    text, (_, *shown) = seen(client, DAY), rows(client.get(DAY))
    assert "In none of these sums, for want of a rate: 899,999 TWD." in text
    assert "899,999 TWD (1 contract)" in text
    assert [row.split(" ")[0] for row in shown] == ["Radios", "Radar", "Boats"]
    assert "899,999 TWD, no rate" in shown[-1]


def test_without_a_day_an_old_rate_serves_and_says_its_age(client):
    make_rate("EUR", "JPY", "120", "2020-06-24")
    for code in ("a", "b"):
        make_stopped(code, "100")
    make_stopped("dear", "500", "EUR")
    assert "days old, the newest on record" in seen(client, "/en/")
    assert "no rate" in seen(client, "/en/?as_of=2021-01-01")


def test_what_nobody_accounts_for_is_not_called_outstanding(client):
    program = make_program("jet")
    decide(program, "cancelled")
    make_contract(program, committed="700")
    text = seen(client, DAY)
    assert "Of another 700 JPY committed it is not on record whether it was paid." in text
    assert "is outstanding" not in text
    assert "700 JPY unaccounted" in rows(client.get(DAY))[1]


def test_what_was_paid_since_the_stop_says_through_when_it_is_known(client, radar):
    contract = radar.programallocation_set.get().contract
    post(contract, "1000000000", "payment", on="2021-03-31")
    text = seen(client, "/en/?as_of=2021-04-30")
    assert "1 bn JPY was paid after the stops." in text
    assert "1 bn JPY known through 31 March 2021" in rows(client.get("/en/?as_of=2021-04-30"))[1]


def test_more_refunds_than_payments_are_not_a_payment_below_zero(client, radar):
    post(radar.programallocation_set.get().contract, "500", "refund", on="2020-06-20")
    assert "After the stops 500 JPY more came back than was paid." in seen(client, DAY)


def test_a_program_whose_contracts_have_left_is_still_there(client, radar):
    rehome(radar.programallocation_set.get().contract, [(radar, "0"), (make_program("ships"), "1")], "2020-06-20")
    assert "no contract on record here" in rows(client.get(DAY))[1]


def test_where_no_contract_is_on_record_stands_what_was_said(client):
    jet = make_program("jet")
    decide(jet, "cancelled")
    report(jet, "spent", "1200000000", speaker="NAO")
    report(jet, "settlement", low="5000000")
    report(jet, "termination_cost", withheld=True)
    (_, row) = rows(client.get(DAY))
    said = "no contract on record here reported: settlement at least 5 m JPY, 22 June 2020"
    assert f"{said} reported: spent 1.2 bn JPY, NAO, 22 June 2020" in row


def test_a_status_and_the_stop_that_began_otherwise_are_both_shown(client, radar):
    decide(radar, "cancelled", "2020-12-31", effective_precision="month")
    assert "since December 2020; stopped since 15 June 2020 (suspended)" in seen(client, "/en/?as_of=2021-01-01")


def test_a_day_that_is_only_the_latest_possible_is_said_to_be_that(client):
    decide(make_program("radar"), "cancelled", "2020-06-15", effective_precision="by")
    assert "cancelled since 15 June 2020 at the latest" in seen(client, DAY)


def test_a_dispute_names_who_says_otherwise(client, radar):
    say(radar, "cancelled", "2020-06-20", speaker="Kono", role="Minister")
    text = seen(client, DAY)
    assert "disputed since 20 June 2020: Kono (Minister) said “cancelled”" in text
    assert "Disputed on the buyer's own side is the status of Radar." in text


CHOSEN = [
    ("country=US", ["Ships"]), ("country=us", ["Ships"]), ("domain=naval", ["Ships"]), ("year=2019", ["Ships"]),
    ("status=suspended", ["Radar"]), ("status=active", ["Sound"]), ("status=all", ["Radar", "Ships", "Sound"]),
    ("", ["Radar", "Ships"]), ("sort=owed", ["Ships", "Radar"]), ("sort=-since", ["Radar", "Ships"]),
    ("sort=since", ["Ships", "Radar"]), ("sort=-program", ["Ships", "Radar"]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "found"), CHOSEN)
def test_programs_are_chosen_and_sorted_by_what_the_address_says(client, radar, query, found):
    make_stopped("ships", "100", on="2019-06-15", country="US", domain="naval")
    decide(make_program("sound"), "active", "2019-01-01")
    assert order(client, f"{DAY}&{query}") == found


REFUSED = [
    ("status=gone", "accepted: stopped, all"), ("country=UK", "GB"), ("year=20", "1800"), ("currency=YEN", "JPY"),
    ("sort=colour", "-owed"), ("page=0", "whole number"), ("page=7", "there are 1 pages"), ("page=x", "whole number"),
    ("as_of=15.6.2020", "2020-06-15 would be accepted"), ("undated=include", "only with published_by"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "said"), REFUSED)
def test_what_cannot_be_read_is_refused_with_what_would_be_accepted(client, radar, query, said):
    answer = client.get(f"/en/?{query}")
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_the_column_that_is_sorted_by_says_so_and_leads_to_the_other_way(client, radar):
    text = client.get(f"{DAY}&sort=-since&country=JP").content.decode()
    assert text.count("aria-sort") == 1
    assert 'aria-sort="descending"><a href="?as_of=2020-06-25&amp;country=JP&amp;sort=since#table">' in text


def test_many_programs_are_cut_into_pages_that_say_so(client, radar, monkeypatch):
    monkeypatch.setattr(front, "PAGE", 2)
    for number in range(4):
        make_stopped(f"p{number}", f"{number + 2}")
    text = seen(client, f"{DAY}&page=2")
    assert "Programs 3 to 4 of 5." in text
    assert "Page 2 of 3" in text
    assert order(client, f"{DAY}&page=3") == ["P0"]


def test_programs_that_are_watched_or_go_on_are_below_and_lead_to_their_money(client, radar):
    decide(make_program("fighter"), "under_review", "2020-01-01")
    decide(make_program("frigate"), "active", "2020-01-01")
    make_program("dream", source=make_source("2019-01-01"))
    text = seen(client, DAY)
    assert "Of 1 program it is being decided whether it goes on." in text
    for said in ("Fighter Japan", "Active 1", "Frigate Japan", "No decision on record 1", "Dream Japan"):
        assert said in text
    assert "as_of=2020-06-25&amp;status=active" in client.get(DAY).content.decode()


def test_flags_are_those_of_now_so_the_past_has_none(client, radar):
    screen_all(timezone.localdate())
    assert "2 low" in rows(client.get("/en/"))[1]
    assert "Flags" not in rows(client.get(DAY))[0]


def test_contracts_of_which_nobody_has_spoken_for_long_are_only_presumed_to_run(client, radar):
    assert "1 of 1 contracts only presumed to run" in rows(client.get("/en/"))[1]
    assert "presumed" not in rows(client.get(DAY))[1]


def test_days_on_which_something_was_decided_or_said_can_be_chosen_without_a_script(client, radar):
    decide(make_program("jet"), "cancelled", "2020-06-15")
    say(radar, "cancelled", "2020-07-20", speaker="Kono")
    text = client.get(f"{DAY}&country=JP").content.decode()
    assert '<option value="2020-06-15">15 June 2020: Radar suspended and 1 more</option>' in text
    assert '<option value="2020-07-20">20 July 2020: Radar cancelled</option>' in text
    assert '<input type="hidden" name="country" value="JP">' in text


def test_a_day_on_which_nothing_happened_is_among_them_while_it_is_shown(client, radar):
    assert '<option value="2020-06-25" selected>25 June 2020</option>' in client.get(DAY).content.decode()
    assert "25 June 2020<" not in client.get("/en/").content.decode()


def test_nothing_outstanding_is_said_of_known_contracts_only(client):
    program = make_program("jet")
    decide(program, "cancelled")
    make_contract(program, committed="7", paid="7")
    assert "Nothing is outstanding under those contracts whose payments are known." in seen(client, DAY)


def test_what_nobody_dated_is_left_out_and_counted_or_taken_in(client, radar):
    decide(make_program("jet"), "cancelled", "2020-06-01", source=make_source(None))
    past = f"{DAY}&published_by=2020-06-25"
    assert "Left out because its publication date is unknown: 1 fact." in seen(client, past)
    assert client.get(past.replace("/en/?", "/portfolio.csv?"))["X-Undated"] == "1"
    taken_in = client.get(f"{past}&undated=include").content.decode()
    assert ("Left out" in taken_in, "checked" in taken_in) == (False, True)


def test_the_past_can_be_asked_for(client, radar):
    assert "No program was known by then" in seen(client, "/en/?as_of=2018-06-25")


def test_where_reading_is_for_those_who_signed_in_others_are_sent_there(settings, client):
    settings.ANONYMOUS_READ = False
    answer = client.get(DAY)
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/?next=/")


def test_the_table_is_a_question_to_the_api_with_the_same_answer(client, radar):
    make_stopped("ships", "100", on="2019-06-15", country="US", domain="naval")
    text = client.get(f"{DAY}&year=2020").content.decode()
    address = text.partition('This table as <a href="')[2].partition('"')[0].replace("&amp;", "&")
    (row,) = client.get(address).json()["rows"]
    assert (row["program"]["code"], row["outstanding"]) == ("radar", "28455000000.00")


QUESTIONS = ["/en/", DAY, f"{DAY}&published_by=2020-06-25", f"{DAY}&currency=USD"]


@pytest.mark.parametrize("address", QUESTIONS)
def test_it_takes_at_most_twelve_queries_for_any_number_of_programs_contracts_and_stops(client, radar, address):
    make_rate("EUR", "JPY", "120", "2020-06-24")
    found = []
    for number in range(4):
        other = make_stopped(f"p{number}", "100", ["EUR", "USD", "TWD", "JPY"][number], on=f"2020-06-1{number}")
        make_contract(other, committed="1")
        refresh(today=timezone.localdate())
        found.append(len(queries(client, address)))
    assert found[-1] == found[-2] <= 12


def queries(client, address: str) -> list[dict[str, str]]:
    KEPT.clear()
    with CaptureQueriesContext(connection) as taken:
        assert client.get(address).status_code == 200
    return taken.captured_queries
