"""Conditional reads and writes."""

import datetime as dt
import gzip

import pytest
import time_machine
from django.db import connection

from procurement.common import data_version
from tests.makers import decide, make_organization, make_program, make_supplier, report
from tests.racing import open_transaction


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


# answers that follow from the version of the data


def test_a_known_answer_is_told_without_reading_anything(anonymous, db, monkeypatch):
    make_program("x")
    tag = anonymous.get("programs/")["ETag"]
    monkeypatch.setattr("procurement.api.records.programs.Programs.found", None)
    known = anonymous.get("programs/", If_None_Match=tag)
    assert (known.status_code, known["ETag"], known["Cache-Control"]) == (304, tag, "no-cache")


def test_any_change_of_any_table_makes_another_version(anonymous, db):
    program = make_program("x")
    changes = (lambda: decide(program, "suspended"), lambda: make_supplier("Y"), lambda: report(program, "paid", "1"))
    for change in changes:
        tag = anonymous.get("programs/")["ETag"]
        change()
        assert anonymous.get("programs/", If_None_Match=tag).status_code == 200


@pytest.mark.django_db
def test_every_table_of_an_answer_draws_a_number():
    with connection.cursor() as cursor:
        cursor.execute(data_version.TABLES, [[]])
        lacking = {name.removeprefix("procurement_") for name, is_attached in cursor.fetchall() if not is_attached}
    assert lacking == data_version.NOT_ANSWERED


def test_a_tag_is_one_address_s_one_role_s_and_one_language_s(anonymous, reader, analyst):
    addresses = ("flags/", "flags/?page_size=5")
    tags = {each.get(address)["ETag"] for each in (anonymous, reader, analyst) for address in addresses}
    assert len(tags) == 6


@pytest.mark.django_db(transaction=True)
def test_while_somebody_writes_the_version_is_not_known(anonymous):
    make_program("x")
    with open_transaction(writing=True):
        unknown = anonymous.get("programs/")
        assert not unknown["ETag"].startswith("W/")
        assert anonymous.get("programs/", If_None_Match=unknown["ETag"]).status_code == 304


def test_textual_answers_are_compressed_and_tell_of_it(anonymous, analyst):
    for number in range(30):
        make_program(f"p-{number}")
    for address in ("programs/", "programs/?format=csv", "schema/"):
        answer = anonymous.get(address, Accept_Encoding="gzip")
        packed = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert (answer["Content-Encoding"], "Accept-Encoding" in answer["Vary"]) == ("gzip", True)
        assert len(gzip.decompress(packed)) > len(packed)
    tag = anonymous.get("programs/", Accept_Encoding="gzip")["ETag"]
    assert anonymous.get("programs/", If_None_Match=tag, Accept_Encoding="gzip").status_code == 304


def test_what_is_one_user_s_own_is_neither_compressed_nor_kept(analyst):
    for number in range(5):
        analyst.made("channels/", {"kind": "email", "address": f"{number}@example.org"})
    answer = analyst.get("channels/", Accept_Encoding="gzip")
    assert (answer.has_header("Content-Encoding"), "private" in answer["Cache-Control"]) == (False, True)
    assert len(answer.content) > 200


def test_a_row_that_was_read_compressed_can_be_changed_by_its_tag(analyst, tagged):
    tag = analyst.get(tagged[0], Accept_Encoding="gzip")["ETag"]
    assert analyst.patch(tagged[0], {"local_name": "省"}, If_Match=tag).status_code == 200
