"""JSON, CSV and JSON Lines: by Accept or by ?format=, whole and streamed."""

import csv
import json

import pytest

from tests.makers import make_contract, make_program, make_source, make_supplier, post


@pytest.fixture
def entries(db):
    contract, source = make_contract(make_program("x")), make_source()
    return [post(contract, str(n + 1), source=source, note="=1+1").pk for n in range(5)]


def lines(response):
    assert response.streaming
    return b"".join(response.streaming_content).decode().splitlines()


def test_csv_has_all_rows_under_a_header(anonymous, entries):
    response = anonymous.get("ledger-entries/?format=csv")
    rows = list(csv.DictReader(lines(response)))
    assert (response["Content-Type"], len(rows)) == ("text/csv; charset=utf-8", 5)
    assert (rows[0]["amount"], rows[0]["reverses"], rows[0]["in_kind"]) == ("1.00", "", "false")
    assert list(rows[0]) == list(anonymous.rows("ledger-entries/")[0])


def test_csv_defuses_what_a_spreadsheet_would_compute(anonymous, entries):
    assert next(csv.DictReader(lines(anonymous.get("ledger-entries/?format=csv"))))["note"] == "'=1+1"


def test_csv_without_rows_has_a_header(anonymous, db):
    assert lines(anonymous.get("guarantees/?format=csv"))[0].startswith("id,contract,currency,kind")


def test_json_lines_hold_the_rows_of_the_json(anonymous, entries):
    response = anonymous.get("ledger-entries/", Accept="application/jsonl")
    assert [json.loads(line) for line in lines(response)] == anonymous.rows("ledger-entries/")


@pytest.mark.django_db(transaction=True)
def test_a_streamed_answer_reads_through_a_server_side_cursor(anonymous, entries):
    assert len(lines(anonymous.get("ledger-entries/?format=jsonl&ordering=-id"))) == 5


def test_a_page_of_csv_links_to_the_next_one(anonymous, entries):
    response = anonymous.get("ledger-entries/?format=csv&page_size=2")
    assert len(response.content.decode().splitlines()) == 3
    assert '; rel="next", ' in response["Link"]


@pytest.mark.parametrize("accept", ["*/*", "application/*", "text/html,*/*;q=0.8", ""])
def test_json_is_what_everybody_else_gets(anonymous, db, accept):
    assert anonymous.get("programs/", Accept=accept)["Content-Type"] == "application/json"


def test_an_accept_that_nothing_fits_is_refused(anonymous, db):
    refused = anonymous.get("programs/", Accept="image/png")
    assert (refused.status_code, refused["Content-Type"]) == (406, "application/problem+json")


def test_an_error_is_a_problem_document_whatever_was_asked_for(anonymous, db):
    refused = anonymous.get("programs/?colour=red", Accept="text/csv")
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")


def test_nested_parts_are_json_in_csv(anonymous, entries):
    row = next(csv.DictReader(lines(anonymous.get("contracts/?format=csv"))))
    assert json.loads(row["suppliers"])[0]["organization"] == make_supplier().pk


def test_exposure_comes_flat_as_csv(anonymous, entries):
    response = anonymous.get("exposure/?group_by=program&format=csv")
    row = next(csv.DictReader(lines(response)))
    assert (row["program_code"], row["committed"], row["coverage_paid"]) == ("x", "15.00", "0.0000")


def test_times_have_an_offset_and_money_is_text(anonymous, entries):
    row = anonymous.rows("ledger-entries/")[0]
    assert row["recorded_at"].endswith("Z")
    assert (row["amount"], row["rounding"]) == ("1.00", "0.00")
    assert anonymous.get(f"ledger-entries/?recorded_at__gte={row['recorded_at']}").status_code == 200


def test_three_decimals_where_the_currency_has_them(anonymous, db):
    contract = make_contract(currency="KWD", committed="1.5")
    assert anonymous.rows(f"ledger-entries/?contract={contract.pk}")[0]["amount"] == "1.500"
