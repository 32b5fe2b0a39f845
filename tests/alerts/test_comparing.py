"""What was outstanding and committed when a digest's period began, and when it ended."""

import datetime as dt

import pytest
from django.utils import timezone

from procurement.alerts.comparing import compared
from procurement.alerts.digesting import make_digests
from procurement.alerts.models import Alert, Delivery
from procurement.common.clock import database_now
from procurement.delivery.composing import compose
from procurement.delivery.figures_in_words import figures_in_words
from tests.alerts.news import changed, tell
from tests.alerts.subscribers import subscribe
from tests.makers import make_contract, make_program, post

#: Facts are dated by their transaction, and so is what is compared.
pytestmark = pytest.mark.django_db(transaction=True)

DAY = dt.timedelta(days=1)


def told_of(program, contract=None) -> list[Alert]:
    """What a digest would tell of a program, or of a contract of it."""
    subscribe(cadence="daily")
    tell(changed(program, contract_id=contract and contract.pk), at=timezone.now())
    return list(Alert.objects.all())


def lines(alerts, since) -> list[tuple[str, list[str]]]:
    found = [figures_in_words(each) for each in compared(alerts, since=since, until=database_now())]
    return [(each["title"], each["lines"]) for each in found]


def test_a_program_has_its_figures_before_and_after_and_the_change():
    program = make_program()
    contract = make_contract(program, committed="100", paid="40")
    since = database_now()
    post(contract, "25", "payment")
    assert lines(told_of(program), since) == [
        (
            f"{program.name}, under all its contracts",
            ["Outstanding: 60 JPY -> 35 JPY (-25 JPY)", "Committed: 100 JPY, unchanged"],
        )
    ]


def test_a_whole_contract_and_the_programs_share_of_it_are_told_apart():
    program = make_program()
    contract = make_contract(program, committed="100", paid="40", share="0.5")
    since = database_now()
    post(contract, "20", "commitment")
    titles = [title for title, _ in lines(told_of(program, contract), since)]
    assert [title.split(", ")[1] for title in titles] == [
        "under all its contracts", "under the whole contract", f"in the share of 0.5 of {program.name}",
    ]  # fmt: skip
    said = dict(lines(list(Alert.objects.all()), since))
    assert said[titles[1]][0] == "Outstanding: 60 JPY -> 80 JPY (+20 JPY)"
    assert said[titles[2]][0] == "Outstanding: 30 JPY -> 40 JPY (+10 JPY)"


def test_what_is_unknown_stays_unknown():
    program = make_program()
    make_contract(program, committed="100")
    since = database_now()
    make_contract(program, committed="30", paid="20")
    (amounts,) = [each["amounts"] for each in compared(told_of(program), since=since, until=database_now())]
    outstanding = {key: amounts[0][key] for key in ("before", "after", "change", "unknown_before", "unknown_after")}
    assert outstanding == {
        "before": None, "after": "10.00", "change": None, "unknown_before": 1, "unknown_after": 1,
    }  # fmt: skip
    (said,) = [lines for _, lines in lines(list(Alert.objects.all()), since)]
    assert said[0] == "Outstanding: unknown of 1 contract -> 10 JPY and unknown of 1 contract"


def test_a_contract_that_was_not_there_has_nothing_on_record_before():
    program, since = make_program(), database_now()
    make_contract(program, committed="100", paid="40")
    ((_, said),) = lines(told_of(program), since)
    assert said[0] == "Outstanding: nothing on record in JPY -> 60 JPY"


def test_it_costs_the_same_for_many(django_assert_max_num_queries):
    since = database_now()
    for _ in range(5):
        program = make_program()
        alerts = told_of(program, make_contract(program, committed="100"))
    with django_assert_max_num_queries(12):
        assert len(compared(alerts, since=since, until=database_now())) == 10


def test_a_digest_keeps_its_figures_so_that_a_retry_says_the_same():
    program = make_program()
    contract = make_contract(program, committed="100", paid="40")
    told_of(program)
    assert make_digests(now=database_now() + DAY) == 1
    digest = Delivery.objects.get()
    before = compose(digest).text
    post(contract, "25", "payment")
    assert "60 JPY" in before
    assert compose(Delivery.objects.get()).text == before
    assert compose(digest).figures[0]["program"]["code"] == program.code
