"""What nobody knew how to say has its place in the forms and lists of the admin."""

from decimal import Decimal

import pytest
from django.contrib.admin import site

from procurement.contracts.models import Contract, ContractStatusChange, Guarantee, Milestone
from procurement.figures.models import ReportedFigure
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import StatusChange
from tests.makers import make_contract, make_program, make_source, make_supplier, post

ADMIN = "/admin/procurement"


@pytest.fixture
def program(db):
    return make_program("x")


@pytest.fixture
def contract(program):
    return make_contract(program, committed="100000000")


def dated(**more):
    return {"effective_on": "2020-06-15", "effective_precision": "by", "source": make_source("2020-06-20").pk} | more


def added(analyst, table, form):
    answer = analyst.post(f"{ADMIN}/{table}/add/", form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors


def column(analyst, table):
    return analyst.get(f"{ADMIN}/{table}/").content.decode()


def test_an_act_changes_no_state_and_is_listed_by_its_name(analyst, contract):
    form = dated(contract=contract.pk, act="show_cause", notified_on="2020-06-30", notified_precision="month")
    added(analyst, "contractstatuschange", form)
    row = ContractStatusChange.objects.latest("id")
    assert (row.act, row.status, row.effective_precision, row.notified_precision) == ("show_cause", "", "by", "month")
    page = column(analyst, "contractstatuschange")
    assert "Show-cause notice" in page
    assert all(text in page for text in ("by 2020-06-15", "2020-06"))


def test_a_state_needs_its_status_still(analyst, contract):
    answer = analyst.post(f"{ADMIN}/contractstatuschange/add/", dated(contract=contract.pk))
    assert "show_cause" in str(answer.context["adminform"].form.errors["status"])


def test_a_statement_casts_doubt(analyst, program):
    form = dated(program=program.pk, kind="statement", scope="whole", side="buyer", casts_doubt="on")
    added(analyst, "statuschange", form | {"sequence": "0"})
    assert StatusChange.objects.get().casts_doubt
    assert "casts doubt" in column(analyst, "statuschange")


FIGURES = [
    ({"withheld": "on"}, "withheld"),
    ({"share": "0.45", "share_of": "the price"}, "45 % of the price"),
    ({"measure": "ceiling_price", "amount": "5M"}, "5,000,000 JPY"),
]


@pytest.mark.parametrize(("said", "shown"), FIGURES)
def test_a_figure_is_withheld_or_a_share_or_borne_by_somebody(analyst, program, said, shown):
    payer = make_supplier("Payer")
    form = {"program": program.pk, "measure": "termination_cost", "currency": "JPY", "rounding": "0"}
    form |= {"as_of_date": "2020-12-31", "as_of_precision": "year", "borne_by": payer.pk} | said
    added(analyst, "reportedfigure", dated(**form))
    row = ReportedFigure.objects.get()
    assert (row.borne_by, row.as_of_precision) == (payer, "year")
    assert shown in column(analyst, "reportedfigure")


def test_money_moves_between_two_contracts(analyst, contract):
    other = make_contract()
    form = {"contract": contract.pk, "measure": "refund", "reason": "transfer", "amount": "5M", "rounding": "0"}
    added(analyst, "ledgerentry", dated(**form, counterpart=other.pk))
    row = LedgerEntry.objects.latest("id")
    assert (row.counterpart, row.reason, row.amount) == (other, "transfer", Decimal(5_000_000))


def test_a_guarantee_may_be_for_warranty(analyst, contract):
    added(analyst, "guarantee", dated(contract=contract.pk, kind="warranty", event="given", amount="1M"))
    assert Guarantee.objects.get().kind == "warranty"


def test_a_milestone_is_due_by_a_day(analyst, contract):
    due = {"contract": contract.pk, "kind": "delivery", "due_on": "2021-03-31", "due_precision": "by"}
    added(analyst, "milestone", dated(**due))
    assert Milestone.objects.get().due_precision == "by"
    assert "by 2021-03-31" in column(analyst, "milestone")


def test_a_contract_ends_in_a_year_and_its_first_facts_are_as_precise_as_its_signature(analyst, program, contract):
    form = {"reference": "N-1", "title": "New", "buyer": contract.buyer_id, "method": "other", "currency": "JPY"}
    form |= {"signed_on": "2019-12-31", "signed_precision": "year", "ends_on": "2024-12-31", "ends_precision": "year"}
    form |= {"source": make_source("2020-01-31").pk, "program": program.pk, "share": "1", "status": "active"}
    added(analyst, "contract", form)
    row = Contract.objects.get(reference="N-1")
    assert row.ends_precision == "year"
    assert {each.effective_precision for each in row.contractstatuschange_set.all()} == {"year"}
    assert "2024<" in column(analyst, "contract")


def test_a_fact_without_a_date_of_its_source_is_public_on_an_unknown_day(analyst, contract):
    form = {"contract": contract.pk, "measure": "payment", "reason": "other", "amount": "5M", "rounding": "0"}
    added(analyst, "ledgerentry", dated(**form) | {"source": make_source(None).pk})
    assert LedgerEntry.objects.latest("id").published_on is None
    assert "unknown" in column(analyst, "ledgerentry")


@pytest.mark.parametrize(("sign", "seen"), [("", [1, 2, None]), ("-", [2, 1, None])])
def test_what_nobody_dated_is_listed_last_in_either_direction(analyst, contract, sign, seen):
    days = {1: "2020-01-31", 2: "2020-02-29"}
    for on in ("2020-02-29", None, "2020-01-31"):
        post(contract, "5", "payment", on="2020-01-31", source=make_source(on))
    table = site.get_model_admin(LedgerEntry)
    column = table.list_display.index("public_since")
    page = analyst.get(f"{ADMIN}/ledgerentry/?o={sign}{column}&measure__exact=payment")
    found = [row.published_on for row in page.context["cl"].result_list]
    assert [day and day.isoformat() for day in found] == [days.get(number) for number in seen]
