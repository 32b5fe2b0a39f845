"""What somebody said a total was."""

from decimal import Decimal
from typing import Any

import pytest

from procurement.common.errors import Refused
from procurement.figures.models import ReportedFigure
from procurement.figures.recording import reported_figures
from tests.makers import day, make_contract, make_organization, make_program, make_source

pytestmark = pytest.mark.django_db

SUBJECTS: dict[str, Any] = {"program": make_program, "contract": make_contract, "organization": make_organization}


def figure(*subjects: str, **more: Any) -> ReportedFigure:
    """An unsaved figure about a program, unless told otherwise."""
    about = {name: SUBJECTS[name]() for name in subjects}
    amounts = {} if more.keys() & {"low", "high"} else {"amount": Decimal(100)}
    given = {"measure": "paid", "currency": "JPY", "as_of_date": day("2020-06-22")} | amounts | more
    return ReportedFigure(effective_on=day("2020-06-22"), source=make_source("2020-06-22"), **about, **given)


def refused(row: ReportedFigure) -> list[str]:
    """The fields that the verb complains of; none when the row was stored."""
    try:
        reported_figures.record(row)
    except Refused as error:
        assert not ReportedFigure.objects.exists()
        return list(error.errors)
    return []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_figure_is_about_a_program_a_contract_or_an_organization(subject):
    assert refused(figure(subject)) == []


@pytest.mark.parametrize("subjects", [[], ["program", "contract"], ["program", "contract", "organization"]])
def test_a_figure_is_about_exactly_one(subjects):
    assert refused(figure(*subjects)) == ["program"]


RANGES = [
    ({"low": 90, "high": 110}, []),
    ({"low": 90}, []),
    ({"high": 110}, []),
    ({"low": 90, "high": 90}, []),
    ({"amount": 0}, []),
    ({"amount": 100, "low": 90}, ["amount"]),
    ({"amount": None}, ["amount"]),
    ({"low": 110, "high": 90}, ["high"]),
    ({"amount": "0.001"}, ["amount"]),
    ({"amount": "NaN"}, ["amount"]),
    ({"low": "NaN", "high": 5}, ["low"]),
    ({"amount": "1e16"}, ["amount"]),
    ({"amount": "1e-40"}, ["amount"]),
    ({"rounding": -1}, ["rounding"]),
    ({"rounding": "NaN"}, ["rounding"]),
]


@pytest.mark.parametrize(("given", "fields"), RANGES)
def test_a_figure_is_an_amount_or_a_range(given, fields):
    decimals = {name: None if value is None else Decimal(value) for name, value in given.items()}
    assert refused(figure("program", **decimals)) == fields


WORDS = [("currency", "YEN"), ("currency", ""), ("measure", "luck"), ("as_of_date", None), ("scope", "x" * 301)]


@pytest.mark.parametrize(("field", "value"), WORDS)
def test_a_bad_figure_is_refused_by_field(field, value):
    assert refused(figure("program", **{field: value})) == [field]


def test_contradicting_figures_stand_side_by_side():
    program = make_program()
    for amount in ("12500000000", "19600000000"):
        reported_figures.record(figure(program=program, amount=Decimal(amount), speaker="Kono"))
    assert ReportedFigure.objects.count() == 2


def test_a_figure_may_be_in_another_currency_than_the_contract():
    assert refused(figure("contract", currency="USD")) == []


def test_one_key_serves_a_program_and_a_contract():
    for subject in SUBJECTS:
        assert reported_figures.record(figure(subject, source_key="said")).created
