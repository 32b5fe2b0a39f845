"""Packages of OCDS over the API."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.sources.horizon import horizon
from tests.api.test_query_counts import fill
from tests.makers import make_contract, make_organization, make_program, merge_into, post

QUERIES = {"ocds/releases/": 17, "ocds/records/": 20}  # values are read by a prepared statement, which takes two


def ocids(body):
    return [each["ocid"] for each in body.get("records", body.get("releases"))]


def test_a_page_of_releases_is_a_package(anonymous, db):
    made = make_contract(committed="5", ocid="ocds-213czf-1")
    body = anonymous.read("ocds/releases/")
    assert (body["version"], body["uri"], "links" in body) == ("1.1", "http://testserver/api/v1/ocds/releases/", False)
    assert {each["contracts"][0]["id"] for each in body["releases"]} == {made.reference}


def test_amounts_are_numbers(anonymous, db):
    make_contract(committed="9007199254740993.01")
    assert b'"amount":9007199254740993.01,' in anonymous.get("ocds/records/").content


def test_pages_follow_one_another_to_the_end(anonymous, db):
    for number in range(5):
        make_contract(ocid=f"ocds-213czf-{number}" if number % 2 else "")
    whole = ocids(anonymous.read("ocds/records/"))
    found, address = [], "ocds/records/?page_size=2"
    while address:
        page = anonymous.read(address.removeprefix("http://testserver/api/v1/"))
        found, address = found + ocids(page), page.get("links", {}).get("next")
    assert found == whole
    assert len(set(found)) == 5


def test_a_cursor_of_other_filters_is_refused(anonymous, db):
    for _ in range(2):
        make_contract()
    following = anonymous.read("ocds/records/?page_size=1")["links"]["next"]
    refused = anonymous.get(following.removeprefix("http://testserver/api/v1/") + "&country=JP")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["cursor"])


def test_one_process_is_found_by_its_ocid(anonymous, db):
    one, other = make_contract(ocid="ocds-213czf-7/1 a"), make_contract()
    for ocid in (f"ocds-xxxxxx-{other.pk:012}",):
        assert ocids(anonymous.read(f"ocds/records/{ocid}/")) == [ocid]
        assert set(ocids(anonymous.read(f"ocds/releases/?ocid={ocid}"))) == {ocid}
    assert set(ocids(anonymous.read("ocds/releases/?ocid=ocds-213czf-7/1%20a"))) == {one.ocid}
    assert anonymous.get("ocds/records/ocds-213czf-8/").status_code == 404


@pytest.mark.parametrize("asked", ["program=a", "country=JP", "signed_on__lte=2019-10-31", "supplier={s}", "buyer={b}"])
def test_filters_choose_processes(anonymous, db, asked):
    one = make_contract(make_program("a"))
    make_contract(signed_on="2020-01-01", buyer=_elsewhere(), supplier=_elsewhere())
    asked = asked.format(b=one.buyer_id, s=one.contractparty_set.get().organization_id)
    assert ocids(anonymous.read(f"ocds/records/?{asked}")) == [f"ocds-xxxxxx-{one.pk:012}"]


@pytest.mark.parametrize("role", ["buyer", "supplier"])
def test_an_organization_finds_what_is_recorded_of_those_merged_into_it(anonymous, db, role):
    merged, remaining = _elsewhere(), make_organization("Remaining", "FR")
    one = make_contract(**{role: merged})
    make_contract()
    merge_into(merged, remaining)
    assert ocids(anonymous.read(f"ocds/records/?{role}={remaining.pk}")) == [f"ocds-xxxxxx-{one.pk:012}"]


def _elsewhere():
    return make_organization("Elsewhere", "FR")


@pytest.mark.django_db(transaction=True)
def test_since_leaves_what_was_recorded_later(anonymous):
    paid, _ = make_contract(committed="5"), make_contract(committed="5")
    moment = horizon().isoformat().replace("+", "%2B")
    post(paid, "1", "payment")
    assert ocids(anonymous.read(f"ocds/records/?since={moment}")) == [f"ocds-xxxxxx-{paid.pk:012}"]
    later = anonymous.get(f"ocds/records/?since={moment}")["X-Horizon"].replace("+", "%2B")
    assert anonymous.read(f"ocds/records/?since={later}")["records"] == []
    assert list(anonymous.get("ocds/records/?since=yesterday").json()["errors"]) == ["since"]


def test_dates_apply(anonymous, db):
    paid = make_contract(committed="5")
    post(paid, "1", "payment", on="2020-06-01")
    (before,) = anonymous.read("ocds/records/?as_of=2020-05-31")["records"]
    (after,) = anonymous.read("ocds/records/?as_of=2020-06-01")["records"]
    assert len(after["releases"]) == len(before["releases"]) + 1
    assert anonymous.read("ocds/records/?as_of=2019-01-01")["records"] == []
    assert anonymous.get("ocds/records/?published_by=2020-01-01")["X-Undated"] == "0"


def test_a_package_that_a_client_has_is_not_sent_again(anonymous, db):
    make_contract()
    tag = anonymous.get("ocds/releases/")["ETag"]
    assert anonymous.get("ocds/releases/", If_None_Match=tag).status_code == 304


@pytest.mark.django_db(transaction=True)
def test_everything_comes_as_lines_each_a_package(anonymous):
    rows = [make_contract(committed="5") for _ in range(3)]
    response = anonymous.get("ocds/export.jsonl")
    packages = [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]
    assert response["Content-Type"].startswith("application/jsonl")
    assert [{each["ocid"] for each in package["releases"]} for package in packages] == [
        {f"ocds-xxxxxx-{row.pk:012}"} for row in rows
    ]


def test_unknown_parameters_are_refused(anonymous, db):
    assert list(anonymous.get("ocds/export.jsonl?page_size=3").json()["errors"]) == ["page_size"]


@pytest.mark.parametrize("rows", [1, 20])
def test_a_page_takes_a_fixed_number_of_queries(anonymous, db, rows):
    fill(rows)
    found = {}
    for address in QUERIES:
        with CaptureQueriesContext(connection) as taken:
            anonymous.read(address)
        found[address] = len(taken)
    assert found == QUERIES
