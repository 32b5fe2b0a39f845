"""The sample portfolio: Aegis Ashore and its successor, as the public record has them."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import pytest

from procurement.common.dates import Asked
from procurement.contracts.models import Contract
from procurement.exposure.answering import Question, answer
from procurement.exposure.rows import Row
from procurement.exposure.valuing import value_contracts
from procurement.figures.models import ReportedFigure
from procurement.imports.account import Account
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import Program
from procurement.programs.reading import standing_of
from procurement.programs.standing import Standing
from procurement.sources.facts import fact_models
from procurement.sources.models import Document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_sample")]


def standing(on: str, **more: Any) -> Standing:
    """The standing of Aegis Ashore on a day."""
    program = Program.objects.get(code="aegis-ashore")
    return standing_of(program.pk, Asked(dt.date.fromisoformat(on), **more))


def test_it_loads_without_a_refusal_or_a_remark(whole_sample: Account) -> None:
    assert [str(issue) for issue in whole_sample.issues + whole_sample.remarks] == []
    assert whole_sample.refused.total() == 0


@pytest.mark.parametrize("model", fact_models(), ids=lambda model: model.__name__)
def test_every_fact_has_a_source_with_an_address(model: Any) -> None:
    assert not model._base_manager.filter(source__url="").exists()


def test_every_address_is_well_formed() -> None:
    for url in Document.objects.values_list("url", flat=True):
        parts = urlsplit(url)
        assert parts.scheme in {"http", "https"}, url
        assert "." in parts.netloc, url
        assert url.isprintable(), url
        assert " " not in url, url


STANDINGS = [
    ("2017-12-18", None, None, False),
    ("2017-12-19", "approved", "2017-12-19", False),
    ("2020-06-14", "approved", "2017-12-19", False),
    ("2020-06-15", "suspended", "2020-06-15", False),
    ("2020-06-25", "suspended", "2020-06-15", True),
    ("2020-12-18", "cancelled", "2020-12-18", False),
]


@pytest.mark.parametrize(("on", "status", "since", "disputed"), STANDINGS)
def test_the_standing_status(on: str, status: str | None, since: str | None, disputed: bool) -> None:
    found = standing(on)
    assert (found.status, found.since and found.since.isoformat(), found.disputed) == (status, since, disputed)


def test_the_stop_began_with_the_suspension_and_runs_on() -> None:
    assert standing("2026-01-01").stopped_on == dt.date(2020, 6, 15)


def test_both_ministries_hold_their_positions_on_25_june() -> None:
    held = {(said.organization, said.status) for said in standing("2020-06-25").positions if said.side == "buyer"}
    assert {("Ministry of Defense", "cancelled"), ("Ministry of Foreign Affairs", "suspended")} <= held


def exposure(on: str, *codes: str, group_by: tuple[str, ...] = (), **more: Any) -> Row:
    """The total over the programs, in yen: the ships built after 2021 do not count in what is asked here."""
    ids = list(Program.objects.filter(code__in=codes or ["aegis-ashore"]).values_list("pk", flat=True))
    dates: dict[str, Any] = {name: dt.date.fromisoformat(day) for name, day in more.items()}
    asked = Asked(dt.date.fromisoformat(on), **dates)
    found = answer(Question(asked, group_by=group_by, filters={"program": ids}))
    assert [row.currency for row in found.totals or found.rows] == ["JPY"]
    return (found.totals or found.rows)[0]


def headline(row: Row) -> tuple[str | None, ...]:
    """Committed, paid and outstanding, as answers carry them."""
    return tuple(row.texts()[name] for name in ("committed", "paid", "outstanding"))


TOTALS = [
    ("2020-06-25", ["aegis-ashore"], ("178700000000.00", "19600000000.00", "159100000000.00")),
    ("2021-03-31", ["aegis-ashore", "asev"], ("178700000000.00", "27700000000.00", "151000000000.00")),
    ("2020-12-17", ["aegis-ashore", "asev"], ("178700000000.00", "19600000000.00", "159100000000.00")),
    ("2020-12-18", ["aegis-ashore", "asev"], ("178700000000.00", "19600000000.00", "159100000000.00")),
]


@pytest.mark.parametrize(("on", "codes", "figures"), TOTALS)
def test_the_published_totals_are_met(on: str, codes: list[str], figures: tuple[str, ...]) -> None:
    assert headline(exposure(on, *codes)) == figures


def test_nothing_is_unaccounted_and_coverage_is_complete_in_june_2020() -> None:
    row = exposure("2020-06-25", group_by=("program",))
    assert row.texts()["unaccounted"] == "0.00"
    assert row.coverage() | {"paid": "1.0000", "paid_complete": "1.0000"} == row.coverage()


def test_nothing_seems_to_move_between_the_stop_and_25_june() -> None:
    texts = exposure("2020-06-25", group_by=("program",)).texts()
    # what leaving cost nobody had said
    assert (texts["committed_since"], texts["paid_since"], texts["exit_paid"]) == ("0.00", "0.00", None)


def test_seven_contracts_stand_behind_the_total_and_one_is_the_remainder() -> None:
    assert exposure("2020-06-25", group_by=("program",)).contracts == 7
    remainder = LedgerEntry.objects.filter(contract__is_remainder=True, measure="commitment").get()
    assert f"{remainder.amount:f}" == "650859410.0000"


def test_20_june_does_not_know_the_figures_of_22_june() -> None:
    row = exposure("2020-06-25", group_by=("program",), published_by="2020-06-20")
    assert row.texts()["paid"] != "19600000000.00"
    known = ReportedFigure.objects.standing(Asked(dt.date(2020, 6, 25), dt.date(2020, 6, 20)))
    assert not known.filter(amount=19_600_000_000).exists()


def test_the_radar_and_the_system_move_to_the_successor_and_the_rest_stays() -> None:
    values = value_contracts(
        Asked(dt.date(2020, 12, 18)), contract_ids=list(Contract.objects.values_list("pk", flat=True))
    )
    codes = dict(Program.objects.values_list("pk", "code"))
    homes = {value.reference: codes.get(value.program_id or 0) for value in values}
    moved = sorted(reference for reference, code in homes.items() if code == "asev")
    assert len(moved) == 2
    assert sum(code == "aegis-ashore" for code in homes.values()) == 5


def test_the_moves_become_public_later_than_they_happened() -> None:
    then = exposure("2020-12-31", "asev", group_by=("program",), published_by="2021-06-18")
    assert then.texts()["committed"] == "34955000000.00"
    assert (
        headline(exposure("2020-12-31", "asev", group_by=("program",), published_by="2024-12-10"))[0]
        == "173137651640.00"
    )


def test_the_launchers_are_a_figure_and_never_a_commitment() -> None:
    assert not Contract.objects.filter(buyer__country="JP", title__icontains="launch").exists()
    assert ReportedFigure.objects.filter(measure="budget", amount=11_500_000_000).exists()
