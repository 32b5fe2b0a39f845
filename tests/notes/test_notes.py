"""Notes: written by analysts, read by people with an account, taken back and never lost."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from procurement.access.roles import ANALYST, READER, REVIEWER
from procurement.access.tokens import create_user
from procurement.common.errors import Refused
from procurement.notes.models import Note
from procurement.notes.writing import LONGEST, take_back_note, write_note
from tests.admin.conftest import analyst, reader, reviewer  # noqa: F401
from tests.admin.portfolio import fill_flag
from tests.makers import make_contract, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return create_user("ana", ANALYST)


def test_a_note_keeps_its_text_its_author_and_its_moment(ana):
    program = make_program()
    note = write_note(program, "  ask the ministry\r\nabout 2020 ", by=ana)
    note.refresh_from_db()
    assert (note.text, note.written_by, note.subject) == ("ask the ministry\nabout 2020", ana, program)
    assert note.written_at is not None


def test_notes_are_on_programs_contracts_and_flags(ana):
    program = make_program()
    contract = make_contract(program)
    rows = (program, contract, fill_flag(program, contract))
    for row in rows:
        write_note(row, "!", by=ana)
    assert [Note.objects.about(row).count() for row in rows] == [1, 1, 1]


@pytest.mark.parametrize("text", ["", " \n ", "x" * (LONGEST + 1), "a\x00b"])
def test_an_empty_or_endless_text_is_refused(ana, text):
    with pytest.raises(Refused):
        write_note(make_program(), text, by=ana)
    assert not Note.objects.exists()


def test_readers_write_none(ana):
    with pytest.raises(Refused, match="analysts"):
        write_note(make_program(), "!", by=create_user("rea", READER))


def test_a_note_is_taken_back_by_its_author_or_a_reviewer_and_stays(ana):
    first, second = (write_note(make_program(), "!", by=ana) for _ in range(2))
    take_back_note(first.pk, by=ana)
    rita = create_user("rita", REVIEWER)
    take_back_note(second.pk, by=rita)
    taken_back = list(Note.objects.order_by("id").values_list("text", "taken_back_by__username"))
    assert taken_back == [("!", "ana"), ("!", "rita")]


def test_others_do_not_take_it_back(ana):
    note = write_note(make_program(), "!", by=ana)
    with pytest.raises(Refused):
        take_back_note(note.pk, by=create_user("bob", ANALYST))
    note.refresh_from_db()
    assert note.holds


def test_taking_back_twice_keeps_who_did_it_first(ana):
    note = write_note(make_program(), "!", by=ana)
    take_back_note(note.pk, by=ana)
    take_back_note(note.pk, by=create_user("rita", REVIEWER))
    assert Note.objects.get().taken_back_by == ana


def test_the_database_refuses_another_text_and_deletion(ana):
    note = write_note(make_program(), "!", by=ana)
    for change in (lambda: Note.objects.update(text="?"), Note.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    note.refresh_from_db()
    assert note.text == "!"


# on the pages


def place(row, page="change"):
    return reverse(f"admin:procurement_{row._meta.model_name}_{page}", args=[row.pk])


@pytest.fixture(params=["program", "contract", "flag"])
def subject(request):
    program = make_program()
    contract = make_contract(program)
    rows = {"program": program, "contract": contract, "flag": fill_flag(program, contract)}
    return rows[request.param]


def test_a_note_written_on_a_page_is_shown_there(analyst, subject):  # noqa: F811
    answer = analyst.post(place(subject, "note"), {"text": "ask the <ministry>"})
    assert answer.url == f"{place(subject)}#notes"
    page = analyst.get(place(subject)).content.decode()
    assert "ask the &lt;ministry&gt;" in page
    assert "the-analyst" in page


def test_a_refused_note_comes_back_with_its_text(analyst, subject):  # noqa: F811
    answer = analyst.post(place(subject, "note"), {"text": "x" * (LONGEST + 1)})
    assert answer.status_code == 200
    assert "x" * LONGEST in answer.content.decode()


def test_a_note_sent_twice_is_one_note(analyst, subject):  # noqa: F811
    form = {"text": "!", "_form_token": "0" * 32}
    for _ in range(2):
        analyst.post(place(subject, "note"), form)
    assert Note.objects.count() == 1


def test_readers_see_notes_and_cannot_write(reader, ana, subject):  # noqa: F811
    write_note(subject, "ask the ministry", by=ana)
    page = reader.get(place(subject)).content.decode()
    assert "ask the ministry" in page
    assert "new-note" not in page
    assert reader.post(place(subject, "note"), {"text": "!"}).status_code == 403


def test_a_note_is_taken_back_in_two_steps_and_stays_readable(reviewer, ana, subject):  # noqa: F811
    note = write_note(subject, "ask the ministry", by=ana)
    ways = reverse("admin:procurement_note_take_back", args=[note.pk])
    assert ways in reviewer.get(place(subject)).content.decode()
    assert reviewer.get(ways).status_code == 200
    assert reviewer.post(ways).url == f"{place(subject)}#notes"
    page = reviewer.get(place(subject)).content.decode()
    assert "ask the ministry" in page
    assert "taken back by the-reviewer" in page


def test_no_public_page_shows_notes(client, ana):
    program = make_program()
    write_note(program, "ask the ministry", by=ana)
    assert "ask the ministry" not in client.get(f"/en/programs/{program.code}/").content.decode()
    assert "ask the ministry" not in client.get(f"/api/v1/programs/{program.code}/").content.decode()
