"""A generated portfolio has what real ones have, the same each time."""

import pytest
from django.db import connection
from django.db.models import F, Sum

from benchmarks.casting import Cast
from benchmarks.exposure import questions
from benchmarks.portfolio import TABLES
from benchmarks.size import MID, TODAY, Size
from procurement.common.dates import Asked
from procurement.contracts.models import Contract, Guarantee, LiabilityEstimate, Milestone, ProgramAllocation
from procurement.contracts.sharing import Share, first_excess
from procurement.exposure.answering import Question, answer
from procurement.ledger.models import LedgerEntry, Measure
from procurement.programs.reading import standings
from procurement.sources.facts import fact_models, rows_of
from tests.benchmarks.conftest import SMALL


def test_it_has_exactly_the_entries_asked_for_and_their_reversals(filled):
    assert LedgerEntry.objects.filter(reverses=None).count() == SMALL.entries == 1_800
    assert LedgerEntry.objects.exclude(reverses=None).count() == SMALL.reversals == 18


def test_the_same_seed_makes_the_same_rows():
    def lines(seed):
        cast = Cast(Size(60, 4, programs=7, suppliers=5, seed=seed))
        return [list(rows(cast).lines) for rows in TABLES]

    assert lines(1) == lines(1) != lines(2)


def test_every_measure_currency_and_kind_of_fact_is_there(filled):
    assert set(LedgerEntry.objects.values_list("measure", flat=True)) == set(Measure.values)
    assert set(Contract.objects.values_list("currency", flat=True)) == {"JPY", "USD", "EUR"}
    for model in (Milestone, LiabilityEstimate, Guarantee):
        assert model.objects.exists()
    assert LedgerEntry.objects.exclude(milestone=None).exists()


def test_a_reversal_takes_back_all_of_one_entry_later(filled):
    for back in LedgerEntry.objects.exclude(reverses=None).select_related("reverses"):
        assert back.amount == -back.reverses.amount
        assert (back.contract_id, back.measure, back.effective_on) == (
            back.reverses.contract_id, back.reverses.measure, back.reverses.effective_on,
        )  # fmt: skip
        assert (back.published_on, back.recorded_at) >= (back.reverses.published_on, back.reverses.recorded_at)


def test_some_facts_are_public_late_and_none_before_it_was_true(filled):
    for model in fact_models():
        assert not rows_of(model).filter(published_on__lt=F("effective_on")).exists()
        assert not rows_of(model).filter(recorded_at__date__lt=F("published_on")).exists()
    assert LedgerEntry.objects.filter(published_on__gt=F("effective_on")).exists()


def test_a_tenth_is_re_homed_and_shares_never_exceed_one(filled):
    shares = {}
    for row in ProgramAllocation.objects.all():
        share = Share(row.program_id, row.share, row.effective_on, row.published_on, row.pk)
        shares.setdefault(row.contract_id, []).append(share)
    assert sum(len(each) > 1 for each in shares.values()) == SMALL.contracts / 10
    assert [each for each in shares.values() if first_excess(each)] == []


@pytest.mark.parametrize("day", [MID, TODAY])
def test_a_fifth_of_the_programs_is_stopped_sometime_and_some_are_disputed(filled, day):
    found = standings(Asked(day)).values()
    assert 0 < sum(each.is_stopped for each in found) <= SMALL.programs / 5
    assert any(each.disputed for each in found)


def test_everything_measured_has_an_answer(filled):
    for day in (MID, TODAY):
        for name, question, _ in questions(SMALL, day):
            # so few programs need not have what a filter asks for
            assert answer(question).totals or question.filters, name


def test_its_total_is_that_of_the_ledger(filled):
    totals = answer(Question(Asked(TODAY), ("none",))).rows
    committed = LedgerEntry.objects.filter(measure="commitment").aggregate(sum=Sum("amount"))["sum"]
    assert sum(row.figures["committed"] for row in totals) == committed
    assert sum(row.contracts for row in totals) == SMALL.contracts


def test_triggers_and_indexes_are_awake_afterwards(filled):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('session_replication_role')")
        assert cursor.fetchone()[0] == "origin"
        cursor.execute("SELECT count(*) FROM pg_index WHERE NOT indisready OR NOT indisvalid")
        assert cursor.fetchone()[0] == 0


def test_a_new_entry_gets_an_id_of_its_own(filled):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('procurement_ledgerentry', 'id'))")
        assert cursor.fetchone()[0] > SMALL.entries + SMALL.reversals


def test_progress_is_told_in_lines_where_there_is_no_terminal(filled):
    said = filled.getvalue()
    assert "1,818 rows of ledger entry" in said
    assert "\r" not in said
