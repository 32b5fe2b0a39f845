"""US contract actions: what becomes of a line in each layout."""

import datetime as dt
import gzip
import zipfile
from io import BytesIO

import pytest

from procurement.common.errors import Refused
from procurement.imports.format import File
from procurement.imports.formats import format_of
from procurement.imports.rows import Ref
from tests.imports.formats.us_actions import (
    FORMAT,
    LEGACY,
    LISTED,
    MODERN,
    amounts,
    kinds,
    modern,
    read,
    row,
    rows,
    table,
)

AWARD = "CONT_AWD_W15P7T20C0007_9700_-NONE-_-NONE-"


def test_an_award_is_a_contract_with_its_parties_state_and_movements() -> None:
    parsed = read(table(modern()))
    contract = row(parsed, "contracts")
    assert contract.ref == Ref("contracts", AWARD)
    assert contract.values == {
        "reference": AWARD,
        "title": "COASTAL RADAR",
        "description": "PIID W15P7T20C0007",
        "currency": "USD",
        "method": "domestic",
        "signed_on": dt.date(2020, 3, 2),
        "starts_on": dt.date(2020, 3, 15),
        "ends_on": dt.date(2021, 3, 14),
        "said_on": dt.date(2020, 3, 2),
    }
    assert amounts(parsed) == {"funding": "400.00", "commitment": "1000.00", "ceiling": "5000.00"}
    assert row(parsed, "contract_status_changes").values["status"] == "active"
    assert row(parsed, "contract_parties").values["role"] == "lead_supplier"
    assert (parsed.issues, parsed.remarks) == ((), ())


def test_facts_carry_the_publishers_key_and_the_day_of_the_action() -> None:
    (entry, *_) = rows(read(table(modern())), "ledger_entries")
    assert entry.ref == Ref("ledger_entries", "9700_-NONE-_W15P7T20C0007_0_-NONE-_0:funding", AWARD)
    assert (entry.values["effective_on"], entry.values["reason"]) == (dt.date(2020, 3, 2), "award")
    assert entry.place == "a.csv:2"


def test_the_buyer_is_the_awarding_agency_and_the_supplier_has_its_best_identifiers() -> None:
    buyer, supplier = rows(read(table(modern(recipient_duns="010203040"))), "organizations")
    assert buyer.values == {
        "name": "DEPT OF THE ARMY",
        "kind": "government_executive",
        "country": "US",
        "identifiers": (("US-FPDS-AGENCY", "2100"),),
    }
    assert supplier.values == {
        "name": "SEARCHLIGHT RADAR & SONS",
        "country": "US",
        "identifiers": (("US-UEI", "ABCDEFGHJKL1"), ("DUNS", "010203040"), ("CAGE", "1ABC2")),
    }


def test_a_cage_code_stands_beside_a_better_identifier_and_alone() -> None:
    for uei, others in (("ABCDEFGHJKL1", [("US-UEI", "ABCDEFGHJKL1")]), ("", [])):
        _, supplier = rows(read(table(modern(recipient_uei=uei))), "organizations")
        assert supplier.values["identifiers"] == (*others, ("CAGE", "1ABC2"))


def test_two_places_of_one_supplier_are_two_rows_that_meet_when_they_are_posted() -> None:
    change = modern(modification_number="P00001", cage_code="9XYZ8")
    _, first, second = rows(read(table(modern(), change)), "organizations")
    uei = ("US-UEI", "ABCDEFGHJKL1")
    assert first.values["identifiers"] == (uei, ("CAGE", "1ABC2"))
    assert second.values["identifiers"] == (uei, ("CAGE", "9XYZ8"))


def test_the_source_is_the_page_of_the_award_where_the_file_gives_it() -> None:
    assert row(read(table(modern())), "documents").values["url"] == MODERN["usaspending_permalink"]
    without = row(read(table(modern(usaspending_permalink=""))), "documents").values
    assert without["url"] == "https://www.usaspending.gov/download_center/award_data_archive"


def test_nothing_moves_by_zero_and_what_is_taken_back_stays_negative() -> None:
    change = modern(modification_number="P00001", action_type_code="C", action_type="FUNDING ONLY ACTION")
    change |= {"federal_action_obligation": "-62512.0000", "base_and_exercised_options_value": ".00"}
    parsed = read(table(change | {"base_and_all_options_value": "(5,132.10)"}))
    assert amounts(parsed) == {"funding": "-62512.0000", "ceiling": "-5132.10"}
    assert [each.values["reason"] for each in rows(parsed, "ledger_entries")] == ["de_obligation", "modification"]
    assert rows(parsed, "ledger_entries")[0].values["note"] == "P00001: FUNDING ONLY ACTION"
    assert rows(parsed, "contract_status_changes") == []


def test_an_amount_that_cannot_be_read_is_refused_and_the_others_are_taken() -> None:
    parsed = read(table(modern(federal_action_obligation="1.23E+08")))
    (issue,) = parsed.issues
    assert (issue.line, issue.field, issue.value) == (2, "federal_action_obligation", "1.23E+08")
    assert [each.sound for each in rows(parsed, "ledger_entries")] == [False, True, True]


def test_a_contract_ends_when_its_latest_action_says() -> None:
    longer = modern(
        modification_number="P00002", action_date="2021-03-01", period_of_performance_current_end_date="2023-03-14"
    )
    shorter = modern(
        modification_number="P00001", action_date="2020-09-01", period_of_performance_current_end_date="2020-12-31"
    )
    contract = row(read(table(modern(), longer, shorter)), "contracts")
    assert (contract.values["ends_on"], contract.values["signed_on"]) == (dt.date(2023, 3, 14), dt.date(2020, 3, 2))
    assert contract.values["said_on"] == dt.date(2021, 3, 1)


def test_only_the_award_says_when_a_contract_was_signed() -> None:
    contract = row(read(table(modern(modification_number="P00001"))), "contracts")
    assert "signed_on" not in contract.values


def test_an_end_before_the_start_is_left_out_with_a_remark() -> None:
    parsed = read(table(modern(period_of_performance_current_end_date="2019-06-13")))
    assert "ends_on" not in row(parsed, "contracts").values
    (remark,) = parsed.remarks
    assert (remark.kind, remark.value, remark.line) == ("end-before-start", "2019-06-13", 2)


def test_a_day_of_the_contract_that_cannot_be_read_is_left_out_with_a_remark() -> None:
    parsed = read(table(modern(period_of_performance_current_end_date="31.12.2021")))
    assert (kinds(parsed.remarks), parsed.issues) == (["unreadable-day"], ())
    assert "ends_on" not in row(parsed, "contracts").values


PARTIAL = "TERMINATE FOR CONVENIENCE (COMPLETE OR PARTIAL)"
STATES = [
    # code, words, end -> state and ground
    ("F", PARTIAL, "2022-01-31", None, None),
    ("F", PARTIAL, "", None, None),
    ("F", PARTIAL, "2021-06-30", "terminated", "convenience"),
    ("F", "", "2022-01-31", None, None),
    ("E", "TERMINATE FOR DEFAULT (COMPLETE OR PARTIAL)", "2021-06-01", "terminated", "default"),
    ("X", "TERMINATE FOR CAUSE", "2022-01-31", "terminated", "default"),
    ("N", "LEGAL CONTRACT CANCELLATION", "2022-01-31", "terminated", "legal"),
    ("K", "CLOSE OUT", "2020-01-31", "completed", None),
]


@pytest.mark.parametrize(("code", "words", "ends", "status", "ground"), STATES)
def test_a_termination_ends_a_contract_only_if_it_is_not_partial(
    code: str, words: str, ends: str, status: str | None, ground: str | None
) -> None:
    line = modern(modification_number="P00009", action_date="2021-06-30", action_type_code=code, action_type=words)
    parsed = read(table(line | {"period_of_performance_current_end_date": ends}))
    found = [each.values for each in rows(parsed, "contract_status_changes")]
    assert [each.get("status") for each in found] == ([status] if status else [])
    assert [each.get("termination_ground") for each in found] == ([ground] if status else [])
    assert ("doubtful-state" in kinds(parsed.remarks)) == (status is None)


REASONS = [("G", "option"), ("J", "novation"), ("K", "close_out"), ("F", "termination"), ("C", "modification")]


@pytest.mark.parametrize(("code", "reason"), REASONS)
def test_the_code_of_an_action_says_why_money_moved(code: str, reason: str) -> None:
    parsed = read(table(modern(modification_number="P00001", action_type_code=code)))
    assert {each.values["reason"] for each in rows(parsed, "ledger_entries")} == {reason}


def test_a_vehicle_for_orders_is_a_framework() -> None:
    parsed = read(table(modern(award_or_idv_flag="IDV", contract_award_unique_key="CONT_IDV_X_9700")))
    assert row(parsed, "contracts").values["method"] == "framework"


def test_both_layouts_give_a_contract_and_an_action_the_same_keys() -> None:
    old, new = read(table(LEGACY)), read(table(modern()))
    assert row(old, "contracts").ref == row(new, "contracts").ref
    assert {each.ref for each in rows(old, "ledger_entries")} <= {each.ref for each in rows(new, "ledger_entries")}
    assert amounts(old) == {"funding": "400.00", "commitment": "1000.00"}


def test_an_order_is_known_by_the_number_of_its_vehicle_too() -> None:
    order = LEGACY | {"piid": "0003", "idvpiid": "N0002400D6000", "idvagencyid": "9700", "modnumber": "2"}
    parsed = read(table(order))
    assert row(parsed, "contracts").ref.key == "CONT_AWD_0003_9700_N0002400D6000_9700"
    assert row(parsed, "contracts").values["description"] == "PIID 0003 under N0002400D6000"
    assert rows(parsed, "ledger_entries")[0].ref.key == "9700_9700_0003_2_N0002400D6000_0:funding"


def test_in_the_legacy_layout_only_the_award_says_when_a_contract_starts() -> None:
    late = LEGACY | {"modnumber": "P00002", "effectivedate": "11/03/2021"}
    parsed = read(table(late))
    assert "starts_on" not in row(parsed, "contracts").values
    assert row(parsed, "contracts").values["ends_on"] == dt.date(2021, 3, 14)
    assert parsed.remarks == ()


def test_all_cells_may_be_quoted_and_lines_end_with_crlf() -> None:
    assert read(table(LEGACY, quoting=1, lineterminator="\r\n")).rows == read(table(LEGACY)).rows


def test_cut_names_of_suppliers_are_remarked_on_once() -> None:
    lines = [LEGACY | {"modnumber": str(number), "vendorname": "A" * 30} for number in range(3)]
    assert kinds(read(table(*lines)).remarks) == ["name-cut"]


@pytest.mark.parametrize(
    "changes",
    [
        {"dunsnumber": "123456787"},
        {"vendordoingasbusinessname": "FEDERAL EGOV - GENERIC DUNS"},
        {"vendorname": "REDACTED DUE TO PII"},
    ],
)
def test_identifiers_of_nobody_do_not_make_one_supplier_of_many(changes: dict[str, str]) -> None:
    parsed = read(table(LEGACY | changes))
    assert "identifiers" not in rows(parsed, "organizations")[1].values
    assert kinds(parsed.remarks) == ["generic-supplier"]


def test_a_line_that_is_not_in_force_is_refused() -> None:
    (issue,) = read(table(LEGACY | {"transaction_status": "inactive"})).issues
    assert issue.reason == "has the transaction status “inactive”; active would be accepted"
    (issue,) = read(table(modern() | {"correction_delete_ind": "D"})).issues
    assert "takes an action back" in issue.reason


def test_the_archive_of_2018_is_read_without_headings() -> None:
    cells = dict.fromkeys(map(str, range(261)), "")
    cells |= {"0": "VA1", "1": "P00003", "2": "1", "7": "8693.00", "9": "0.00", "11": "8693.00", "13": "2018-10-01"}
    cells |= {"14": "2018-11-01 00:00:00", "18": "036", "20": "3600", "21": "VETERANS AFFAIRS, DEPARTMENT OF"}
    parsed = read(table(cells | {"34": "010203040", "35": "BLUE SKY", "59": "AWARD"}, headed=False))
    assert row(parsed, "contracts").ref.key == "CONT_AWD_VA1_3600_-NONE-_-NONE-"
    assert rows(parsed, "ledger_entries")[0].ref.key == "3600_-NONE-_VA1_P00003_-NONE-_1:funding"
    assert amounts(parsed) == {"funding": "8693.00", "ceiling": "8693.00"}


def test_a_list_of_terminations_is_read_from_its_fpds_columns() -> None:
    parsed = read(table(LISTED))
    contract = row(parsed, "contracts")
    assert contract.ref.key == "CONT_AWD_70X25F07_7012_GS1_0300"
    assert contract.values["description"] == "PIID 70X25F07 under GS1; listed under Department of Examples"
    assert amounts(parsed) == {"funding": "-250.5"}
    assert rows(parsed, "organizations")[0].values["name"] == "US agency 7012 (FPDS code)"
    assert row(parsed, "contract_status_changes").values["termination_ground"] == "convenience"
    assert row(parsed, "documents").values["grade"] == "secondary"


def test_a_list_without_numbers_is_read_by_the_address_of_the_record() -> None:
    without = {name: cell for name, cell in LISTED.items() if name not in {"award_procurement_id", "piid"}}
    assert row(read(table(without)), "contracts").ref.key == "CONT_AWD_70X25F07_7012_GS1_0300"


WORDS = [
    ("TERMINATED", "P00002", "2025-02-10", "terminated"),
    ("TERMINATED", "P00002", "2026-02-10", None),
    (PARTIAL, "0", "2025-02-10", None),
    ("BASE AWARD", "0", "2026-02-10", "active"),
    ("CLOSE OUT", "P00002", "2024-02-10", "completed"),
]


@pytest.mark.parametrize(("words", "number", "ends", "status"), WORDS)
def test_words_of_a_list_give_a_state_only_if_they_are_sure(
    words: str, number: str, ends: str, status: str | None
) -> None:
    line = LISTED | {"fpds_status": words, "award_modification_num": number, "date_complete": ends}
    parsed = read(table(line))
    found = [each.values.get("status") for each in rows(parsed, "contract_status_changes")]
    assert found == ([status] if status else [])
    assert kinds(parsed.remarks) == ([] if status else ["doubtful-state"])


def test_two_editions_of_a_list_say_the_same_of_an_action_in_other_words() -> None:
    feb, apr = read(table(LISTED)), read(table(LISTED | {"fpds_status": "TERMINATED"}))
    said = [
        {each.ref: each.values for each in parsed.rows if each.ref.table != "ledger_entries"} for parsed in (feb, apr)
    ]
    state, bare = (next(each for each in one if each.table == "contract_status_changes") for one in said)
    assert (state.key.rpartition(":")[2], bare.key.rpartition(":")[2]) == ("state", "termination")
    first, second = (rows(parsed, "ledger_entries")[0] for parsed in (feb, apr))
    assert (first.values["note"], second.values["note"]) == ("P00002", "P00002")
    awards = [
        read(table(LISTED | {"award_modification_num": "0", "fpds_status": words})) for words in ("BASE AWARD", "BLANK")
    ]
    assert row(awards[0], "contract_status_changes") == row(awards[1], "contract_status_changes")


@pytest.mark.parametrize(("number", "code"), [("FA330024P0041", "5700"), ("W912HZ24C0052", "2100")])
def test_a_list_that_names_only_the_department_of_defense_has_the_service_of_the_number(number: str, code: str) -> None:
    parsed = read(table(LISTED | {"award_agency": "9700", "award_procurement_id": number}))
    assert rows(parsed, "organizations")[0].values["identifiers"] == (("US-FPDS-AGENCY", code),)
    unknown = read(table(LISTED | {"award_agency": "9700", "award_procurement_id": "HQ003422A0020"}))
    assert kinds(unknown.remarks) == ["buyer-is-department"]


def test_a_line_that_a_list_withholds_is_refused() -> None:
    withheld = dict.fromkeys(LISTED, "") | {"piid": "Unavailable", "fpds_link": "https://fpds.gov"}
    parsed = read(table(LISTED, withheld))
    assert ["is withheld by the list" in each.reason for each in parsed.issues] == [True]
    assert [each.record for each in parsed.rows if not each.sound] == [":3"]


def test_one_action_on_two_lines_is_taken_once() -> None:
    parsed = read(table(LISTED, LISTED | {"date_signed": "02/10/2025"}, LISTED | {"amount_obligated": "9"}))
    assert [each.reason for each in parsed.issues] == [
        "repeats the action on line 2, which is taken",
        "says otherwise of the action on line 2, which is taken; one line for each action would be accepted",
    ]
    assert [str(each.values["amount"]) for each in rows(parsed, "ledger_entries") if each.sound] == ["-250.5"]


def test_contact_data_is_never_read() -> None:
    changed = read(table(modern(action_date=""), modern(modification_number="P1", action_type_code="F")))
    parsed = [changed, read(table(LEGACY, LEGACY)), read(table(LISTED, LISTED))]
    for secret in ("5550001111", "5550002222", "HIDDEN", "PRIVATE", "(555)"):
        assert secret not in repr(parsed)


def test_lines_without_what_makes_an_action_are_refused_with_what_would_do() -> None:
    parsed = read(table(modern(action_date="soon"), modern(award_id_piid="", action_date="")))
    assert [each.reason for each in parsed.issues] == [
        "is of “soon”, which is not a day; 2020-06-25, 2020/6/25, 令和2年6月25日 or R2.6.25 would be accepted",
        "lacks the contract's number (PIID) and the day of the action; a line with them would be accepted",
    ]


def test_an_action_that_says_nothing_is_refused_so_that_every_line_is_counted() -> None:
    silent = {"recipient_name": "", "federal_action_obligation": "0", "base_and_exercised_options_value": ""}
    change = modern(modification_number="P00001", action_date="2019-01-01", base_and_all_options_value="0.0", **silent)
    parsed = read(table(modern(), change))
    assert [each.reason.partition(":")[0] for each in parsed.issues] == ["says nothing to store"]


def test_a_line_with_too_few_cells_is_refused_and_the_others_are_taken() -> None:
    content = table(modern()) + b"a,b,c\n" + table(modern(modification_number="P00001"), headed=False)
    parsed = read(content)
    assert [(each.line, each.reason[:11]) for each in parsed.issues] == [(3, "has 3 cells")]
    assert len(rows(parsed, "contract_parties")) == 2


def test_what_stands_before_a_break_is_taken() -> None:
    parsed = read(table(modern()) + b'"half a ')
    assert len(rows(parsed, "contracts")) == 1
    assert [each.reason for each in parsed.issues] == ["ends within quotation marks; the whole file would be accepted"]


def test_a_system_belongs_to_a_program_if_the_option_says_so() -> None:
    content = table(modern(dod_acquisition_program_code="180", dod_acquisition_program_description="DDG 51"))
    parsed = read(content, programs="180=ddg-51, 148=patriot")
    assert row(parsed, "allocations").refs["program"] == Ref("programs", "ddg-51")
    assert row(parsed, "allocations").values["effective_on"] == dt.date(2020, 3, 2)
    (remark,) = read(content).remarks
    assert (remark.kind, remark.value) == ("unknown-system", "180")
    assert "180=CODE-OF-A-PROGRAM" in remark.reason


@pytest.mark.parametrize("given", ["180", "{", "[1]", 7, {"180": 7}, {"": "x"}])
def test_an_option_that_is_no_list_of_pairs_is_refused(given: object) -> None:
    with pytest.raises(Refused, match="would be accepted"):
        read(table(modern()), programs=given)


def test_a_missing_column_of_money_is_remarked_on() -> None:
    line = {name: cell for name, cell in modern().items() if name != "base_and_all_options_value"}
    (remark,) = read(table(line)).remarks
    assert remark.kind == "missing-column"
    assert "base_and_all_options_value" in remark.reason


def archive(**files: bytes) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            written.writestr(f"{name}.csv", content)
    return held.getvalue()


def test_of_an_archive_the_tables_of_this_format_are_read() -> None:
    packed = archive(contracts=table(modern()), subawards=b"a,b\n1,2\n")
    assert kinds(read(packed, "a.zip").remarks) == ["other-table"]
    assert amounts(read(packed, "a.zip")) == amounts(read(table(modern())))


@pytest.mark.parametrize("name", ["a.csv", "a.zip", "a.csv.gz"])
def test_files_are_recognised_packed_or_not(name: str) -> None:
    for line in (MODERN, LEGACY, LISTED):
        plain = table(line)
        content = {"a.csv": plain, "a.zip": archive(a=plain), "a.csv.gz": gzip.compress(plain)}[name]
        assert format_of(File(name, lambda content=content: BytesIO(content))) is FORMAT  # type: ignore[misc]


def test_other_tables_are_not_recognised_and_refused_with_the_headings_that_would_do() -> None:
    assert not FORMAT.recognises(b"Contract,Paid on,Amount,Voucher\n")
    assert not FORMAT.recognises(b"PK\x03\x04 is no archive")
    (issue,) = read(b"a,b\n1,2\n").issues
    assert "headings among which are these would be accepted: modern: action_date" in issue.reason
