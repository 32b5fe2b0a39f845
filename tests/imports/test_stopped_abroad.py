"""Programs from AW101 to M10 Booker as the public record has them: what was decided, what is under contract."""

import datetime as dt
from typing import Any

import pytest

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, ContractStatusChange
from procurement.exposure.valuing import value_contracts
from procurement.figures.models import ReportedFigure
from procurement.programs.models import Program
from procurement.programs.reading import standing_of
from procurement.programs.standing import Standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_sample")]


def standing(code: str, on: str) -> Standing:
    """The standing of a program on a day."""
    return standing_of(Program.objects.get(code=code).pk, Asked(dt.date.fromisoformat(on)))


STANDINGS = [
    ("aw101-india", "2013-12-31", None),  # payments frozen, nothing decided on the program
    ("aw101-india", "2014-01-01", "cancelled"),
    ("fara", "2024-02-08", "cancelled"),
    ("constellation", "2025-11-25", "reduced"),  # four of six ships cut
    ("constellation-last-four", "2025-11-25", "cancelled"),
    ("mrh90-taipan", "2021-12-31", "reduced"),  # an earlier retirement, still flying
    ("mrh90-taipan", "2023-07-31", "suspended"),
    ("mrh90-taipan", "2023-09-29", "cancelled"),
    ("ah-64d-japan", "2001-12-31", "planned"),
    ("ah-64d-japan", "2008-12-31", "cancelled"),
    ("uh-x-japan", "2013-01-11", "cancelled"),
    ("rq-4-japan", "2020-08-13", "approved"),  # "may scrap" is a newspaper's
    ("warrior-csp", "2020-10-31", "suspended"),
    ("warrior-csp", "2021-03-31", "cancelled"),
    ("ajax", "2025-11-25", None),  # of its use, not of its buying
    ("mi-17-philippines", "2022-06-30", "cancelled"),
    ("caracal-poland", "2015-04-30", "approved"),
    ("caracal-poland", "2016-10-04", "cancelled"),
    ("nh90-norway", "2022-06-10", "cancelled"),
    ("f35a-canada", "2025-03-15", "under_review"),
    ("spike-lr2-spain", "2025-06-03", "approved"),  # three accounts of one day are no decision
    ("spike-lr2-spain", "2025-09-09", "cancelled"),  # the award is revoked
    ("caracal-kuwait", "2017-12-20", "under_review"),
    ("m10-booker", "2025-06-11", "cancelled"),
]


@pytest.mark.parametrize(("code", "on", "status"), STANDINGS)
def test_the_standing_status(code: str, on: str, status: str | None) -> None:
    assert standing(code, on).status == status


def test_spain_is_in_dispute_with_itself_and_nobody_else_is() -> None:
    assert standing("spike-lr2-spain", "2025-06-03").disputed
    assert not standing("spike-lr2-spain", "2025-09-22").disputed  # by then the press alone says otherwise
    assert not any(standing(code, on).disputed for code, on, _ in STANDINGS if code != "spike-lr2-spain")


# reference, day, committed, paid, outstanding, unaccounted; what no source gives is None and not zero
FIGURES = [
    ("AW101-IN", "2013-12-31", 556_000_000, None, None, 556_000_000),
    ("AJAX", "2021-11-30", 5_522_000_000, None, None, 5_522_000_000),  # the total paid is of December
    ("AJAX", "2021-12-31", 5_522_000_000, 3_167_000_000, 2_355_000_000, 0),
    ("AJAX", "2023-03-31", 5_522_000_000, 3_647_000_000, 1_875_000_000, 0),
    ("MI-17-PH", "2022-10-19", 12_797_000_000, 1_900_000_000, 10_897_000_000, 0),
    (
        "MI-17-PH",
        "2022-10-26",
        12_797_000_000,
        1_900_000_000,
        None,
        10_897_000_000,
    ),  # terminated by then, at the latest
    ("UH-X-JP", "2013-01-11", 3_528_000_000, None, None, 3_528_000_000),
    ("RQ-4-JP", "2020-08-13", 489_000_000, None, None, 489_000_000),
    ("CARACAL-KW", "2017-12-20", 1_000_000_000, None, None, 1_000_000_000),
    ("CARACAL-PL", "2016-10-04", 0, None, None, 0),  # never signed
    # a ceiling is no commitment: 795 and 553.8 million for two ships that go on; 537, 526 and 1,044 for the four cut
    ("FFG-62-2020", "2025-11-25", 1_348_800_000, None, None, 1_348_800_000),
    ("FFG-64-TO-67", "2025-11-25", 2_107_000_000, None, None, 2_107_000_000),
]


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row[0]} {row[1]}")
def test_the_figures_of_a_contract(row: tuple[Any, ...]) -> None:
    reference, on, *figures = row
    contract = Contract.objects.get(reference=reference)
    value = value_contracts(Asked(dt.date.fromisoformat(on)), contract_ids=[contract.pk])[0]
    assert [value.committed, value.paid, value.outstanding, value.unaccounted] == figures


COMPENSATIONS = [("AH-64D-JP", 35_000_000_000), ("NH90-NO", -305_000_000)]


@pytest.mark.parametrize(("reference", "amount"), COMPENSATIONS)
def test_what_leaving_cost_the_buyer_or_brought_it(reference: str, amount: int) -> None:
    entries = Contract.objects.get(reference=reference).ledgerentry_set
    assert [(each.measure, each.amount) for each in entries.all()] == [("compensation", amount)]


@pytest.mark.parametrize("reference", ["AW101-IN", "AJAX"])
def test_frozen_payments_suspend_the_contract_and_not_the_program(reference: str) -> None:
    frozen = ContractStatusChange.objects.get(contract__reference=reference, suspends="payments")
    code = "ajax" if reference == "AJAX" else "aw101-india"
    assert standing(code, frozen.effective_on.isoformat()).status is None


def test_both_sides_of_a_dispute_are_kept() -> None:
    claims = ReportedFigure.objects.filter(contract__reference="NH90-NO", scope="whole dispute")
    assert {each.measure: each.amount for each in claims} == {
        "claim_buyer": 2_860_000_000,
        "claim_supplier": 730_000_000,
    }
