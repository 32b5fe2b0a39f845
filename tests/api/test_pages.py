"""Pages by keyset: every row once, in order, and cursors that nobody can bend."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from procurement.api.http.pagination import Cursor, sealed
from tests.makers import make_contract, make_organization, make_program, make_source, make_supplier, post


@pytest.fixture
def entries(db):
    contract, source = make_contract(), make_source()
    return [post(contract, str(n + 1), on=f"2020-01-{n % 3 + 1:02}", source=source).pk for n in range(7)]


def pages(caller, address):
    return [[row["id"] for row in page] for page in caller.pages(address)]


def test_an_answer_has_the_three_members_and_no_count(anonymous, entries):
    assert list(anonymous.read("ledger-entries/")) == ["next", "previous", "results"]


def test_a_count_comes_only_when_asked_for(anonymous, entries):
    assert anonymous.read("ledger-entries/?count=exact&page_size=2")["count"] == 7


@pytest.mark.parametrize("ordering", ["id", "-id", "effective_on", "-effective_on", "-recorded_at", "effective_on,-id"])
def test_pages_hold_every_row_once(anonymous, entries, ordering):
    whole = [row["id"] for row in anonymous.rows(f"ledger-entries/?ordering={ordering}")]
    found = pages(anonymous, f"ledger-entries/?ordering={ordering}&page_size=2")
    assert (sorted(whole), [len(page) for page in found]) == (entries, [2, 2, 2, 1])
    assert [pk for page in found for pk in page] == whole


def test_pages_read_backwards_are_the_same_pages(anonymous, entries):
    address = "ledger-entries/?ordering=effective_on&page_size=3"
    forwards = pages(anonymous, address)
    last = anonymous.read(address)["next"]
    second = anonymous.read(last.removeprefix("http://testserver/api/v1/"))
    back = anonymous.read(second["previous"].removeprefix("http://testserver/api/v1/"))
    assert [row["id"] for row in back["results"]] == forwards[0]
    assert (back["previous"], back["next"] is not None) == (None, True)


@pytest.mark.parametrize("ordering", ["signed_on", "-signed_on"])
def test_rows_without_a_value_have_their_place(anonymous, db, ordering):
    signed = [make_contract(signed_on=day) for day in ("2019-01-01", "2020-01-01")]
    source = make_source("2019-06-01")
    unsigned = [make_contract(source=source) for _ in range(3)]
    type(unsigned[0]).objects.filter(pk__in=[c.pk for c in unsigned]).update(signed_on=None)
    found = [pk for page in pages(anonymous, f"contracts/?ordering={ordering}&page_size=1") for pk in page]
    expected = [c.pk for c in (*signed, *unsigned)]
    assert found == (expected if ordering == "signed_on" else expected[::-1])


def test_a_row_that_arrives_moves_no_page(anonymous, entries):
    first = anonymous.read("ledger-entries/?ordering=-id&page_size=3")
    post(make_contract(), "9")
    second = anonymous.read(first["next"].removeprefix("http://testserver/api/v1/"))
    assert [row["id"] for row in second["results"]] == entries[::-1][3:6]


def cursor_of(anonymous):
    return anonymous.read("ledger-entries/?page_size=2&as_of=2020-06-01")["next"].rpartition("cursor=")[2]


@pytest.mark.parametrize(
    "other",
    [
        "ledger-entries/?page_size=2&as_of=2020-06-02&cursor={}",
        "ledger-entries/?page_size=2&as_of=2020-06-01&measure=payment&cursor={}",
        "ledger-entries/?page_size=2&as_of=2020-06-01&ordering=-id&cursor={}",
        "contracts/?as_of=2020-06-01&cursor={}",
        "ledger-entries/?page_size=2&as_of=2020-06-01&cursor=x{}",
        "ledger-entries/?page_size=2&as_of=2020-06-01&cursor={}x",
    ],
)
def test_a_cursor_is_refused_where_it_does_not_belong(anonymous, entries, other):
    refused = anonymous.get(other.format(cursor_of(anonymous)))
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["cursor"])


def test_a_cursor_may_be_used_with_another_page_size(anonymous, entries):
    found = anonymous.read(f"ledger-entries/?page_size=3&as_of=2020-06-01&cursor={cursor_of(anonymous)}")
    assert [row["id"] for row in found["results"]] == entries[2:5]


def test_the_next_page_keeps_the_day_of_the_first(anonymous, entries):
    assert "as_of=" in anonymous.read("ledger-entries/?page_size=2")["next"]


FILTERS = [
    ("ledger-entries/?amount__gte=6", [6, 7]),
    ("ledger-entries/?amount=1,3", [1, 3]),
    ("ledger-entries/?amount__in=1,3", [1, 3]),
    ("ledger-entries/?effective_on=2020-01-02", [2, 5]),
    ("ledger-entries/?effective_on__gte=2020-01-02&effective_on__lte=2020-01-02&amount__lte=2", [2]),
    ("ledger-entries/?milestone__isnull=false", []),
    ("ledger-entries/?measure=payment,refund", []),
    ("ledger-entries/?currency=JPY&reverses__isnull=true&amount=7", [7]),
    ("ledger-entries/?as_of=2020-01-01", [1, 4, 7]),
]


@pytest.mark.parametrize(("address", "amounts"), FILTERS)
def test_filters_combine_and_take_lists(anonymous, entries, address, amounts):
    assert [row["amount"] for row in anonymous.rows(address)] == [f"{amount}.00" for amount in amounts]


def test_a_program_filters_the_facts_of_its_contracts_by_code(anonymous, db):
    contracts = [make_contract(make_program(code), committed="5") for code in ("one", "two", "three")]
    rows = anonymous.rows("ledger-entries/?program=one,three")
    assert [row["contract"] for row in rows] == [contracts[0].pk, contracts[2].pk]


def test_every_word_of_a_search_must_be_found(anonymous, db):
    for name in ("Maker of Radars", "Maker of Ships", "レーダー社"):
        make_supplier(name)
    assert [row["name"] for row in anonymous.rows("organizations/?search=ships+maker")] == ["Maker of Ships"]
    assert [row["name"] for row in anonymous.rows("organizations/?search=レーダー")] == ["レーダー社"]


def test_text_with_a_comma_is_found_as_it_stands(anonymous, db):
    for url in ("https://example.org/a,b", "https://example.org/c"):
        make_source(url=url)
    assert len(anonymous.rows("documents/?url=https://example.org/a,b")) == 1
    assert len(anonymous.rows("documents/?url=https://example.org/c,https://example.org/d")) == 1


def test_contracts_are_filtered_by_what_they_are_at_the_date(anonymous, db):
    contract = make_contract(make_program("x"))
    make_contract(status=None)
    supplier = make_supplier()
    address = (
        f"contracts/?status=active&supplier={supplier.pk}&buyer={make_organization().pk}&program=x&method=domestic"
    )
    assert [row["id"] for row in anonymous.rows(address)] == [contract.pk]
    assert [row["status"] for row in anonymous.rows("contracts/?status__isnull=true")] == [None]


def test_a_cursor_is_the_same_tomorrow():
    with time_machine.travel("2026-11-23T00:00:00Z"):
        today = sealed(Cursor((1,)), "rows")
    with time_machine.travel("2026-11-24T00:00:00Z"):
        assert sealed(Cursor((1,)), "rows") == today


def test_pages_of_a_list_without_dates_go_on_with_what_its_first_page_shows(anonymous, db):
    late = make_source("2090-01-01")
    made = [make_program(f"late-{number}", source=late).pk for number in range(5)]
    assert [row for page in pages(anonymous, "programs/?page_size=2") for row in page] == made
    following = anonymous.read("programs/?page_size=2")["next"].removeprefix("http://testserver/api/v1/")
    assert anonymous.rows(following.partition("&cursor=")[0]) == []
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        assert anonymous.rows(following) == []
