"""Attack class: what leaving did cost is on record, what had been paid is not."""

import pytest
from django.test import Client

from procurement.figures.models import ReportedFigure
from tests.exposure.examples.asking import BALANCE, SINCE, of_program, read, rows, some
from tests.exposure.examples.attack_class import enter_attack_class

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def contract():
    return enter_attack_class()


@pytest.mark.parametrize("as_of", ["2016-09-30", "2021-09-14", "2021-09-15", "2022-06-11"])
def test_payments_were_never_published_so_all_is_unaccounted_for(as_of):
    """C = the certain 450 of 450 to 500 million; P is unknown, before and after the end, so outstanding is too."""
    row = of_program("attack-class", as_of)
    assert some(row, *BALANCE) == ["450000000.00", None, None, "450000000.00"]
    assert some(row["coverage"], "paid", "paid_complete") == ["0.0000", "0.0000"]


#: A$830 million = EUR 555 million, in the contract's currency, on the day of the settlement; before it, unknown
EXIT_PAID = {"2021-09-15": None, "2022-06-10": None, "2022-06-11": "830000000.00"}


@pytest.mark.parametrize("as_of", EXIT_PAID)
def test_what_leaving_did_cost(as_of):
    assert of_program("attack-class", as_of)["exit_paid"] == EXIT_PAID[as_of]


SINCE_THE_END = {
    "2021-09-14": (None, "active", [None, None, None]),
    # nothing was committed afterwards; what was paid is not known
    "2021-09-15": ("cancelled", "terminated", ["0.00", None, None]),
    # compensation passes outside the price: it is no payment under the contract
    "2022-06-11": ("cancelled", "terminated", ["0.00", None, None]),
}


@pytest.mark.parametrize("as_of", SINCE_THE_END)
def test_program_and_contract_ended_on_one_day(as_of):
    (row,) = rows(as_of, group_by="program,contract_status", program="attack-class")
    assert (row["program"]["status"], row["contract_status"], some(row, *SINCE)) == SINCE_THE_END[as_of]


def test_the_end_was_public_with_its_source_ten_days_later():
    """The Saturday Paper of 25 September is our source for the 15th; nothing entered here was public before it."""
    asked = "/api/v1/programs/attack-class/?as_of=2021-09-30&published_by="
    assert Client().get(f"{asked}2021-09-24").status_code == 404
    assert Client().get(f"{asked}2021-09-25").json()["status"] == "cancelled"


def test_decision_notice_and_act_fell_on_one_day():
    """Hours after a letter to proceed, a statement of the same day and no doubt: a lag of 0 days throughout."""
    lag = read("programs/attack-class/", "2021-09-30")["lag"]
    assert set(lag) == {"first_doubt", "stop", "other_side_notified", "contract_act"}
    assert all(each == {"on": "2021-09-15", "precision": "day", "days": 0} for each in lag.values())


def test_euros_and_the_total_cost_are_reported_and_summed_nowhere():
    figures = ReportedFigure.objects.order_by("id").values_list("measure", "currency", "amount", "low", "high")
    assert list(figures) == [
        ("contracted", "AUD", None, 450_000_000, 500_000_000),
        ("settlement", "EUR", 555_000_000, None, None),
        ("program_cost", "AUD", 3_400_000_000, None, None),
    ]
