"""What twelve questions of a budget analyst rest on in the sample, and what a dozen of its files were mended for."""

import datetime as dt
from typing import Any

import pytest

from procurement.contracts.models import ContractStatusChange, Guarantee
from procurement.figures.models import ReportedFigure
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import StatusChange

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_sample")]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


#: key of a figure -> measure, amount or range, currency
FIGURES = [
    ("a12-target-price", "target_price", 4_380_000_000, None, None, "USD"),
    ("a12-ceiling-price", "ceiling_price", 4_840_000_000, None, None, "USD"),
    ("eurohawk-open-obligations", "unsettled", 94_000_000, None, None, "EUR"),
    ("eurohawk-airworthiness", "unsettled", 54_000_000, None, None, "EUR"),
    ("eurohawk-monthly-until-2013-09", "unsettled", 3_300_000, None, None, "EUR"),
    ("efv-termination-cost-general-dynamics", "termination_cost", 184_000_000, None, None, "USD"),
    ("efv-spent-general-dynamics", "spent", 3_300_000_000, None, None, "USD"),
    ("f35a-canada-contracted-2023-01-09", "contracted", 14_000_000_000, None, None, "USD"),
    ("mrh90-spares-receipt-nhi", "receipt", 405_000_000, None, None, "AUD"),
    ("nh90-norway-paid", "paid", 5_000_000_000, None, None, "NOK"),
    ("luerssen-damage", "termination_cost", None, 500_000_000, None, "EUR"),
    ("france-net-cost-2023-01-24", "loss", 409_000_000, None, None, "EUR"),
]


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row[0])
def test_a_figure_is_as_it_was_said(row: tuple[Any, ...]) -> None:
    columns = ("source_key", "measure", "amount", "low", "high", "currency")
    assert ReportedFigure.objects.values_list(*columns).get(source_key=row[0]) == row


def test_what_exists_and_is_secret_has_no_amount() -> None:
    keys = ["mrh90-spares-receipt-withheld", "nimrod-termination-cost-withheld"]
    secret = ReportedFigure.objects.filter(source_key__in=keys)
    assert [(each.withheld, each.amount) for each in secret] == [(True, None)] * 2


def test_a_share_of_a_price_is_no_amount() -> None:
    paid = ReportedFigure.objects.filter(contract__reference="AW101-IN", measure="paid")
    assert sorted((str(each.share), each.amount) for each in paid) == [
        ("0.300000", None),
        ("0.450000", None),
        ("0.450000", None),
    ]
    assert not LedgerEntry.objects.filter(contract__reference="AW101-IN", measure="payment").exists()


def test_who_bears_a_cost_is_named() -> None:
    borne = ReportedFigure.objects.filter(borne_by__isnull=False).values_list("borne_by__name", flat=True)
    assert {"Coface", "Government of France", "Lürssen", "BAE Systems"} <= set(borne)


def test_the_nimrods_years_are_told_and_make_no_payment() -> None:
    years = ReportedFigure.objects.filter(source_key__regex=r"^nimrod-spent-(before|\d)")
    assert (len(years), sum(each.amount or 0 for each in years)) == (16, 3_939_000_000)
    assert not LedgerEntry.objects.filter(contract__reference="NIMROD-MRA4-1996").exists()


#: reference -> its acts in order: what was done, the day, and how well it is known
ACTS = [
    ("AW101-IN", ["active 2010-02-08 day", "suspended 2013-02-28 month", "show_cause 2013-10-21 day",
                  "terminated 2014-01-01 day"]),
    ("MI-17-PH", ["active 2021-11-30 month", "terminated 2022-10-26 by"]),
    ("2023/0150E", ["pending 2023-11-22 day", "cancelled_before_signature 2025-09-09 day"]),
    ("F-35A-CA", ["active 2023-01-09 day", "confirmation 2025-03-15 day", "confirmation 2026-02-28 month"]),
    ("CARACAL-KW", ["active 2016-08-09 day", "suspended 2020-02-29 month"]),
    ("EFV-DEVELOPMENT", ["active 2011-01-06 by", "confirmation 2011-01-25 day"]),
    ("FARA-BELL", ["active 2020-03-25 day", "confirmation 2024-02-08 day"]),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "acts"), ACTS)
def test_what_was_done_to_a_contract(reference: str, acts: list[str]) -> None:
    rows = ContractStatusChange.objects.filter(contract__reference=reference).order_by("effective_on")
    assert [f"{row.status or row.act} {row.effective_on} {row.effective_precision}" for row in rows] == acts


def test_the_philippines_served_notice_by_26_october_2022() -> None:
    row = ContractStatusChange.objects.get(contract__reference="MI-17-PH", status="terminated")
    assert (row.notified_on, row.notified_precision) == (day("2022-10-26"), "by")


def test_a_guarantee_whose_kind_is_not_told_is_of_no_kind() -> None:
    kinds = Guarantee.objects.filter(event="given").values_list("contract__reference", "kind")
    known = {"AW101-IN", "KF16-PHASE-1", "NH90-NO"}
    assert {pair for pair in kinds if pair[0] in known} == {
        ("AW101-IN", "unknown"),
        ("AW101-IN", "warranty"),
        ("KF16-PHASE-1", "unknown"),
        ("NH90-NO", "unknown"),
    }


def test_a_word_that_is_no_status_can_cast_doubt() -> None:
    told = StatusChange.objects.get(source_key="wolfowitz-2002-04-30-reconsider")
    assert (told.casts_doubt, told.status, told.published_on) == (True, "", None)


def test_nothing_of_an_undated_source_is_public_by_default() -> None:
    award = LedgerEntry.objects.get(source_key="eh101-aircraft-award")
    assert (award.source.published_on, award.published_on) == (None, None)
