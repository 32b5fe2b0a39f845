"""Names and order across files, without a database."""

import time

import pytest

from procurement.imports.formats.portfolio import parse
from procurement.imports.rows import Ref
from procurement.imports.staging import Staged, _Names, stage
from procurement.imports.tables import TABLES
from procurement.recorders import POSTING_ORDER
from tests.imports.texts import FACTS, HEAD, WHOLE, contract_with


def staged(*texts: str) -> Staged:
    """Files a.yaml, b.yaml, ... staged together."""
    files = [parse(f"{chr(97 + number)}.yaml", text) for number, text in enumerate(texts)]
    return stage(files, POSTING_ORDER)


def keys(found: Staged) -> list[list[list[str]]]:
    """The keys of what would be posted: units of batches."""
    return [[[row.ref.key for row in batch] for batch in unit] for unit in found.units]


def test_names_resolve_across_files_in_any_order() -> None:
    assert staged(FACTS, HEAD).issues == ()


def test_rows_come_after_what_they_rest_on() -> None:
    tables = [row.ref.table for unit in staged(WHOLE).units for batch in unit for row in batch]
    first = [tables.index(table) for table in POSTING_ORDER]
    assert first == sorted(first)


def test_facts_go_by_program_contract_and_subject() -> None:
    facts = [sorted({row.ref.within for batch in unit for row in batch}) for unit in staged(WHOLE).units[7:]]
    links, statuses, *others = facts
    assert links == statuses == ["program shore"]
    assert others == [["organization maker"], ["", "A1"], ["contract A1"], ["program shore"]]


def test_what_is_revoked_comes_before_what_revokes_it() -> None:
    unit = next(unit for unit in keys(staged(WHOLE)) if ["lift"] in unit)
    assert unit.index(["halt"]) < unit.index(["lift"])


def test_a_rehoming_is_one_batch() -> None:
    unit = next(unit for unit in keys(staged(WHOLE)) if ["first"] in unit)
    assert unit[unit.index(["first"]) + 1] == ["leaves", "arrives"]


def test_allocations_of_one_day_from_two_sources_stay_apart() -> None:
    rows = "first, program: shore, share: 1, from: 2019-10-31, source: notice"
    text = contract_with(allocations=f"key: a{rows}}}\n      - {{key: b{rows.replace('notice', 'halt')}")
    assert ["afirst"] in keys(staged(text))[-1]
    assert ["bfirst"] in keys(staged(text))[-1]


UNKNOWN = [
    ("source: notce", "source “notce”: no file defines this name; these would be accepted: notice"),
    ("source: mod", "source “mod”: no file defines this name; these would be accepted: halt, notice, paper"),
    ("source: notice, milestone: m", "milestone “m”: no file defines this name"),
]


@pytest.mark.parametrize(("fields", "said"), UNKNOWN)
def test_a_name_that_stands_nowhere_is_refused_with_near_ones(fields: str, said: str) -> None:
    found = staged(contract_with(entries=f"key: e, measure: payment, amount: 1, effective_on: 2020-01-01, {fields}"))
    assert [said in str(issue) for issue in found.issues] == [True]
    assert [row.ref.key for row in found.refused] == ["e"]


def test_a_second_use_of_a_name_is_refused_naming_the_first() -> None:
    found = staged(WHOLE, FACTS)
    assert len(found.refused) == len(found.issues) == 18
    assert "b.yaml:2: program_links “succeeds” key “succeeds”: the name is already used at" in str(found.issues[0])
    assert keys(found) == keys(staged(WHOLE))


def test_a_row_that_goes_with_a_refused_one_is_refused_too() -> None:
    found = staged(WHOLE.replace("arrives, program: ship", "arrives, program: shp"))
    assert sorted(row.ref.key for row in found.refused) == ["arrives", "leaves"]
    assert "allocations “leaves” of contract “A1” key “leaves”: belongs together with" in str(found.issues[0])


def test_a_fact_from_an_undated_source_is_taken() -> None:
    undated = WHOLE.replace('halt", published_on: 2020-06-15', 'halt"')
    assert not staged(undated).issues


def test_every_table_that_files_fill_has_its_place_in_the_order_of_posting() -> None:
    assert set(TABLES) == set(POSTING_ORDER)


def test_what_stands_nowhere_is_compared_with_names_like_it_and_costs_the_same_in_long_files() -> None:
    names = _Names([Ref("documents", f"notice {number:06}") for number in range(50_000)])
    began = time.process_time()
    said = [names.lack(Ref("documents", f"notice {number:06}x")) for number in range(500)]
    assert time.process_time() - began < 10
    assert "notice 000400" in said[400]
