"""Posting programs and what is decided and said about them."""

import pytest

from procurement.common.dates import Asked
from procurement.common.errors import Conflict, Refused
from procurement.parties.models import Organization
from procurement.programs.models import Program, ProgramLink
from procurement.programs.reading import standing_of, standings
from procurement.programs.recording import (
    create_program,
    default_side,
    find_or_create_program,
    program_links,
    status_changes,
)
from procurement.sources.recording import Amending
from tests.makers import day, decide, make_organization, make_program, make_source, say
from tests.racing import at_once, of_kind

pytestmark = pytest.mark.django_db


# programs


def test_a_program_has_its_buyers_country_unless_it_says_so_itself():
    assert make_program().country == "JP"
    assert make_program(country="US").country == "US"
    assert make_program(buyer=None).country == ""


def test_a_code_is_taken_once():
    stored = make_program("aegis-ashore")
    with pytest.raises(Conflict) as caught:
        make_program("aegis-ashore")
    assert caught.value.existing == stored.pk


def test_a_program_is_matched_by_its_code_and_a_match_edits_nothing():
    stored = make_program("aegis-ashore", name="Aegis Ashore")
    assert find_or_create_program(Program(code="aegis-ashore", name="Other")) == stored
    stored.refresh_from_db()
    assert stored.name == "Aegis Ashore"


REFUSED = [
    ({"code": ""}, "code"),
    ({"code": "a b"}, "code"),
    ({"code": "イージス"}, "code"),
    ({"code": "a\x00"}, "code"),
    ({"code": "x", "name": ""}, "name"),
    ({"code": "x", "country": "Japan"}, "country"),
    ({"code": "x", "domain": "d" * 61}, "domain"),
]


@pytest.mark.parametrize(("given", "field"), REFUSED)
def test_a_bad_program_is_refused_and_not_stored(given, field):
    with pytest.raises(Refused) as caught:
        find_or_create_program(Program(**{"name": "X"} | given))
    assert list(caught.value.errors) == [field]
    assert not Program.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_program():
    acts = [lambda: create_program(Program(code="x", name="X"))] * 3
    assert len(of_kind(at_once(*acts), Conflict)) == 2
    found = at_once(*[lambda: find_or_create_program(Program(code="y", name="Y"))] * 3)
    assert len({each.pk for each in found}) == 1


# sides


SIDES = [
    ("the buyer itself", ("Ministry of Defense", "JP", "government_executive"), True, "buyer"),
    ("another ministry", ("Ministry of Foreign Affairs", "JP", "government_executive"), True, "buyer"),
    ("its legislature", ("Diet", "JP", "legislature"), True, "other"),
    ("its press", ("Jiji", "JP", "press"), True, "other"),
    ("another executive", ("US Navy", "US", "government_executive"), True, "other"),
    ("inline without a kind", ("Cabinet", "JP", "other"), False, "buyer"),
    ("inline without a kind, abroad", ("MDA", "US", "other"), False, "other"),
]


@pytest.mark.parametrize(("named", "kind_given", "side"), [each[1:] for each in SIDES], ids=[each[0] for each in SIDES])
def test_the_default_side(named, kind_given, side):
    name, country, kind = named
    organization = make_organization(name, country, kind=kind)
    assert default_side(make_program(), organization, kind_given=kind_given) == side


def test_nobody_in_particular_is_on_the_other_side():
    assert default_side(make_program(), None) == "other"


def test_an_umbrella_programs_own_country_is_home():
    umbrella = make_program(buyer=None, country="JP")
    assert default_side(umbrella, make_organization()) == "buyer"
    nowhere = make_program(buyer=None)
    assert default_side(nowhere, Organization.objects.get()) == "other"


def test_a_given_side_stays():
    assert decide(make_program(), "suspended", side="seller").side == "seller"


# decisions and statements


def test_a_statement_may_have_no_status_and_a_decision_may_not():
    program = make_program()
    assert say(program, "").status == ""
    with pytest.raises(Refused, match="accepted: planned, approved"):
        decide(program, "")


@pytest.mark.parametrize(
    ("field", "value"), [("status", "halted"), ("kind", "rumour"), ("side", "enemy"), ("scope", "half"), ("kind", "")]
)
def test_an_unknown_word_is_refused(field, value):
    with pytest.raises(Refused) as caught:
        say(make_program(), **{"status": "suspended", field: value})
    assert list(caught.value.errors) == [field]


def test_a_decision_revokes_one_about_the_same_program():
    program = make_program()
    halt = decide(program, "suspended")
    assert decide(program, "", "2020-07-01", revokes=halt).revokes == halt


def test_only_an_earlier_decision_about_the_same_program_is_revoked():
    program, other = make_program(), make_program()
    rows = [decide(other, "suspended"), say(program, "suspended"), decide(program, "suspended", "2020-08-01")]
    for revoked in rows:
        with pytest.raises(Refused) as caught:
            decide(program, "active", "2020-07-01", revokes=revoked)
        assert list(caught.value.errors) == ["revokes"]


def test_a_statement_revokes_nothing():
    program = make_program()
    with pytest.raises(Refused, match="revokes"):
        say(program, "active", "2020-07-01", revokes=decide(program, "suspended"))


def test_one_text_of_each_language_is_kept_beside_the_code():
    change = say(make_program(), "cancelled", term="撤回", quotation="配備を撤回する", speaker="Kono Taro")
    change.refresh_from_db()
    assert (change.term, change.quotation, change.speaker) == ("撤回", "配備を撤回する", "Kono Taro")


def test_a_program_is_not_linked_to_itself():
    program = make_program()
    row = ProgramLink(program=program, other=program, kind="successor", effective_on=day("2020-12-18"))
    row.source = make_source()
    with pytest.raises(Refused, match="cannot be linked to itself"):
        program_links.record(row)


def test_a_repeat_that_leaves_its_side_open_meets_any_side():
    program, body = make_program(), make_organization("Cabinet", "JP")
    source = make_source()
    said = [say(program, "suspended", organization=body, source=source, source_key="k")]
    body.kind = "press"
    body.save(update_fields=["kind"])
    said.append(say(program, "suspended", organization=body, source=source, source_key="k"))
    assert (said[0], said[1].side) == (said[1], "buyer")


# standings from the database


def test_standings_are_read_for_many_programs_at_once(django_assert_num_queries):
    programs = [make_program() for _ in range(3)]
    for program in programs[:2]:
        decide(program, "suspended")
    with django_assert_num_queries(1):
        found = standings(Asked(day("2020-07-01")))
    assert {key: value.status for key, value in found.items()} == {p.pk: "suspended" for p in programs[:2]}


def test_a_standing_is_as_known_then():
    program = make_program()
    decide(program, "suspended", "2020-06-15", published_on=day("2020-06-20"))
    seen = [standing_of(program.pk, Asked(day("2020-06-30"), day(by))).status for by in ("2020-06-19", "2020-06-20")]
    assert seen == [None, "suspended"]


def test_a_decision_taken_back_does_not_stand():
    program = make_program()
    decide(program, "approved", "2019-01-01")
    status_changes.reverse(decide(program, "suspended"), Amending(source=make_source("2020-07-01")))
    assert standing_of(program.pk, Asked(day("2020-08-01"))).status == "approved"
    assert standing_of(program.pk, Asked(day("2020-08-01"), day("2020-06-30"))).status == "suspended"


def test_a_revocation_taken_back_revokes_nothing():
    program = make_program()
    lift = decide(program, "", "2020-07-01", revokes=decide(program, "suspended"))
    assert standing_of(program.pk, Asked(day("2020-08-01"))).status is None
    status_changes.reverse(lift, Amending(source=make_source("2020-07-15")))
    assert standing_of(program.pk, Asked(day("2020-08-01"))).status == "suspended"


def test_positions_carry_words_body_and_source():
    program, source = make_program(), make_source("2020-06-25")
    words = {"speaker": "Kono", "role": "Minister", "term": "断念", "quotation": "配備を断念"}
    change = say(program, "cancelled", "2020-06-25", source=source, **words)
    (position,) = standing_of(program.pk, Asked(day("2020-07-01"))).positions
    assert {name: getattr(position, name) for name in words} == words
    assert (position.organization, position.source_id) == ("Ministry of Defense", source.pk)
    assert position.id == change.pk
