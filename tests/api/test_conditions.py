"""Conditional reads and writes."""

import datetime as dt

import pytest
import time_machine

from tests.makers import decide, make_organization, make_program


def test_a_read_that_is_known_is_answered_without_a_body(anonymous, db):
    make_program("x")
    tag = anonymous.get("programs/")["ETag"]
    known = anonymous.get("programs/", If_None_Match=tag)
    assert (known.status_code, known.content) == (304, b"")


def test_a_change_changes_the_tag(anonymous, db):
    program = make_program("x")
    tags = [anonymous.get("programs/x/")["ETag"]]
    decide(program, "suspended")
    tags.append(anonymous.get("programs/x/")["ETag"])
    assert tags[0] != tags[1]
    assert anonymous.get("programs/x/", If_None_Match=tags[0]).status_code == 200


def test_the_day_that_stands_in_for_as_of_is_part_of_the_tag(anonymous, db):
    tags = set()
    for day in ("2026-01-01", "2026-01-02"):
        with time_machine.travel(dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")):
            tags.add(anonymous.get("ledger-entries/")["ETag"])
    assert len(tags) == 2


def test_formats_have_tags_of_their_own(anonymous, db):
    tags = {anonymous.get(f"ledger-entries/?page_size=5&format={name}")["ETag"] for name in ("json", "csv", "jsonl")}
    assert len(tags) == 3


@pytest.fixture
def tagged(analyst):
    pk = make_organization().pk
    return f"organizations/{pk}/", analyst.get(f"organizations/{pk}/")["ETag"]


def test_a_change_of_the_row_that_was_read_is_made(analyst, tagged):
    address, tag = tagged
    changed = analyst.patch(address, {"local_name": "防衛省"}, If_Match=tag)
    assert (changed.status_code, changed.json()["local_name"]) == (200, "防衛省")
    assert analyst.patch(address, {"local_name": "省"}, If_Match=changed["ETag"]).status_code == 200


def test_a_change_of_a_row_that_changed_meanwhile_is_refused(analyst, tagged):
    address, tag = tagged
    analyst.patch(address, {"local_name": "防衛省"})
    refused = analyst.patch(address, {"name": "X"}, If_Match=tag)
    assert (refused.status_code, refused.json()["title"]) == (412, "Precondition Failed")
    assert analyst.read(address)["name"] == "Ministry of Defense"


def test_any_version_matches_a_star(analyst, tagged):
    assert analyst.patch(tagged[0], {"local_name": "x"}, If_Match="*").status_code == 200


def test_facts_about_a_program_do_not_make_its_own_row_another(analyst, db):
    program = make_program("x")
    tag = analyst.get("programs/x/")["ETag"]
    decide(program, "suspended")
    assert analyst.patch("programs/x/", {"description": "…"}, If_Match=tag).status_code == 200


def test_a_put_sets_what_is_not_given_to_its_default(analyst, db):
    make_program("x", description="old", domain="naval")
    replaced = analyst.send("put", "programs/x/", {"code": "x", "name": "New", "country": "JP"}).json()
    assert (replaced["name"], replaced["description"], replaced["domain"]) == ("New", "", "")


def test_what_identifies_a_row_cannot_be_changed(analyst, db):
    make_program("x")
    refused = analyst.patch("programs/x/", {"code": "y"})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["code"])


@pytest.mark.parametrize("given", [{"country": "XX"}, {"kind": "band"}, {"name": ""}, {"nom": "x"}, {"id": 5}])
def test_a_bad_change_is_refused_by_field(analyst, tagged, given):
    refused = analyst.patch(tagged[0], given)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, list(given))


def test_a_url_that_another_document_has_is_a_conflict(analyst, db):
    one, two = (analyst.made("documents/", {"title": "x", "url": f"https://example.org/{n}"}) for n in (1, 2))
    refused = analyst.patch(f"documents/{two['id']}/", {"url": one["url"]})
    assert (refused.status_code, list(refused.json()["errors"])) == (409, ["url"])


def test_descriptive_rows_are_not_deleted(analyst, tagged):
    assert analyst.send("delete", tagged[0], {}).status_code == 405
