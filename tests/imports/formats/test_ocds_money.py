"""The money in OCDS: values and how they change, payments, and what is doubtful."""

import copy
import datetime as dt
import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.imports.loading import Choice, load_files
from procurement.imports.rows import BadFile
from procurement.ledger.models import LedgerEntry
from tests.imports.files import file_of
from tests.imports.formats.ocds_texts import (
    OCID,
    RELEASE,
    entries,
    kinds,
    nested,
    package,
    read,
    refusals,
    release,
    with_contract,
    with_transactions,
)

GBP = {"amount": 250, "currency": "GBP"}
PAID = {"id": "t", "date": "2019-12-01", "value": GBP}


def worth(amount, **changes):
    """The release whose contract has this value."""
    return with_contract(value={"amount": amount, "currency": "GBP"}) | changes


AMENDED = worth(1200, id="77-4", date="2020-06-01T00:00:00Z", tag=["contractAmendment"])
AGAIN = worth(1100, id="77-5", date="2020-09-01T00:00:00Z", tag=["contractAmendment"])


# values


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("14487.00", "14487.00"),
        (14487, "14487.00"),
        (1.5e6, "1500000.00"),
        ("1E7", "10000000.00"),
        (2578.595, "2578.60"),
    ],
)
def test_an_amount_is_taken_to_the_cent_whether_number_or_text(amount, expected):
    assert entries(worth(amount))["value"][1] == expected


def test_what_was_rounded_is_said():
    assert kinds(worth(1120656.1300000001)) == ["rounded"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"amount": -5, "currency": "GBP"}, "value “-5” is below zero; an amount above zero would be accepted"),
        ({"amount": "1,000", "currency": "GBP"}, "value “1,000” is not a decimal number; 14487.00 would be accepted"),
        ({"amount": "1e99", "currency": "GBP"}, "value “1e99” must be below 10000000000000000"),
    ],
)
def test_a_value_that_is_doubtful_is_refused_and_its_contract_stands(value, said):
    whole = with_contract(value=value)
    assert refusals(whole) == [f"ledger_entries “value” {said}"]
    assert entries(whole) == {"payment t": ("payment", "250.00", "2019-12-01")}


@pytest.mark.parametrize(
    "value", [None, {"amount": None, "currency": "GBP"}, {"amount": 0, "currency": "GBP"}, "GBP 5"]
)
def test_a_value_that_is_missing_or_0_is_unknown(value):
    assert (set(entries(with_contract(value=value))), kinds(with_contract(value=value))) == (
        {"payment t"},
        ["no value"],
    )


def test_a_currency_in_small_letters_is_taken_with_a_remark_and_an_invented_one_refused():
    assert kinds(with_contract(value={"amount": 5, "currency": "gbp"})) == ["currency not as written"]
    said = f"contracts “{OCID} c” “QQQ” is not an ISO 4217 code in capitals; JPY would be accepted"
    assert refusals(with_contract(value={"amount": 5, "currency": "QQQ"})) == [said]


def test_a_contract_without_currency_takes_the_one_that_was_chosen():
    whole = with_contract(value={"amount": 5}, implementation=None)
    assert "names no currency" in refusals(whole)[0]
    assert entries(whole, currency="TWD")["value"][1] == "5.00"


def test_the_value_of_the_award_serves_a_contract_without_one():
    whole = with_contract(value=None) | {"awards": [RELEASE["awards"][0] | {"value": {"amount": 9, "currency": "GBP"}}]}
    assert (entries(whole)["value"][1], kinds(whole)) == ("9.00", ["value of the award"])


# changes of a value


def test_a_changed_value_is_the_last_one_with_each_change_moved_to_its_day():
    found = {key: each[1:] for key, each in entries(package(AGAIN, RELEASE, AMENDED)).items() if "value" in key}
    assert found == {
        "value": ("1100.00", "2019-10-31"),
        "value until 77-4": ("-199.50", "2019-10-31"),
        "value from 77-4": ("199.50", "2020-06-01"),
        "value until 77-5": ("100.00", "2019-10-31"),
        "value from 77-5": ("-100.00", "2020-09-01"),
    }


def test_an_amendment_that_tells_only_what_changed_keeps_the_rest():
    short = {"ocid": OCID, "id": "77-4", "date": "2020-06-01", "contracts": [{"id": "c", "value": {"amount": 1200}}]}
    assert entries(package(RELEASE, short))["value"] == ("commitment", "1200.00", "2019-10-31")


def test_a_release_told_again_changes_nothing():
    assert entries(package(RELEASE, release(id="77-4", date="2020-01-01"), RELEASE)) == entries(RELEASE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "files",
    [
        [package(RELEASE, AMENDED, AGAIN)],
        [package(RELEASE, AMENDED, AGAIN), package(AGAIN)],
        [package(AGAIN), package(RELEASE, AMENDED, AGAIN)],
        [package(RELEASE, AGAIN), package(AMENDED, AGAIN)],
        [package(RELEASE, AMENDED, AGAIN), package(AGAIN) | {"records": [{"ocid": OCID, "compiledRelease": AGAIN}]}],
    ],
)
def test_files_that_overlap_never_add_up_to_more_than_the_value(files):
    load(*files)
    assert sum(LedgerEntry.objects.filter(measure="commitment").values_list("amount", flat=True)) == Decimal(1100)


def load(*files):
    found = [file_of(json.dumps(each), f"{number}.json") for number, each in enumerate(files)]
    return load_files(found, choice=Choice("ocds"))


@pytest.mark.django_db
def test_all_that_a_release_says_is_accepted_and_a_second_load_changes_nothing():
    first, second = load(package(RELEASE, AMENDED)), load(package(RELEASE, AMENDED))
    assert (first.issues, first.taken) == (
        [],
        {
            "organizations": 2,
            "documents": 1,
            "contracts": 1,
            "contract_parties": 1,
            "contract_status_changes": 1,
            "ledger_entries": 4,
        },
    )
    assert (second.issues, sum(second.taken.values()), second.adds_up) == ([], 0, True)


@pytest.mark.django_db
def test_each_entry_is_public_since_the_release_that_told_it_first():
    load(package(RELEASE, AMENDED))
    assert set(LedgerEntry.objects.values_list("source_key", "published_on")) == {
        ("value", dt.date(2019, 11, 5)),
        ("value until 77-4", dt.date(2019, 11, 5)),
        ("value from 77-4", dt.date(2020, 6, 1)),
        ("payment t", dt.date(2019, 12, 1)),
    }


# payments


def test_the_transactions_of_1_0_are_read_as_those_of_1_1():
    old = {
        "id": "t",
        "date": "2019-12-01T00:00:00-06:00",
        "amount": GBP,
        "providerOrganization": {"id": "1", "legalName": "x"},
        "receiverOrganization": {"id": "2", "legalName": "y"},
    }
    assert entries(with_transactions(old)) == entries(with_transactions(PAID))


def test_a_transaction_listed_twice_is_one_payment():
    whole = with_transactions(PAID, PAID)
    assert (entries(whole)["payment t"][1], kinds(whole)) == ("250.00", ["transaction twice"])


def test_transactions_without_id_are_told_apart_and_found_again():
    bare = {"date": "2019-12-01", "value": GBP}
    found = set(entries(with_transactions(bare, bare, bare | {"date": "2019-12-02"})))
    assert (len(found), found) == (4, set(entries(with_transactions(bare, bare, bare | {"date": "2019-12-02"}))))


def test_two_transactions_of_one_id_are_two_payments():
    assert len(entries(with_transactions(PAID, PAID | {"value": {"amount": 7, "currency": "GBP"}}))) == 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"value": {"amount": 5, "currency": "USD"}},
            "is in USD under a contract in GBP; an amount in GBP would be accepted",
        ),
        ({"value": {"amount": -5, "currency": "GBP"}}, "is below zero; an amount above zero would be accepted"),
        ({"value": {"amount": "five", "currency": "GBP"}}, "is not a decimal number; 14487.00 would be accepted"),
    ],
)
def test_a_payment_that_is_doubtful_is_refused_by_itself(changes, said):
    found = refusals(with_transactions(PAID | changes, PAID | {"id": "u"}))
    assert (len(found), found[0].endswith(said)) == (1, True)
    assert "payment u" in entries(with_transactions(PAID | changes, PAID | {"id": "u"}))


@pytest.mark.parametrize(
    ("changes", "kind", "expected"),
    [
        ({"value": {"amount": 0}}, "payment without amount", None),
        ({"value": None}, "payment without amount", None),
        ({"value": {"amount": 5}}, "payment without currency", ("payment", "5.00", "2019-12-01")),
        ({"date": None}, "payment without date", ("payment", "250.00", "2019-11-05")),
    ],
)
def test_what_a_payment_leaves_out_is_said(changes, kind, expected):
    whole = with_transactions(PAID | changes)
    assert (entries(whole).get("payment t"), kinds(whole)) == (expected, [kind])


# anything else

ODDITIES: list[Any] = [
    None,
    "",
    "x",
    [],
    {},
    [[]],
    [None],
    {"id": None},
    -1,
    True,
    "2019-13-45",
    "\x00",
    "9" * 60,
    "x" * 6000,
    nested(300),
]


def places(value, path=()):
    """The path of every part of a value."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inside:
        yield from places(each, (*path, name))


PLACES = [path for path in places(RELEASE) if path]


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(ODDITIES)), min_size=1, max_size=4))
def test_whatever_a_release_holds_becomes_rows_or_refusals(changes):
    whole = copy.deepcopy(RELEASE)
    for path, odd in changes:
        inside = whole
        try:
            for name in path[:-1]:
                inside = inside[name]
            inside[path[-1]] = copy.deepcopy(odd)
        except (TypeError, KeyError, IndexError):
            pass  # an earlier change took it away
    read(package(whole))


@given(st.binary(max_size=300))
def test_any_bytes_become_rows_or_refusals(content):
    with suppress(BadFile):
        read(content)
