"""gBizINFO: rows without an id, and with the faults that such rows have."""

import csv
from contextlib import suppress
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.imports.format import File
from procurement.imports.formats import format_of
from procurement.imports.formats.gbizinfo import COLUMNS, FORMAT
from procurement.imports.loading import load_files
from procurement.imports.rows import BadFile, Issue, Row
from procurement.ledger.models import LedgerEntry
from procurement.parties.models import Organization
from tests.running.shared import folder

SHIP = "2018-10-22T00:00:00+09:00,護衛艦（３９００トン型）,49788000000,防衛省,,8010401050387"


def file(*records: str, name: str = "a.csv") -> File:
    content = "\n".join([",".join(COLUMNS), *records]).encode("utf-8-sig")
    return File(name, lambda: BytesIO(content))


def parsed(held: File) -> tuple[list[Row], list[Issue], list[Issue]]:
    portions = list(FORMAT.read(held, {"encoding": "", "delimiter": ""}))
    return (
        [row for each in portions for row in each.rows],
        [issue for each in portions for issue in each.issues],
        [remark for each in portions for remark in each.remarks],
    )


def rows(*records: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in parsed(file(*records))[0]:
        found.setdefault(row.ref.table, []).append(row)
    return found


def test_it_is_recognised_by_its_headings():
    assert format_of(file(SHIP)).name == "gbizinfo"


def test_a_line_becomes_a_contract_with_its_buyer_its_supplier_and_its_commitment():
    found = rows(SHIP)
    (contract,), (entry,), (lead,) = found["contracts"], found["ledger_entries"], found["contract_parties"]
    assert contract.values["title"] == "護衛艦（３９００トン型）"
    assert [str(contract.values[each]) for each in ("signed_on", "currency", "reference_generated")] == [
        "2018-10-22",
        "JPY",
        "True",
    ]
    assert (entry.values["measure"], entry.values["amount"]) == ("commitment", 49788000000)
    assert str(entry.values["effective_on"]) == "2018-10-22"
    assert lead.values["role"] == "lead_supplier"
    buyer, supplier = found["organizations"]
    assert buyer.values == {"name": "防衛省", "country": "JP", "kind": "government_executive"}
    assert supplier.values["identifiers"] == (("JP-HOUJIN-BANGOU", "8010401050387"),)
    assert contract.refs["buyer"] == buyer.ref
    assert "contract_status_changes" not in found


def test_equal_lines_are_several_contracts_and_a_second_reading_gives_the_same_names():
    keys = [row.ref.key for row in rows(SHIP, SHIP, SHIP)["contracts"]]
    assert len(set(keys)) == 3
    assert keys == [row.ref.key for row in rows(SHIP, SHIP, SHIP)["contracts"]]
    assert rows(SHIP.replace("49788", "49789"))["contracts"][0].ref.key not in keys


def test_those_who_signed_beside_the_supplier_are_suppliers_each_once():
    line = SHIP.replace("防衛省,,", '防衛省,"東京無線協同組合,国際自動車株式会社,東京無線協同組合",')
    names = [row.values["name"] for row in rows(line)["organizations"]]
    assert names == ["防衛省", "法人番号8010401050387", "東京無線協同組合", "国際自動車株式会社"]
    assert [row.values["role"] for row in rows(line)["contract_parties"]] == ["lead_supplier", "supplier", "supplier"]


@pytest.mark.parametrize(("text", "kind"), [("", "amount-empty"), ("0", "amount-zero"), ("0.00", "amount-zero")])
def test_an_unknown_amount_is_remarked_on_and_no_commitment(text, kind):
    found, issues, remarks = parsed(file(SHIP.replace("49788000000", text)))
    assert "ledger_entries" not in {row.ref.table for row in found}
    assert ([remark.kind for remark in remarks], issues) == ([kind], [])


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("49788000000", "-726000", "is negative and so no award"),
        ("49788000000", "単価契約", "is not an amount"),
        ("49788000000", "=1+1", "is a formula"),
        ("2018-10-22T00:00:00+09:00", "", "is empty, so nothing says"),
        ("2018-10-22T00:00:00+09:00", "2910-10-22T00:00:00+09:00", "is of the year 2910"),
        ("2018-10-22T00:00:00+09:00", "2091-04-01T00:00:00+09:00", "is of the year 2091"),
    ],
)
def test_a_line_that_says_no_award_is_refused_and_the_others_stand(was, becomes, said):
    found, issues, _ = parsed(file(SHIP.replace(was, becomes), SHIP))
    assert [(issue.line, said in issue.reason, "would be accepted" in issue.reason) for issue in issues] == [
        (2, True, True)
    ]
    assert [row.sound for row in found if row.ref.table == "contracts"] == [False, True]


def test_a_title_that_is_missing_is_left_to_the_verbs_and_several_departments_are_remarked_on():
    found, _, remarks = parsed(file(SHIP.replace("防衛省", "経済産業省／外務省")))
    assert next(row.values["name"] for row in found if row.ref.table == "organizations") == "経済産業省"
    assert [remark.kind for remark in remarks] == ["several-buyers"]


def test_a_line_without_a_corporate_number_has_no_supplier():
    found, issues, remarks = parsed(file(SHIP.removesuffix("8010401050387")))
    assert "contract_parties" not in {row.ref.table for row in found}
    assert ([remark.kind for remark in remarks], issues) == (["supplier-unknown"], [])


@pytest.mark.django_db
def test_a_file_is_taken_once():
    lines = (SHIP, SHIP, SHIP.replace("49788000000", ""), SHIP.replace("護衛艦", ""), SHIP.replace("2018", "2910"))
    first, second = load_files([file(*lines)]), load_files([file(*lines)])
    assert (first.adds_up, first.taken["contracts"], first.refused["contracts"]) == (True, 4, 1)
    assert (second.taken.total(), second.unchanged["contracts"]) == (0, 4)
    assert LedgerEntry.objects.count() == 3
    assert Organization.objects.count() == 2


@given(
    st.lists(st.text(st.sampled_from('0129-T:+年令和億,"\n=防衛省／①\x00'), max_size=30), max_size=4),
    st.binary(max_size=40),
)
def test_whatever_the_lines_say_only_rows_and_refusals_come_out(lines, behind):
    content = "\n".join([",".join(COLUMNS), *lines]).encode("utf-8-sig") + behind
    with suppress(BadFile):
        parsed(File("a.csv", lambda: BytesIO(content)))


class TestRealFiles:
    """What the publisher's own files hold, counted independently."""

    @pytest.fixture(params=["joint_signatures_200", "procurement_202004_part", "procurement_202101_part", "yen_0"])
    def path(self, request):
        return folder("data") / "japan" / f"gbizinfo_{request.param}.csv"

    def test_every_line_is_a_contract_or_refused_and_sums_are_those_of_the_file(self, path):
        with path.open(encoding="utf-8-sig", newline="") as opened:
            records = list(csv.DictReader(opened))
        found, issues, _ = parsed(File.at(path))
        contracts = [row for row in found if row.ref.table == "contracts"]
        assert len({row.ref for row in contracts}) == len(contracts) == len(records)
        dated = [record for record in records if record["date_of_order"]]
        assert sum(row.sound for row in contracts) == len(dated) == len(records) - len(issues)
        entries = [row.values["amount"] for row in found if row.ref.table == "ledger_entries"]
        assert sum(entries) == sum(Decimal(record["amount"] or 0) for record in dated)

    def test_a_second_reading_gives_the_same_names(self, path):
        assert [row.ref for row in parsed(File.at(path))[0]] == [row.ref for row in parsed(File.at(path))[0]]
