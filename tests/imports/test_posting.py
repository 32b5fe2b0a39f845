"""What a file becomes in the database, and what it does not."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, Milestone, ProgramAllocation
from procurement.figures.models import ReportedFigure
from procurement.imports.account import Account
from procurement.imports.formats.portfolio import parse
from procurement.imports.loading import load
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.programs.reading import standing_of
from procurement.sources.facts import fact_models, rows_of
from procurement.sources.models import Document, Recheck
from procurement.sources.recording import Amending
from tests.imports.texts import HEAD, WHOLE, contract_with
from tests.makers import make_organization
from tests.racing import at_once

pytestmark = pytest.mark.django_db

ENTRY = "key: e, measure: payment, amount: 1, effective_on: 2020-01-31, source: notice"


def loaded(*texts: str, check: bool = False) -> Account:
    """Files loaded together."""
    account = load([parse(f"{chr(97 + number)}.yaml", text) for number, text in enumerate(texts)], check=check)
    assert account.adds_up
    return account


def counts() -> dict[str, int]:
    """How many rows each table of a portfolio has."""
    tables: list[Any] = [Organization, Document, Program, Contract, Recheck, *fact_models()]
    return {model.__name__: model._base_manager.count() for model in tables}


def said(account: Account) -> str:
    """All issues."""
    return "\n".join(str(issue) for issue in account.issues)


def test_a_whole_file_is_taken() -> None:
    account = loaded(WHOLE)
    assert said(account) == ""
    assert account.remarks == []
    assert account.taken.total() == 25
    assert account.refused.total() == account.unchanged.total() == 0


def test_an_entry_is_stored_as_given() -> None:
    loaded(WHOLE)
    entry = LedgerEntry.objects.get(source_key="paid")
    assert (entry.amount, entry.rounding, entry.effective_precision) == (Decimal(40), Decimal(10), "fiscal_year")
    assert (entry.effective_on, entry.published_on) == (dt.date(2020, 3, 31), dt.date(2020, 6, 15))
    assert entry.milestone == Milestone.objects.get(source_key="last")


def test_a_decision_is_stored_as_given_and_revoked_by_its_key() -> None:
    loaded(WHOLE)
    halt, lift = StatusChange.objects.in_order()
    assert (halt.term, halt.quotation, halt.sequence, halt.side) == ("停止", "…を停止", 2, "buyer")
    assert lift.revokes == halt
    assert standing_of(halt.program_id, Asked(dt.date(2020, 6, 20))).status == "suspended"
    assert standing_of(halt.program_id, Asked(dt.date(2020, 8, 1))).status is None


def test_a_contract_is_stored_as_given() -> None:
    loaded(WHOLE)
    contract = Contract.objects.get()
    assert (contract.reference_generated, contract.method) == (True, "foreign_military_sale")
    assert contract.contractparty_set.get().organization.identifiers.get().value == "1ABC2"


def test_a_rehoming_is_public_when_its_rows_say() -> None:
    loaded(WHOLE)
    in_order = ProgramAllocation.objects.order_by("effective_on", "id")
    rows = in_order.values_list("program__code", "share", "published_on")
    later = dt.date(2024, 12, 10)
    assert list(rows) == [("shore", 1, dt.date(2019, 10, 31)), ("shore", 0, later), ("ship", 1, later)]


def test_a_figure_has_its_subject_and_its_speaker() -> None:
    loaded(WHOLE)
    of_program = ReportedFigure.objects.get(program__code="shore")
    assert of_program.speaker_organization == Organization.objects.get(name="Ministry of Defense")
    assert ReportedFigure.objects.get(contract__reference="A1").low == 90


def test_loading_leaves_history_to_recheck_and_alerts_nobody() -> None:
    loaded(WHOLE)
    facts = sum(model._base_manager.count() for model in fact_models())
    assert Recheck.objects.filter(historical=True).count() == facts == Recheck.objects.count()


def test_a_second_load_changes_nothing() -> None:
    loaded(WHOLE)
    before = counts()
    again = loaded(WHOLE)
    assert counts() == before
    assert (again.taken.total(), again.unchanged.total(), again.issues) == (0, 25, [])


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_make_one_portfolio():
    summaries = at_once(lambda: loaded(WHOLE), lambda: loaded(WHOLE))
    assert [said(each) for each in summaries] == ["", ""]
    assert sum(fact.count() for fact in map(rows_of, fact_models())) == 17
    assert (Contract.objects.count(), Organization.objects.count(), Program.objects.count()) == (1, 2, 2)


def test_a_check_says_the_same_and_stores_nothing() -> None:
    before = counts()
    checked = loaded(WHOLE, check=True)
    assert counts() == before
    assert checked.taken == loaded(WHOLE).taken


def test_changed_content_under_a_key_is_refused_naming_the_row() -> None:
    loaded(WHOLE)
    account = loaded(WHOLE.replace('amount: "100.00"', 'amount: "120.00"'))
    row = LedgerEntry.objects.get(source_key="award")
    assert "a.yaml:38: entries “award” of contract “A1” key “award”: “award” was used before" in said(account)
    assert f"by row {row.pk}, with other content (amount)" in said(account)
    assert (row.amount, account.refused.total()) == (Decimal(100), 1)


def test_a_reload_lets_an_analysts_correction_and_edits_stand():
    loaded(WHOLE)
    award = LedgerEntry.objects.get(source_key="award")
    ledger_entries.correct(award, Amending(source=award.source), {"amount": Decimal(120)})
    Document.objects.filter(url__endswith="halt").update(published_on=dt.date(2020, 6, 16))
    Organization.objects.filter(country="JP").update(kind="other")
    before = counts()
    again = loaded(WHOLE)
    assert (said(again), again.taken.total(), counts()) == ("", 0, before)
    assert [remark.label for remark in again.remarks] == ["organizations “mod”", "sources “halt”"]


def test_a_changed_description_is_remarked_and_the_stored_row_stays() -> None:
    loaded(WHOLE)
    account = loaded(WHOLE.replace("title: Radar", "title: Radars"))
    contract = Contract.objects.get()
    assert f"differs from contract {contract.pk} in title; the stored row stays" in str(account.remarks[0])
    assert (contract.title, account.issues) == ("Radar", [])


def test_stored_organizations_programs_and_documents_are_matched() -> None:
    stored = make_organization("ministry  of DEFENSE", "JP")
    account = loaded(HEAD)
    assert Organization.objects.filter(country="JP").get() == stored
    assert account.unchanged["organizations"] == 1
    assert f"differs from organization {stored.pk} in name, local_name" in str(account.remarks[0])


def test_a_payment_before_signature_is_taken_and_remarked() -> None:
    account = loaded(contract_with(entries=ENTRY.replace("2020", "2019")))
    assert "before the contract was signed on 2019-10-31" in str(account.remarks[0])
    assert LedgerEntry.objects.count() == 1


REFUSED = [
    ({"entries": ENTRY.replace("payment", "paymnt")}, "measure “paymnt”"),
    ({"entries": ENTRY.replace("amount: 1", "amount: 0")}, "amount “0”: must not be zero"),
    ({"entries": ENTRY.replace("amount: 1", "amount: -1")}, "amount “-1”: a payment is above zero"),
    ({"entries": ENTRY.replace("amount: 1", "amount: '0.001'")}, "amount “0.001”: may have at most 2 decimals"),
    ({"entries": ENTRY.replace("amount: 1, ", "")}, "amount: "),
    ({"entries": ENTRY + ", effective_precision: month, note: x"}, ""),
    ({"entries": ENTRY + ", effective_precision: year"}, "effective_on “2020-01-31”: with precision year"),
    ({"entries": ENTRY + ', note: "a\\0b"'}, "note “a\x00b”: must not contain a NUL byte"),
    ({"statuses": "key: s, status: paused, effective_on: 2020-01-31, source: notice"}, "status “paused”"),
    ({"statuses": "key: s, status: active, termination_kind: mutual, effective_on: 2020-01-31, source: notice"},
     "termination_kind “mutual”: goes with status terminated"),
    ({"allocations": "key: s, program: shore, share: 2, from: 2020-01-31, source: notice"}, "share “2”: a share lies"),
    ({"completeness": "key: c, measure: payment, through: 2021-01-01, basis: stated, effective_on: 2020-01-31, "
      "source: notice"}, "through “2021-01-01”: must not be after effective_on"),
]  # fmt: skip


@pytest.mark.parametrize(("lists", "named"), REFUSED)
def test_what_a_verb_refuses_is_told_with_line_field_and_value(lists: dict[str, str], named: str) -> None:
    account = loaded(contract_with(**lists))
    row = "a.yaml:20: " if named else ""
    assert said(account).startswith(row)
    assert named in said(account)
    assert (account.refused.total() == 1) is bool(named)
    assert Contract.objects.count() == 1


def test_what_rests_on_a_refused_row_is_refused_naming_it() -> None:
    account = loaded(contract_with(entries=ENTRY).replace("currency: JPY", "currency: YEN"))
    assert "a.yaml:16: contracts “A1” currency “YEN”: “YEN” is not an ISO 4217 code" in said(account)
    assert "a.yaml:20: entries “e” of contract “A1” contract: refers to contracts “A1”, refused" in said(account)
    assert (account.taken["programs"], account.refused.total()) == (2, 2)


def test_half_a_rehoming_is_not_taken() -> None:
    row = "key: a, program: shore, share: 1, from: 2020-01-31, source: notice"
    pair = row + "}\n      - {" + row.replace("key: a, program: shore", "key: b, program: ship")
    account = loaded(contract_with(allocations=pair))
    assert "share “1”: the shares of contract" in said(account)
    assert (ProgramAllocation.objects.count(), account.refused["allocations"]) == (0, 2)


def test_a_revoking_decision_before_the_revoked_one_is_refused() -> None:
    account = loaded(WHOLE.replace("effective_on: 2020-07-15", "effective_on: 2020-05-15"))
    assert "revokes “halt”: refers to a row that comes after this one" in said(account)
    assert StatusChange.objects.count() == 1


def test_a_paper_document_is_matched_by_what_it_says() -> None:
    loaded(HEAD)
    loaded(HEAD.replace("A letter on paper", "Another letter"))
    assert Document.objects.filter(url="").count() == 2


def test_the_last_day_of_a_share_is_a_share_of_zero_from_the_next_day_on() -> None:
    share = "key: a, program: shore, share: 1, from: 2019-10-31, to: 2020-12-17, source: notice"
    account = loaded(contract_with(allocations=share))
    rows = ProgramAllocation.objects.order_by("effective_on").values_list("source_key", "share", "effective_on")
    assert [(key, int(held), str(on)) for key, held, on in rows] == [("a", 1, "2019-10-31"), ("a:to", 0, "2020-12-18")]
    assert (account.taken["allocations"], account.records["taken"]) == (2, account.taken.total() - 1)
    assert loaded(contract_with(allocations=share)).unchanged["allocations"] == 2


@pytest.mark.parametrize(("wrong", "said_of_it"), [("to: 2019-10-30", "before the first day"), ("share: 2", "between")])
def test_without_its_beginning_a_share_has_no_end(wrong: str, said_of_it: str) -> None:
    given = {"from": "2019-10-31", "to": "2020-12-17", "share": "1"} | dict([wrong.split(": ")])
    fields = ", ".join(f"{name}: {value}" for name, value in given.items())
    account = loaded(contract_with(allocations=f"key: a, program: shore, {fields}, source: notice"))
    assert (account.refused["allocations"], ProgramAllocation.objects.count()) == (2, 0)
    assert said_of_it in said(account)
