"""The administrative review of Japan: programs, and what was paid under them without counting it twice."""

import copy
import json
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.common.options import chosen
from procurement.imports.format import File
from procurement.imports.formats import format_of
from procurement.imports.formats.jp_review import FORMAT
from procurement.imports.loading import Choice, load_files
from procurement.imports.rows import BadFile, Parsed
from tests.imports.files import file_of
from tests.running.shared import folder

PROJECT: dict[str, Any] = {
    "projectId": 5001,
    "projectName": "乙類(施設器材)",
    "ministry": "防衛省",
    "bureau": "防衛装備庁",
    "overview": "施設器材を整備するものである。",
    "startYear": 2005,
    "endYear": None,
    "noEndDate": True,
}
NUMBER = "8010401050387"


def payment(**changes):
    return {
        "pid": 5001,
        "projectName": "乙類(施設器材)",
        "ministry": "防衛省",
        "blockId": "A",
        "originKind": "direct",
        "amount": 300,
    } | changes


def recipients(*payments, key=NUMBER, name="三菱重工業株式会社", **more):
    recipient = {"key": key, "name": name, "corporateNumber": key if key.isdecimal() else "", "appearances": payments}
    return {"metadata": {"year": 2024}, "recipients": {key: recipient}} | more


def read(content, **options):
    """All that a file gives, as one portion."""
    content = content if isinstance(content, str | bytes) else json.dumps(content)
    portions = list(FORMAT.read(file_of(content), chosen(FORMAT.options, options)))
    parts = ("rows", "issues", "remarks")
    return Parsed(*(tuple(each for portion in portions for each in getattr(portion, part)) for part in parts))


def figures(content, **options):
    """The figures: what they are about, their scope and amount."""
    return [
        (row.ref.within, row.values["scope"], str(row.values["amount"]))
        for row in read(content, **options).rows
        if row.ref.table == "reported_figures" and row.sound
    ]


def only(content, table):
    (found,) = (row for row in read(content).rows if row.ref.table == table)
    return found


def kinds(content):
    return [remark.kind for remark in read(content).remarks]


OF_PROGRAM = ("program jp-rs-5001", f"paid directly to 三菱重工業株式会社 ({NUMBER}), fiscal year 2023", "300")
OF_PAYEE = (f"organization {NUMBER}", "paid directly by 防衛省, fiscal year 2023", "300")


def test_a_project_is_a_program_with_its_number_as_code():
    program = only({"5001": PROJECT}, "programs")
    assert (program.values["code"], program.values["name"]) == ("jp-rs-5001", "乙類(施設器材)")
    assert program.values["description"] == (
        "Bureau: 防衛装備庁. From fiscal year 2005. No end planned.\n\n施設器材を整備するものである。"
    )


def test_a_payment_is_a_figure_of_its_program_and_one_of_its_recipient():
    assert figures(recipients(payment())) == [OF_PROGRAM, OF_PAYEE]


def test_the_review_of_a_year_tells_the_money_of_the_fiscal_year_before():
    found = [row for row in read(recipients(payment())).rows if row.ref.table == "reported_figures"]
    assert {(str(row.values["as_of_date"]), row.values["as_of_precision"]) for row in found} == {
        ("2024-03-31", "fiscal_year")
    }


def test_blocks_of_a_program_are_added_and_programs_are_not():
    told = figures(recipients(payment(amount=100), payment(amount=200, blockId="B"), payment(pid=5002, amount=7)))
    assert [(subject, amount) for subject, _, amount in told] == [
        ("program jp-rs-5001", "300"),
        ("program jp-rs-5002", "7"),
        (f"organization {NUMBER}", "307"),
    ]


def test_what_a_subcontractor_got_is_part_of_another_payment_and_left_out():
    content = recipients(payment(), payment(originKind="subcontract", amount=50))
    assert (figures(content), kinds(content)) == ([OF_PROGRAM, OF_PAYEE], ["subcontracts"])


def test_other_ministries_are_left_out_unless_chosen():
    content = recipients(payment(ministry="国土交通省"))
    assert (figures(content), kinds(content)) == ([], ["other ministries"])
    assert len(figures(content, ministry="国土交通省")) == 2
    assert kinds({"1": PROJECT | {"ministry": "環境省"}}) == ["other ministries"]


def test_a_recipient_has_its_corporate_number_and_one_without_only_its_name():
    orgs = {r.ref.key: r.values for r in read(recipients(payment())).rows if r.ref.table == "organizations"}
    assert orgs[NUMBER] == {
        "name": "三菱重工業株式会社",
        "country": "JP",
        "identifiers": (("JP-HOUJIN-BANGOU", NUMBER),),
    }
    foreign = read(recipients(payment(), key="name:米空軍省", name="米空軍省")).rows
    assert {"name": "米空軍省"} in [row.values for row in foreign]


@pytest.mark.parametrize("name", ["法人A", "個人Ｂ", "A社"])
def test_of_a_hidden_name_no_organization_is_made(name):
    content = recipients(payment(), key=f"name:{name}", name=name)
    assert figures(content) == [("program jp-rs-5001", f"paid directly to {name}, fiscal year 2023", "300")]
    assert kinds(content) == ["hidden name"]


def test_an_amount_of_0_may_be_unknown_and_is_left_out():
    assert (figures(recipients(payment(amount=0))), set(kinds(recipients(payment(amount=0))))) == ([], {"amount of 0"})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (recipients(payment(amount=-5)), "乙類(施設器材): amount “-5” is not a whole number of yen"),
        (recipients(payment(amount=1.5)), "乙類(施設器材): amount “1.5” is not a whole number of yen"),
        (recipients(payment(amount=None)), "乙類(施設器材): amount “” is not a whole number of yen"),
        (recipients(payment(pid="x")), "乙類(施設器材): a payment names no project by pid and projectName"),
        (recipients(payment(), name=""), "has no name"),
        ({"5001": {}}, "has no projectId and projectName"),
        ({"recipients": {NUMBER: {"name": "x"}}}, "names no year before its recipients; the option year"),
        ([PROJECT], "is not a JSON object of projects by number"),
        ({}, "holds no project and no recipient"),
        ('{"5001": {"projectId": 5001, ', "the text ends here in the middle of a value"),
    ],
)
def test_what_cannot_be_taken_is_refused(content, said):
    (issue,) = read(content).issues
    assert issue.reason.startswith(said)


def test_a_year_may_be_chosen_where_the_file_names_none():
    content = {"recipients": recipients(payment())["recipients"]}
    assert figures(content, year="2024") == [OF_PROGRAM, OF_PAYEE]


@pytest.mark.parametrize(("content", "is_recognised"), [({"5001": PROJECT}, True), (recipients(payment()), True)])
def test_both_files_are_recognised(content, is_recognised):
    assert format_of(file_of(json.dumps(content))) is FORMAT
    assert not FORMAT.recognises(b'{"ocid": "ocds-213czf-1", "projectName": "x"}')


@pytest.mark.django_db
def test_what_is_read_is_accepted_and_a_second_load_changes_nothing():
    files = [file_of(json.dumps(each)) for each in ({"5001": PROJECT}, recipients(payment()))]
    first, second = (load_files(files, choice=Choice("jp_review")) for _ in range(2))
    assert (first.issues, first.taken["programs"], first.taken["reported_figures"]) == ([], 1, 2)
    assert (second.issues, sum(second.taken.values()), second.adds_up) == ([], 0, True)


ODDITIES: list[Any] = [None, "", [], {}, [None], -1, True, "x" * 400, "\x00", "9" * 60, 1.5]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["pid", "projectName", "ministry", "originKind", "amount"]), st.sampled_from(ODDITIES)
        )
    ),
    st.dictionaries(st.sampled_from(["name", "corporateNumber", "appearances"]), st.sampled_from(ODDITIES)),
)
def test_whatever_a_recipient_holds_becomes_rows_or_refusals(changes, of_recipient):
    content = recipients(payment() | copy.deepcopy(dict(changes)))
    content["recipients"][NUMBER] |= of_recipient
    read(content)


@given(st.binary(max_size=200))
def test_any_bytes_become_rows_or_refusals(content):
    with suppress(BadFile):
        read(content)


# the real files


def real(name):
    return folder("data") / "japan" / name


def rows_of(path):
    return [row for portion in FORMAT.read(File.at(path), chosen(FORMAT.options, {})) for row in portion.rows]


def direct_payments(path):
    """Program, recipient and amount, counted a second way."""
    sums: Counter[tuple[str, str]] = Counter()
    for key, each in json.loads(path.read_text("utf-8"))["recipients"].items():
        for one in each["appearances"]:
            if one["ministry"] == "防衛省" and one["originKind"] == "direct":
                sums[f"program jp-rs-{one['pid']}", f"paid to {key} 2023"] += one["amount"]
    return {name: Decimal(amount) for name, amount in sums.items() if amount}


def test_the_real_projects_are_all_read():
    path = real("rs_system_mod_projects_2024.json")
    found = {row.ref.key for row in rows_of(path) if row.ref.table == "programs"}
    assert found == {f"jp-rs-{key}" for key in json.loads(path.read_text("utf-8"))}


def test_the_real_payments_add_up_to_what_the_review_says():
    path = real("rs_system_mod_recipients_2024.json")
    found = [row for row in rows_of(path) if row.ref.table == "reported_figures"]
    by_program = {(r.ref.within, r.ref.key): r.values["amount"] for r in found if r.ref.within.startswith("program")}
    assert by_program == direct_payments(path)
    in_all = sum(row.values["amount"] for row in found if row.ref.within.startswith("organization"))
    hidden = sum(amount for (_, name), amount in direct_payments(path).items() if "法人" in name)
    assert in_all == sum(direct_payments(path).values()) - hidden


@pytest.mark.django_db
def test_the_real_files_are_accepted_and_a_second_load_changes_nothing():
    files = [File.at(real(f"rs_system_mod_{name}_2024.json")) for name in ("projects", "recipients")]
    first, second = (load_files(files) for _ in range(2))
    assert (first.issues, first.adds_up, sum(second.taken.values()), second.adds_up) == ([], True, 0, True)
