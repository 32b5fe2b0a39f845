"""What stands behind ids, and only the fields that are wanted, in every form of an answer."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.makers import decide, make_contract, make_program, make_source, make_supplier, post


@pytest.fixture
def contract(db):
    program = make_program("radar")
    decide(program, "suspended", on="2020-06-15")
    return make_contract(program, committed="5", title="Radar", source=make_source("2019-10-31"))


def test_a_row_has_beside_its_ids_what_their_own_addresses_show(anonymous, contract):
    (row,) = anonymous.rows("ledger-entries/?expand=contract,source,counterpart")
    assert row["expanded"]["contract"] == anonymous.read(f"contracts/{row['contract']}/")
    assert row["expanded"]["source"] == anonymous.read(f"documents/{row['source']}/")
    assert (row["expanded"]["counterpart"], row["contract"]) == (None, contract.pk)


def test_what_is_expanded_is_of_the_asked_dates(anonymous, contract):
    address = "allocations/?expand=program&as_of={}"
    found = [anonymous.rows(address.format(day))[0]["expanded"]["program"] for day in ("2020-06-01", "2020-07-01")]
    assert [(each["code"], each["status"]) for each in found] == [("radar", None), ("radar", "suspended")]


def test_single_rows_timelines_and_backtests_expand_too(anonymous, contract):
    assert anonymous.read(f"contracts/{contract.pk}/?expand=buyer")["expanded"]["buyer"]["country"] == "JP"
    entry = next(
        each for each in anonymous.rows("programs/radar/timeline/?expand=contract,program") if "amount" in each
    )
    assert (entry["expanded"]["contract"]["title"], entry["expanded"]["program"]) == ("Radar", None)
    (flag, *_) = anonymous.rows("flags/?as_of=2020-07-01&expand=contract&fields=rule")
    assert set(flag) == {"rule", "expanded"}


def test_only_the_wanted_fields_are_answered_in_every_format(anonymous, contract):
    asked = "contracts/?fields=title,id,allocations"
    row = {
        "id": contract.pk,
        "title": "Radar",
        "allocations": [{"program": "radar", "share": "1", "from": "2019-10-31"}],
    }
    assert anonymous.rows(asked) == [row]
    lines = b"".join(anonymous.get(f"{asked}&format=jsonl").streaming_content)
    assert json.loads(lines) == row
    table = b"".join(anonymous.get(f"{asked}&format=csv&expand=buyer").streaming_content).decode()
    (read,) = csv.DictReader(io.StringIO(table))
    assert (list(read), json.loads(read["expanded"])["buyer"]["country"]) == (
        ["id", "title", "allocations", "expanded"],
        "JP",
    )
    assert anonymous.read("programs/radar/?fields=code,lag").keys() == {"code", "lag"}
    assert anonymous.read("portfolio/?fields=program,paid")["rows"] == [{"program": "radar", "paid": None}]


def test_what_is_unknown_is_refused_with_what_is_known(anonymous, contract):
    refused = anonymous.get("ledger-entries/?fields=id,colour&expand=amount")
    errors = refused.json()["errors"]
    assert refused.status_code == 400
    assert (list(errors), "contract, counterpart, source" in errors["expand"][0]) == (["expand"], True)
    said = anonymous.get("ledger-entries/?fields=id,colour").json()["errors"]["fields"][0]
    assert "“colour”" in said
    assert "measure" in said


def test_expanding_takes_as_many_queries_for_many_rows(anonymous, contract):
    def queries():
        with CaptureQueriesContext(connection) as taken:
            anonymous.read("ledger-entries/?expand=contract,source")
        return len(taken)

    once = queries()
    for number in range(5):
        post(make_contract(make_program(), committed="1"), "1", "payment", source=make_source(), note=str(number))
        make_supplier(str(number))
    assert queries() == once


def test_a_page_goes_on_with_the_same_fields_but_its_cursor_fits_any(anonymous, contract):
    post(contract, "1", "payment")
    following = anonymous.read("ledger-entries/?page_size=1&fields=id")["next"]
    assert "fields=id" in following
    assert "amount" in anonymous.rows(following.rpartition("/api/v1/")[2].replace("&fields=id", ""))[0]


def test_a_field_of_that_name_which_holds_an_object_has_nothing_behind_it(anonymous, contract):
    found = anonymous.get("programs/radar/?expand=decided_by")
    assert (found.status_code, "accepted: buyer, source" in found.json()["errors"]["expand"][0]) == (400, True)
    assert anonymous.read("programs/radar/")["decided_by"]["kind"] == "decision"


def test_one_row_says_how_it_is_given_again_whatever_is_expanded(anonymous, contract):
    found = anonymous.read("programs/radar/?expand=buyer")
    assert {"horizon", "permalink", "expanded"} <= found.keys()
