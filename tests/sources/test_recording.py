"""Appending, repeating, reversing and correcting: the same for every kind of fact."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User

from procurement.common.dates import Asked
from procurement.common.errors import Conflict, Refused
from procurement.contracts.recording import allocations
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.programs.models import StatusChange
from procurement.programs.recording import status_changes
from procurement.sources.recording import Amending
from tests.makers import allocate, day, decide, make_contract, make_program, make_source, post, say
from tests.racing import at_once, of_kind

pytestmark = pytest.mark.django_db


def entry(contract: Any, amount: str = "100", **more: Any) -> LedgerEntry:
    """An unsaved entry with the key `k`."""
    given = {"measure": "commitment", "effective_on": day("2019-10-31"), "source_key": "k"} | more
    return LedgerEntry(contract=contract, amount=Decimal(amount), **given)


def taking_back(published_on: str | None = None, **more: Any) -> Amending:
    return Amending(source=make_source("2020-05-01"), published_on=day(published_on) if published_on else None, **more)


# appending


def test_a_fact_is_public_on_its_sources_day_unless_it_says_so_itself():
    program = make_program()
    assert decide(program, "suspended", source=make_source("2020-06-16")).published_on == day("2020-06-16")
    assert decide(program, "suspended", published_on=day("2020-06-20")).published_on == day("2020-06-20")


def test_of_a_contract_what_a_fact_is_checked_by_is_read_and_the_rest_when_it_is_asked_for():
    contract, source = make_contract(), make_source()
    given = {"measure": "commitment", "amount": Decimal(1), "effective_on": day("2019-10-31"), "source_id": source.pk}
    read = ledger_entries.record(ledger_entries.draft(contract_id=contract.pk, **given)).fact.contract
    assert "title" in read.get_deferred_fields()
    assert (read, read.currency, read.title) == (contract, contract.currency, contract.title)


def test_nobody_knows_when_a_fact_from_an_undated_source_became_public():
    retrieved = make_source(None, retrieved_at=dt.datetime(2021, 1, 2, tzinfo=dt.UTC))
    assert post(make_contract(), "1", source=retrieved).published_on is None
    assert post(make_contract(), "1", source=make_source(None)).published_on is None


IN_VIEW = [  # published_by, with undated facts, what is committed in view
    ("2020-06-30", False, 0),
    ("2020-06-30", True, 10),
    ("2019-12-31", True, 0),
]


@pytest.mark.parametrize(("published_by", "undated", "committed"), IN_VIEW)
def test_facts_of_unknown_publication_are_left_out_or_taken_at_their_effective_date(published_by, undated, committed):
    post(make_contract(), "10", on="2020-03-01", source=make_source(None))
    rows = LedgerEntry.objects.in_view(Asked(day("2020-12-31"), day(published_by), undated=undated))
    assert sum(row.amount for row in rows) == committed


def test_a_reversal_is_in_view_only_where_what_it_takes_back_is():
    entry = post(make_contract(), "10", on="2020-03-01", source=make_source(None))
    ledger_entries.reverse(entry, Amending(make_source("2020-04-01")))
    asked = Asked(day("2020-12-31"), day("2020-06-30"))
    assert not LedgerEntry.objects.in_view(asked).exists()
    assert LedgerEntry.objects.in_view(replace(asked, undated=True)).count() == 2
    before = replace(asked, published_by=day("2020-03-31"), undated=True)
    assert [row.amount for row in LedgerEntry.objects.in_view(before)] == [10]


def test_a_movement_of_money_is_not_public_before_the_period_in_which_it_happened():
    old = make_source("2020-01-15")
    month = post(make_contract(), "1", on="2020-06-30", effective_precision="month", source=old)
    assert month.published_on == day("2020-06-01")
    by = post(make_contract(), "1", on="2020-06-30", effective_precision="by", source=old)
    assert by.published_on == day("2020-01-15")


def test_an_explicit_earlier_publication_of_a_movement_is_accepted_with_a_warning():
    row = entry(make_contract(), source=make_source(), effective_on=day("2020-06-30"), published_on=day("2020-05-01"))
    (said,) = ledger_entries.record(row).warnings
    assert "published on 2020-05-01, before 2020-06-30" in said


REFUSED = [
    ({"source": None}, "source"),
    ({"effective_on": None}, "effective_on"),
    ({"effective_precision": "week"}, "effective_precision"),
    ({"effective_precision": "year"}, "effective_on"),
    ({"note": "a\x00b"}, "note"),
    ({"source_key": "a\x00b"}, "source_key"),
    ({"source_key": "x" * 201}, "source_key"),
    ({"measure": "gift"}, "measure"),
]


@pytest.mark.parametrize(("given", "field"), REFUSED)
def test_a_bad_fact_is_refused_by_field_and_nothing_is_stored(given, field):
    row = entry(make_contract(), **{"source": make_source()} | given)
    with pytest.raises(Refused) as caught:
        ledger_entries.record(row)
    assert field in caught.value.errors
    assert not LedgerEntry.objects.exists()


def test_all_complaints_come_at_once_with_the_rows_index():
    contract = make_contract()
    rows = [entry(contract, source=make_source()), entry(contract, "0", source=None, source_key="")]
    with pytest.raises(Refused) as caught:
        ledger_entries.record_all(rows)
    assert {"1.source", "1.amount"} <= set(caught.value.errors)
    assert not LedgerEntry.objects.exists()


def test_an_unknown_choice_is_told_the_known_ones():
    with pytest.raises(Refused, match=r"“gift” is not accepted; accepted: ceiling, commitment"):
        ledger_entries.record(entry(make_contract(), measure="gift", source=make_source()))


# repeating


def test_the_same_key_and_content_is_the_same_row():
    contract, source = make_contract(), make_source()
    first, second = (ledger_entries.record(entry(contract, source=source)) for _ in range(2))
    assert (first.created, second.created, second.fact) == (True, False, first.fact)
    assert LedgerEntry.objects.count() == 1


def test_amounts_are_compared_as_numbers_and_notes_as_text():
    contract, source = make_contract(), make_source()
    ledger_entries.record(entry(contract, "100", source=source))
    assert not ledger_entries.record(entry(contract, "100.0000", source=source)).created
    with pytest.raises(Conflict, match=r"other content \(note\)"):
        ledger_entries.record(entry(contract, "100", source=source, note="more"))


OTHER = [{"amount": Decimal(5)}, {"effective_on": day("2019-11-01")}, {"reason": "award"}, {"rounding": Decimal(1)}]


@pytest.mark.parametrize("changes", OTHER)
def test_the_same_key_with_other_content_conflicts_naming_the_row(changes):
    contract, source = make_contract(), make_source()
    stored = ledger_entries.record(entry(contract, source=source)).fact
    row = entry(contract, source=source)
    for name, value in changes.items():
        setattr(row, name, value)
    with pytest.raises(Conflict) as caught:
        ledger_entries.record(row)
    assert caught.value.existing == stored.pk
    assert f"by row {stored.pk}, with other content ({next(iter(changes))})" in caught.value.errors["source_key"][0]


def test_a_repeat_that_leaves_publication_open_meets_any_day():
    contract, source = make_contract(), make_source(None)
    first = ledger_entries.record(entry(contract, source=source)).fact
    with time_machine.travel("2090-01-01T12:00:00Z", tick=False):
        assert ledger_entries.record(entry(contract, source=source)).fact == first
    with pytest.raises(Conflict, match="published_on"):
        ledger_entries.record(entry(contract, source=source, published_on=day("2019-01-01")))


def test_one_key_serves_each_subject_once():
    source = make_source()
    rows = [ledger_entries.record(entry(make_contract(), source=source)).created for _ in range(2)]
    assert rows == [True, True]


def test_rows_without_a_key_are_never_repeats():
    contract, source = make_contract(), make_source()
    assert ledger_entries.record(entry(contract, source=source, source_key="")).created
    assert ledger_entries.record(entry(contract, source=source, source_key="")).created


def test_a_key_twice_in_one_list_is_one_row():
    contract, source = make_contract(), make_source()
    posted = ledger_entries.record_all([entry(contract, source=source), entry(contract, source=source)])
    assert [each.created for each in posted] == [True, False]


# reversing


def test_a_reversal_has_the_same_day_its_own_source_and_the_opposite_amount():
    fact = post(make_contract(), "100", on="2020-01-31")
    back = ledger_entries.reverse(fact, taking_back(note="typed twice"))
    assert (back.amount, back.reason, back.effective_on) == (Decimal(-100), "correction", day("2020-01-31"))
    assert (back.published_on, back.note, back.reverses) == (day("2020-05-01"), "typed twice", fact)
    assert fact.reversal == back


def test_a_payment_can_be_taken_back():
    back = ledger_entries.reverse(post(make_contract(), "100", "payment"), taking_back())
    assert (back.measure, back.amount) == ("payment", Decimal(-100))


def test_a_second_reversal_conflicts_naming_the_first():
    fact = post(make_contract(), "100")
    back = ledger_entries.reverse(fact, taking_back())
    with pytest.raises(Conflict) as caught:
        ledger_entries.reverse(fact, taking_back())
    assert caught.value.existing == back.pk


def test_a_reversal_cannot_be_reversed():
    back = ledger_entries.reverse(post(make_contract(), "100"), taking_back())
    with pytest.raises(Refused, match="is itself a reversal"):
        ledger_entries.reverse(back, taking_back())


def test_a_reversal_cannot_be_public_before_the_fact():
    fact = post(make_contract(), "100", published_on=day("2020-04-30"))
    with pytest.raises(Refused, match="must not be before the fact's own, 2020-04-30"):
        ledger_entries.reverse(fact, taking_back("2020-04-29"))


def test_a_reversal_from_an_older_source_is_public_with_the_fact():
    fact = post(make_contract(), "100", published_on=day("2022-01-01"))
    assert ledger_entries.reverse(fact, taking_back()).published_on == day("2022-01-01")


def test_a_reversal_says_who_entered_it():
    analyst = User.objects.create(username="analyst")
    assert ledger_entries.reverse(post(make_contract(), "1"), taking_back(by=analyst)).entered_by == analyst


def test_every_kind_of_fact_can_be_taken_back() -> None:
    program = make_program()
    contract = make_contract(program)
    posted: list[tuple[Any, Any]] = [
        (status_changes, say(program, "cancelled")),
        (allocations, allocate(contract, program, "0.5", "2020-01-01")),
    ]
    for verbs, fact in posted:
        assert verbs.reverse(fact, taking_back()).reverses == fact


# correcting


def test_a_correction_is_a_reversal_and_the_next_revision():
    fact = post(make_contract(), "100", source_key="k")
    corrected = ledger_entries.correct(fact, taking_back(note="a digit"), {"amount": Decimal(10)}).fact
    assert (corrected.amount, corrected.revision, corrected.source_key) == (Decimal(10), 2, "k")
    assert (corrected.effective_on, corrected.published_on) == (fact.effective_on, day("2020-05-01"))
    assert sum(row.amount for row in LedgerEntry.objects.all()) == 10


def test_a_corrected_fact_is_corrected_again():
    fact = post(make_contract(), "100", source_key="k")
    second = ledger_entries.correct(fact, taking_back(), {"amount": Decimal(10)}).fact
    third = ledger_entries.correct(second, taking_back(), {"amount": Decimal(11)}).fact
    assert (third.revision, list(LedgerEntry.objects.unreversed())) == (3, [third])


def test_a_corrected_fact_cannot_be_corrected_from_its_first_revision_again():
    fact = post(make_contract(), "100", source_key="k")
    ledger_entries.correct(fact, taking_back(), {"amount": Decimal(10)})
    with pytest.raises(Conflict, match="was reversed before"):
        ledger_entries.correct(fact, taking_back(), {"amount": Decimal(11)})


def test_a_bad_correction_takes_nothing_back():
    fact = post(make_contract(), "100", source_key="k")
    with pytest.raises(Refused, match="must not be zero"):
        ledger_entries.correct(fact, taking_back(), {"amount": Decimal(0)})
    assert list(LedgerEntry.objects.unreversed()) == [fact]


def test_a_statement_is_corrected_in_its_words():
    fact = say(make_program(), "cancelled", term="撤去")
    corrected = status_changes.correct(fact, taking_back(), {"term": "撤回"}).fact
    assert (corrected.term, corrected.status, corrected.revision) == ("撤回", "cancelled", 2)
    assert list(StatusChange.objects.unreversed()) == [corrected]


# at once


@pytest.mark.django_db(transaction=True)
def test_posters_at_once_of_one_key_make_one_row():
    contract, source = make_contract(), make_source()
    outcomes = at_once(*[lambda: ledger_entries.record(entry(contract, source=source))] * 4)
    assert sorted(each.created for each in outcomes) == [False, False, False, True]
    assert LedgerEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_posters_at_once_of_other_content_get_one_row_and_a_conflict():
    contract, source = make_contract(), make_source()
    acts = [
        lambda amount=amount: ledger_entries.record(entry(contract, amount, source=source)) for amount in ("1", "2")
    ]
    assert len(of_kind(at_once(*acts), Conflict)) == 1
    assert LedgerEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_lists_at_once_in_another_order_do_not_deadlock():
    contract, source = make_contract(), make_source()

    def posting(keys: str) -> list[Any]:
        return ledger_entries.record_all([entry(contract, source=source, source_key=key) for key in keys])

    outcomes = at_once(*[lambda keys=keys: posting(keys) for keys in ("abcdefgh", "hgfedcba") * 2])
    assert all(isinstance(each, list) for each in outcomes)
    assert LedgerEntry.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_two_reversals_at_once_are_one_and_a_conflict():
    fact, amending = post(make_contract(), "100"), taking_back()
    outcomes = at_once(*[lambda: ledger_entries.reverse(fact, amending)] * 2)
    assert len(of_kind(outcomes, Conflict)) == len(of_kind(outcomes, LedgerEntry)) == 1
    assert LedgerEntry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_correction_and_a_reversal_at_once_are_one_and_a_conflict():
    fact, amending = post(make_contract(), "100", source_key="k"), taking_back()
    outcomes = at_once(
        lambda: ledger_entries.reverse(fact, amending),
        lambda: ledger_entries.correct(fact, amending, {"amount": Decimal(1)}),
    )
    assert len(of_kind(outcomes, Conflict)) == 1
    assert LedgerEntry.objects.filter(reverses=fact).count() == 1
