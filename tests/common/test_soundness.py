"""What passes by the quick tests passes by Django's own, which say the words, and stays as it is."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.common.errors import Complaints
from procurement.common.soundness import _tests, never, surely_sound
from procurement.common.validation import complain_in_full
from procurement.contracts.models import ContractStatusChange
from procurement.figures.models import ReportedFigure
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import StatusChange
from procurement.sources.facts import fact_models
from tests.fuzzing import examples

MODELS: list[Any] = [LedgerEntry, StatusChange, ContractStatusChange, ReportedFigure]

#: What columns are given: mostly what suits one of them.
VALUES = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.sampled_from(["day", "payment", "decision", "cancelled", "JPY", "x" * 13, "x" * 201, " ", "\n"]),
    st.sampled_from(["a\x00", "停止\n", "\u3164", "\u200b", "\ud800", "e\u0301", "\u0301"]),
    st.dates(),
    st.datetimes(),
    st.booleans(),
    st.integers(-40_000, 40_000),
    st.decimals(places=4, min_value=Decimal("-1e21"), max_value=Decimal("1e21")),
    st.sampled_from([Decimal("NaN"), Decimal("Infinity"), Decimal("1E+5"), Decimal("0E-9"), Decimal("1.00000"), 1.5]),
)  # fmt: skip


@settings(max_examples=examples(400))
@given(model=st.sampled_from(MODELS), values=st.dictionaries(st.integers(0, 30), VALUES, max_size=5))
def test_what_surely_is_sound_is_sound_and_stays_as_it_is(model: Any, values: dict[int, Any]) -> None:
    row = sound(model)
    names = [name for name, *_ in _tests(model)][1:]
    for number, value in values.items():
        setattr(row, names[number % len(names)], value)
    if surely_sound(row):
        before, complaints = dict(vars(row)), Complaints()
        complain_in_full(row, complaints)
        assert complaints.errors == {}
        assert vars(row) == before


def sound(model: Any) -> Any:
    """A row of which nothing is wrong."""
    day = dt.date(2020, 1, 31)
    given: dict[Any, dict[str, Any]] = {
        LedgerEntry: {"measure": "payment", "amount": Decimal("1.5")},
        StatusChange: {"kind": "decision", "side": "buyer"},
        ContractStatusChange: {"status": "active"},
        ReportedFigure: {"measure": "paid", "amount": Decimal(1), "currency": "JPY", "as_of_date": day},
    }
    return model(effective_on=day, **given[model])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_usual_row_passes_quickly(model: Any) -> None:
    row = sound(model)
    row.note = "Payment of the third instalment, 第三回"
    assert surely_sound(row)


@pytest.mark.parametrize("model", fact_models(), ids=lambda model: model.__name__)
def test_every_column_of_a_fact_has_a_quick_test(model: Any) -> None:
    assert [name for name, _, is_sound in _tests(model) if is_sound is never] == []
