"""Taking a batch back."""

from decimal import Decimal

import pytest

from procurement.common.errors import Conflict
from procurement.contracts.models import Contract, ContractParty, ProgramAllocation
from procurement.imports.batches import undoing
from procurement.imports.batches.running import run_next
from procurement.imports.batches.undoing import request_undo
from procurement.imports.models import ImportBatch
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.sources.facts import fact_models, rows_of
from procurement.sources.recording import Amending
from tests.imports.orders import FIRST, HEAD, analyst, handed_in, imported, orders, said, worked_on
from tests.imports.test_corrections import CHANGED, award, standing
from tests.imports.texts import WHOLE
from tests.makers import make_program, post

pytestmark = pytest.mark.django_db
__all__ = ["orders"]

WITHDRAWN = {"contract": 3, "organization": 3, "document": 1}


def undone(batch: ImportBatch, **more) -> ImportBatch:
    request_undo(batch.pk, **{"by": None} | more)
    return worked_on(batch)


def unreversed() -> int:
    return sum(rows_of(model).filter(reverses=None, reversed_by=None).count() for model in fact_models())


def test_every_fact_is_taken_back_by_a_reversal():
    batch = undone(imported(FIRST), by=analyst(), note="the wrong year")
    assert (batch.state, unreversed()) == ("undone", 0)
    assert batch.taken_back["facts"] == {"ledger_entries": 3, "contract_parties": 3}
    reversal = LedgerEntry.objects.filter(reverses__isnull=False).first()
    assert (reversal.note, reversal.entered_by.username) == ("the wrong year", "ana")
    assert (reversal.source, reversal.published_on) == (reversal.reverses.source, reversal.reverses.published_on)


def test_a_whole_portfolio_is_taken_back_in_the_right_order():
    batch = undone(imported(WHOLE, "a.yaml"))
    assert (unreversed(), batch.taken_back["left"]) == (0, {})


def test_a_batch_is_taken_back_once_and_only_when_it_has_ended():
    batch = handed_in(FIRST)
    with pytest.raises(Conflict, match="Received"):
        request_undo(batch.pk, by=None)
    undone(worked_on(batch))
    with pytest.raises(Conflict, match="Taken back"):
        request_undo(batch.pk, by=None)


def test_the_file_again_after_an_undo_is_taken_as_new_revisions():
    undone(imported(FIRST))
    batch = imported(FIRST)
    assert (standing(), batch.records, award().revision) == ([100, 200, 300], {"taken": 3}, 2)
    undone(batch)
    assert (unreversed(), imported(CHANGED).records, award().revision) == (0, {"taken": 3}, 3)
    assert standing() == [100, 250, 300]


def test_a_corrected_row_stands_again_when_the_correction_is_taken_back():
    first = imported(FIRST)
    undone(imported(CHANGED))
    assert (standing(), award().revision) == ([100, 200, 300], 3)
    assert imported(FIRST).records == {"unchanged": 3}
    undone(first)
    assert unreversed() == 0


def test_it_stays_gone_when_its_own_batch_was_taken_back_first():
    first, second = imported(FIRST), imported(CHANGED)
    undone(first)
    assert standing() == [250]
    undone(second)
    assert unreversed() == 0


def test_what_a_person_corrected_stays_and_is_named():
    batch = imported(FIRST)
    ledger_entries.correct(award(), Amending(award().source, by=analyst()), {"amount": Decimal(210)})
    undone(batch)
    assert (standing(), batch.taken_back["left"]) == ([210], {"ledger_entries": 1})
    assert "was taken back or corrected since, by row" in said(batch, "undo")[0]
    assert "entered by ana" in said(batch, "undo")[0]


def test_a_fact_to_which_somebody_elses_refers_stays_and_is_named():
    batch = imported(WHOLE, "a.yaml")
    milestone = Contract.objects.get().milestone_set.get()
    theirs = post(Contract.objects.get(), "1", "payment", milestone=milestone)
    undone(batch)
    assert batch.taken_back["left"] == {"milestones": 1}
    assert f"ledger entry {theirs.pk} refers to it: take that back first" in said(batch, "undo")[0]


def test_a_rehoming_by_a_person_since_keeps_the_shares_sound():
    batch = imported(HEAD + "A1,Maker,2020-01-31,100,shore\n")
    contract, ship = Contract.objects.get(), make_program("ship")
    first = ProgramAllocation.objects.get()
    from procurement.contracts.recording import allocations

    common = {"contract": contract, "effective_on": "2020-06-30", "source": first.source}
    allocations.record_all(
        [
            ProgramAllocation(program=first.program, share=Decimal(0), **common),
            ProgramAllocation(program=ship, share=Decimal(1), **common),
        ]
    )
    undone(batch)
    assert list(ProgramAllocation.objects.unreversed().order_by("share").values_list("share", flat=True)) == [0, 1]


@pytest.mark.parametrize("after", [1, 2])
def test_an_undo_that_was_broken_off_goes_on(monkeypatch, after):
    class Killed(BaseException):
        pass

    real, done = undoing.reverse_all, []

    def reverse_all(*given, **named):
        if len(done) == after:
            raise Killed
        done.append(1)
        return real(*given, **named)

    monkeypatch.setattr(undoing, "AT_ONCE", 1)
    batch = imported(FIRST)
    request_undo(batch.pk, by=None)
    with monkeypatch.context() as patch:
        patch.setattr(undoing, "reverse_all", reverse_all)
        with pytest.raises(Killed):
            run_next()
    worked_on(batch)
    assert (batch.state, unreversed()) == ("undone", 0)
    assert batch.taken_back == {
        "facts": {"ledger_entries": 3, "contract_parties": 3},
        "left": {},
        "restored": {},
        "withdrawn": WITHDRAWN,
    }
    assert ContractParty.objects.filter(reverses__isnull=False).count() == 3
