"""Programs from the Redesigned Kill Vehicle to Indonesia's share of the KF-21 as the public record has them."""

import datetime as dt
from typing import Any

import pytest

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, ContractStatusChange, Guarantee
from procurement.exposure.answering import Question, answer
from procurement.exposure.valuing import value_contracts
from procurement.figures.models import ReportedFigure
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import Program
from procurement.programs.reading import standing_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_sample")]


#: program -> day -> standing status, and whether the buyer's own side disputes it
STANDINGS = [
    ("redesigned-kill-vehicle", "2019-08-21", None, False),  # announced, to take effect the next day
    ("redesigned-kill-vehicle", "2019-08-22", "cancelled", False),
    ("arh-70", "2008-10-16", "cancelled", False),
    ("csar-x", "2009-06-01", None, False),  # a wish of April is no act
    ("csar-x", "2009-06-02", "cancelled", False),
    ("morpheus", "2023-12-31", None, False),  # the contract was concluded, and the program goes on
    ("e-7-wedgetail-uk", "2021-12-31", "reduced", False),
    ("e-7-wedgetail-uk-last-two", "2021-12-31", "cancelled", False),
    ("f126-germany", "2025-12-31", None, False),  # money for another way is no act on the program
    ("patriot-switzerland", "2026-03-31", None, False),  # of the payments only
    ("f35a-switzerland", "2026-03-31", None, False),
    ("silam-spain", "2025-09-09", "cancelled", False),
    ("silam-spain", "2025-09-22", "cancelled", True),  # the ministry itself: the program goes on
    ("pod-spain", "2025-09-22", "approved", False),  # both words are the press's
    ("minehunters-taiwan", "2017-12-13", "cancelled", False),
    ("lcs-malaysia", "2023-10-31", "reduced", False),
    ("lcs-malaysia-sixth", "2023-10-31", "cancelled", False),
    ("jp-9102", "2024-11-04", "cancelled", False),
    ("close-combat-vehicle", "2013-12-20", "cancelled", False),
    ("ch-148-cyclone", "2013-12-31", "active", False),
    ("spike-india", "2018-01-03", "approved", False),  # only the seller says that it was cancelled
    ("corvettes-romania", "2023-08-08", "cancelled", False),
    ("kf-21-indonesia", "2024-08-16", "reduced", False),
]


@pytest.mark.parametrize(("code", "on", "status", "disputed"), STANDINGS)
def test_the_standing_status(code: str, on: str, status: str | None, disputed: bool) -> None:
    found = standing_of(Program.objects.get(code=code).pk, Asked(dt.date.fromisoformat(on)))
    assert (found.status, found.disputed) == (status, disputed)


#: contract -> its last state, what is suspended or the ground of its termination
STATES = [
    ("RKV-2017", "terminated", ""),
    ("ARH-70", "terminated", "convenience"),
    ("CSAR-X-2006", "terminated", "convenience"),
    ("MORPHEUS-EVO", "terminated", ""),
    ("E-7-UK-2019", "active", ""),
    ("F126", "active", ""),
    ("PATRIOT-CH", "suspended", "payments"),
    ("F-35A-CH", "active", ""),
    ("2023/0304E", "cancelled_before_signature", ""),
    ("POD-DESIGNADOR-ES", "active", ""),
    ("MINEHUNTERS-TW", "terminated", ""),
    ("LCS-MY", "active", ""),
    ("JP9102", "cancelled_before_signature", ""),
    ("CH-148", "active", ""),
    ("SPIKE-IN", "cancelled_before_signature", ""),
    ("CORVETTES-RO", "cancelled_before_signature", ""),
    ("KF-21-ID", "active", ""),
]


@pytest.mark.parametrize(("reference", "status", "how"), STATES)
def test_the_last_state_of_a_contract(reference: str, status: str, how: str) -> None:
    states = ContractStatusChange.objects.filter(contract__reference=reference, act="state")
    found = states.latest("effective_on", "id")
    assert (found.status, found.termination_ground or found.suspends) == (status, how)


def test_a_stop_work_order_of_may_had_not_surely_stood_for_90_days_in_august() -> None:
    order = ContractStatusChange.objects.get(contract__reference="RKV-2017", status="stop_work")
    end = ContractStatusChange.objects.get(contract__reference="RKV-2017", status="terminated")
    assert (end.effective_on - order.effective_on).days == 83


def test_the_radars_of_five_aircraft_stay_committed() -> None:
    wedgetail = Contract.objects.get(reference="E-7-UK-2019")
    assert [entry.measure for entry in wedgetail.ledgerentry_set.all()] == ["commitment"]
    (confirmed,) = wedgetail.contractstatuschange_set.filter(act="confirmation")
    assert (confirmed.effective_on, confirmed.status) == (dt.date(2023, 5, 13), "")


def test_what_was_never_signed_was_never_committed() -> None:
    never = ContractStatusChange.objects.filter(status="cancelled_before_signature")
    entries = LedgerEntry.objects.filter(contract__in=never.values("contract"))
    assert never.count() >= 5
    assert {entry.measure for entry in entries} <= {"compensation"}  # Poland paid for what it had not signed
    assert not Program.objects.get(code="close-combat-vehicle").programallocation_set.exists()


def test_two_thirds_are_paid_and_no_ship_is_there() -> None:
    contract = Contract.objects.get(reference="LCS-MY")
    (value,) = value_contracts(Asked(dt.date(2022, 8, 25)), contract_ids=[contract.pk])
    assert [value.committed, value.paid, value.outstanding] == [9_128_000_000, 6_080_000_000, 3_048_000_000]
    (row,) = answer(Question(Asked(dt.date(2022, 8, 25)), filters={"contract": [contract.pk]})).rows
    assert row.texts()["delivered"] == "0.00"


def test_the_deposits_of_the_minehunters_are_seized_and_none_is_held() -> None:
    found = Guarantee.objects.filter(contract__reference="MINEHUNTERS-TW")
    amounts = {event: sum(each.amount for each in found if each.event == event) for event in ("given", "called")}
    assert amounts == {"given": 8_900_000_000, "called": 8_900_000_000}


def test_money_drawn_from_one_contract_for_another_is_no_entry_while_its_amount_is_withheld() -> None:
    drawn = ReportedFigure.objects.filter(speaker="Urs Loher")
    assert {(each.contract.reference, each.low, each.high) for each in drawn if each.contract} == {
        ("PATRIOT-CH", 100_000_000, None),
        ("F-35A-CH", 100_000_000, None),
    }
    assert not LedgerEntry.objects.filter(
        contract__reference__in=["PATRIOT-CH", "F-35A-CH"], reason="transfer"
    ).exists()


#: contract or program -> what was said of one thing, side by side
SIDE_BY_SIDE = [
    ({"contract__reference": "MORPHEUS-EVO", "measure": "contracted"}, [330_000_000, 395_000_000]),
    ({"program__code": "morpheus", "measure": "spent"}, [690_000_000, 766_000_000]),
    ({"contract__reference": "PATRIOT-CH", "measure": "paid", "low": None}, [650_000_000, 700_000_000]),
    ({"contract__reference": "KF-21-ID", "measure": "contracted"}, [600_000_000_000, 1_600_000_000_000]),
]


@pytest.mark.parametrize(("subject", "amounts"), SIDE_BY_SIDE)
def test_accounts_that_differ_stand_side_by_side(subject: dict[str, Any], amounts: list[int]) -> None:
    assert sorted(ReportedFigure.objects.filter(**subject).values_list("amount", flat=True)) == amounts


def test_terms_that_are_withheld_are_not_unknown() -> None:
    (terms,) = ReportedFigure.objects.filter(contract__reference="MORPHEUS-EVO", measure="termination_cost")
    assert (terms.withheld, terms.amount, terms.low, terms.high) == (True, None, None, None)


def test_damages_that_were_agreed_are_borne_by_the_maker_and_are_no_compensation() -> None:
    (damages,) = ReportedFigure.objects.filter(contract__reference="CH-148", measure="settlement")
    assert (damages.amount, damages.borne_by and damages.borne_by.name) == (88_600_000, "Sikorsky Aircraft")
    assert not LedgerEntry.objects.filter(contract__reference="CH-148").exists()
