"""True when, public when, recorded when."""

import datetime as dt

import pytest
from django.db import connection, transaction

from procurement.contracts.models import Contract
from procurement.contracts.recording import allocations, create_contract
from procurement.exposure.answering import Question, answer
from procurement.ledger.recording import ledger_entries
from procurement.programs.recording import status_changes
from procurement.sources.recording import Amending
from tests.exposure.asking import ask, asked, by, total
from tests.makers import day, decide, make_contract, make_organization, make_program, make_source, post, rehome


def clock() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def amending(published_on: str) -> Amending:
    return Amending(source=make_source(published_on), published_on=day(published_on))


@pytest.mark.django_db
def test_as_of_leaves_out_what_was_not_true_yet():
    contract = make_contract(committed="1000.00", paid="100.00")
    post(contract, "50.00", "payment", on="2021-03-31")
    assert total("2021-03-30")["paid"] == "100.00"
    assert total("2021-03-31")["paid"] == "150.00"


@pytest.mark.django_db
def test_published_by_leaves_out_what_nobody_could_know_yet():
    contract = make_contract(committed="1000.00", paid="100.00")
    post(contract, "50.00", "payment", on="2020-03-31", published_on=day("2020-06-22"))
    assert total("2021-01-01", published_by="2020-06-21")["paid"] == "100.00"
    assert total("2021-01-01", published_by="2020-06-22")["paid"] == "150.00"


@pytest.mark.django_db
def test_a_rehoming_that_was_not_public_leaves_the_contract_where_it_seemed_to_be():
    old, new = make_program("old"), make_program("new")
    contract = make_contract(old, committed="1000.00")
    rehome(contract, [(old, "0"), (new, "1")], "2020-12-18", published_on=day("2024-12-10"))
    assert set(by("program", ask("2021-01-01", "program", published_by="2024-12-09"))) == {old.pk}
    assert set(by("program", ask("2021-01-01", "program", published_by="2024-12-10"))) == {new.pk}


@pytest.mark.django_db
def test_a_reversed_entry_counts_until_its_reversal_is_public():
    contract = make_contract(committed="1000.00", paid="100.00")
    wrong = post(contract, "50.00", "payment", on="2020-03-31")
    ledger_entries.reverse(wrong, amending("2020-09-01"))
    assert total("2021-01-01", published_by="2020-08-31")["paid"] == "150.00"
    assert total("2021-01-01", published_by="2020-09-01")["paid"] == "100.00"


@pytest.mark.django_db
def test_payments_are_unknown_again_when_the_only_one_is_reversed():
    contract = make_contract(committed="1000.00")
    wrong = post(contract, "50.00", "payment", on="2020-03-31")
    ledger_entries.reverse(wrong, amending("2020-09-01"))
    assert total("2021-01-01")["paid"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("as_of", "published_by", "seen"),
    [("2019-10-30", None, False), ("2019-10-31", None, True), ("2021-01-01", "2019-10-30", False)],
)
def test_a_contract_appears_from_its_sources_date(as_of, published_by, seen):
    make_contract(status=None)
    assert bool(ask(as_of, published_by=published_by).rows) is seen


@pytest.mark.django_db
def test_a_contract_of_an_undated_source_and_without_a_fact_is_in_view_from_the_day_it_was_recorded():
    source = make_source(None, retrieved_at=dt.datetime(2020, 3, 1, 12, tzinfo=dt.UTC))
    recorded = create_contract(undated(source))
    recorded.refresh_from_db()
    today = recorded.created_at.date()
    assert [len(ask(f"{on}").rows) for on in (today - dt.timedelta(days=1), today)] == [0, 1]


def undated(source) -> Contract:
    return Contract(reference="C", title="C", buyer=make_organization(), currency="JPY", source=source)


@pytest.mark.django_db
def test_a_contract_appears_before_its_sources_date_with_its_first_fact():
    contract = make_contract(status=None, signed_on="2020-10-31")
    assert ask("2020-01-31").rows == []
    entry = post(contract, "1000.00", on="2020-01-31")
    assert total("2020-01-31")["committed"] == "1000.00"
    ledger_entries.reverse(entry, amending("2020-01-31"))
    assert ask("2020-01-31").rows == []


@pytest.mark.django_db(transaction=True)
def test_recorded_by_gives_back_the_answer_of_that_moment():
    program = make_program()
    contract = make_contract(program, committed="1000.00", paid="100.00")
    entry = post(contract, "50.00", "payment", on="2020-03-31")
    before = clock()
    answered = answer(Question(asked("2021-01-01", None, before), ("program",)))
    ledger_entries.correct(entry, amending("2020-04-01"), {"amount": entry.amount + 1})
    decide(program, "suspended", "2020-06-15")
    again = answer(Question(asked("2021-01-01", None, before), ("program",)))
    assert (again.rows, again.totals) == (answered.rows, answered.totals)
    assert total("2021-01-01")["paid"] == "151.00"


@pytest.mark.django_db(transaction=True)
def test_recorded_by_forgets_later_shares_decisions_and_contracts():
    program = make_program()
    decision = decide(program, "suspended", "2020-06-15")
    make_contract(program, committed="1000.00", paid="100.00")
    moments = [clock()]
    status_changes.reverse(decision, amending("2020-07-01"))
    moments.append(clock())
    allocations.reverse(program.programallocation_set.get(), amending("2020-07-01"))
    make_contract(committed="7.00")
    moments.append(clock())
    answers = [answer(Question(asked("2021-01-01", None, moment), ("program",))) for moment in moments]
    seen = [[(row.keys["program"], row.texts()["committed"]) for row in each.rows] for each in answers]
    assert seen == [[(program.pk, "1000.00")], [(program.pk, "1000.00")], [(None, "1007.00")]]
    assert [each.rows[0].texts()["paid_since"] for each in answers] == ["0.00", None, None]


@pytest.mark.django_db(transaction=True)
def test_what_one_transaction_recorded_appears_together():
    before = clock()
    with transaction.atomic():
        make_contract(committed="1000.00", paid="100.00")
        inside = clock()
        make_contract(committed="1.00", paid="1.00")
    committed = [
        [row.texts()["committed"] for row in answer(Question(asked("2021-01-01", None, moment))).totals]
        for moment in (before, inside, clock())
    ]
    assert committed == [[], ["1001.00"], ["1001.00"]]
