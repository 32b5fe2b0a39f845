"""What is recorded from a contract's page, and what its pages show before."""

from decimal import Decimal

import pytest

from procurement.contracts.models import Contract, ContractStatusChange, LiabilityEstimate, ProgramAllocation
from procurement.flags.screening.screen import screen
from procurement.ledger.models import LedgerEntry
from procurement.sources.models import Document
from tests.admin.test_facts import said
from tests.makers import day, decide, make_contract, make_program, make_source, owe, put

TODAY = day("2026-01-01")


@pytest.fixture
def contract(db):
    program = make_program("x", name="Ashore")
    contract = make_contract(program, committed="100000000", paid="10000000", reference="A1")
    decide(program, "suspended", "2020-06-15")
    return contract


def page(contract, act):
    return f"/admin/procurement/contract/{contract.pk}/{act}/"


def form(**more):
    return {"effective_on": "2020-07-01", "source": make_source("2020-07-02").pk, "note": ""} | more


def look(client, contract, act, **given):
    return client.post(page(contract, act), given | {"_look": "1"})


def entries(contract, **only):
    return list(LedgerEntry.objects.filter(contract=contract, **only).order_by("id"))


# payment


def test_a_payment_is_recorded_and_leads_back_with_a_link_to_it(analyst, contract):
    answer = analyst.post(page(contract, "payment"), form(amount="5m"), follow=True)
    entry = entries(contract)[-1]
    assert (entry.measure, entry.amount, entry.entered_by) == ("payment", 5_000_000, analyst.user)
    assert answer.redirect_chain[0][0] == f"/admin/procurement/contract/{contract.pk}/change/"
    assert "Recorded a payment of 5,000,000 JPY" in said(answer)
    assert f"/admin/procurement/ledgerentry/{entry.pk}/change/" in answer.content.decode()


def test_a_negative_payment_is_a_refund(analyst, contract):
    analyst.post(page(contract, "payment"), form(amount="△5,000,000"))
    entry = entries(contract)[-1]
    assert (entry.measure, entry.amount) == ("refund", 5_000_000)


def test_a_payment_names_the_milestone_that_it_meets(analyst, contract):
    milestone = owe(contract, "2020-07-31", "5000000")
    analyst.post(page(contract, "payment"), form(amount="5m", milestone=milestone.pk))
    assert entries(contract)[-1].milestone == milestone
    choices = analyst.get(page(contract, "payment")).context["form"].fields["milestone"].queryset
    assert milestone not in choices


def test_a_payment_shows_before_and_after_and_its_flag_before_it_is_saved(analyst, contract):
    shown = look(analyst, contract, "payment", amount="5m", effective_on="2020-07-01").content.decode()
    for part in ("10,000,000 JPY", "15,000,000 JPY", "+5,000,000 JPY", "85,000,000 JPY", "would open"):
        assert part in shown
    assert len(entries(contract)) == 2
    assert not Document.objects.filter(title="not named yet").exists()


def test_what_is_missing_is_named_and_what_is_wrong_is_said(analyst, contract):
    shown = look(analyst, contract, "payment", amount="USD 5m").content.decode()
    assert "Still to be filled in: " in shown
    assert "is given in USD, but the contract&#x27;s amounts are in JPY" in shown


def test_a_payment_that_looks_wrong_is_asked_back_and_announced_before(analyst, contract):
    shown = look(analyst, contract, "payment", amount="500m", effective_on="2020-07-01")
    given = form(amount="500m")
    answer = analyst.post(page(contract, "payment"), given)
    doubt = answer.context["form"].doubt
    assert set(doubt.said) == set(shown.context["warnings"])
    assert analyst.post(page(contract, "payment"), given | {"_meant": doubt.digest}).status_code == 302


def test_a_page_sent_twice_records_once(analyst, contract):
    given = form(amount="5m", _form_token="0" * 32)
    for _ in range(2):
        assert analyst.post(page(contract, "payment"), given).status_code == 302
    assert len(entries(contract)) == 3


def test_readers_record_nothing(reader, contract):
    for act in ("payment", "modification", "termination", "settlement", "correction"):
        assert reader.post(page(contract, act), form(amount="5m")).status_code == 403
        assert look(reader, contract, act, amount="5m").status_code == 403


# modification


def test_a_modification_changes_commitment_ceiling_and_end_together(analyst, contract):
    given = form(reason="option", commitment="20m", ceiling="30m", ends_on="2027-03-31", ends_precision="day")
    answer = analyst.post(page(contract, "modification"), given, follow=True)
    assert [(e.measure, e.amount, e.reason) for e in entries(contract)[-2:]] == [
        ("commitment", 20_000_000, "option"),
        ("ceiling", 30_000_000, "option"),
    ]
    assert Contract.objects.get(pk=contract.pk).ends_on == day("2027-03-31")
    assert "it now ends on 2027-03-31" in said(answer)


def test_of_a_modification_that_is_refused_nothing_is_recorded(analyst, contract):
    given = form(reason="modification", commitment="20m", ends_on="2027-03-30", ends_precision="month")
    answer = analyst.post(page(contract, "modification"), given)
    assert "ends_on" in answer.context["form"].errors
    assert len(entries(contract)) == 2


@pytest.mark.parametrize(
    "given",
    [{"reason": "modification"}, {"reason": "de_obligation", "commitment": "5m"}, {"reason": "de_obligation"}],
)
def test_a_modification_changes_something_and_a_release_releases(analyst, contract, given):
    answer = analyst.post(page(contract, "modification"), form(**given))
    assert "commitment" in answer.context["form"].errors


def test_nothing_is_chosen_beforehand(analyst, contract):
    for act, names in {
        "modification": ("reason",),
        "termination": ("status", "termination_ground"),
        "settlement": ("closes",),
    }.items():
        shown = analyst.get(page(contract, act)).context["form"]
        assert [shown[name].value() for name in names] == [None] * len(names)
        errors = analyst.post(page(contract, act), form()).context["form"].errors
        assert set(names) <= set(errors)


# termination and settlement


def test_a_termination_would_resolve_the_flag_and_leaves_the_rest_unaccounted(analyst, contract):
    screen(None, today=TODAY)
    given = {"status": "terminated", "termination_ground": "convenience", "effective_on": "2020-07-01"}
    shown = look(analyst, contract, "termination", **given).content.decode()
    assert "would resolve" in shown
    assert "Unaccounted for" in shown
    analyst.post(page(contract, "termination"), form(**given, falls_away="80m", liability_high="9m"))
    state = ContractStatusChange.objects.latest("id")
    assert (state.status, state.termination_ground) == ("terminated", "convenience")
    assert (entries(contract)[-1].amount, entries(contract)[-1].reason) == (-80_000_000, "termination")
    assert LiabilityEstimate.objects.get().high == 9_000_000


def test_a_ground_may_be_unknown_but_not_overlooked(analyst, contract):
    given = form(status="partially_terminated")
    assert "termination_ground" in analyst.post(page(contract, "termination"), given).context["form"].errors
    assert analyst.post(page(contract, "termination"), given | {"termination_ground": ""}).status_code == 302


def test_a_settlement_records_what_passed_and_closes_the_contract(analyst, contract):
    put(contract, "terminated", "2020-07-01")
    given = form(compensation="-2m", final_payment="3m", released="87m", closes="mutual")
    analyst.post(page(contract, "settlement"), given)
    moved = [(e.measure, e.amount, e.reason) for e in entries(contract)[-3:]]
    assert moved == [
        ("compensation", Decimal(-2_000_000), "settlement"),
        ("payment", 3_000_000, "settlement"),
        ("commitment", -87_000_000, "settlement"),
    ]
    state = ContractStatusChange.objects.latest("id")
    assert (state.status, state.termination_ground) == ("terminated", "mutual")


@pytest.mark.parametrize(
    ("given", "name"),
    [({}, "compensation"), ({"released": "-5"}, "released"), ({"released": "5", "in_kind": "on"}, "in_kind")],
)
def test_a_settlement_settles_something(analyst, contract, given, name):
    answer = analyst.post(page(contract, "settlement"), form(closes="stays", **given))
    assert name in answer.context["form"].errors
    assert len(entries(contract)) == 2


# moving and correcting


def test_a_move_shows_the_shares_before_and_after(analyst, contract):
    old, new = ProgramAllocation.objects.get().program, make_program("y", name="Vessels")
    given = {"from_program": old.pk, "to_program": new.pk, "effective_on": "2020-12-18"}
    shown = look(analyst, contract, "rehome", **given).content.decode()
    assert "Share of Ashore" in shown
    assert "Share of Vessels" in shown
    assert ProgramAllocation.objects.count() == 1


def test_every_standing_fact_of_a_contract_can_be_chosen_for_correction(analyst, contract):
    entry = entries(contract)[0]
    shown = analyst.get(page(contract, "correction")).content.decode()
    assert f"/admin/procurement/ledgerentry/{entry.pk}/correct/" in shown
    assert "Contract status changes" in shown


def test_a_correction_shows_what_it_changes_before_it_is_saved(analyst, contract):
    payment = entries(contract, measure="payment")[0]
    given = {"contract": contract.pk, "measure": "payment", "amount": "12m", "effective_on": "2019-10-31"}
    more = {"effective_precision": "day", "reason": "other", "rounding": "0", "_look": "1"}
    shown = analyst.post(f"/admin/procurement/ledgerentry/{payment.pk}/correct/", given | more).content.decode()
    assert "+2,000,000 JPY" in shown
    assert entries(contract, measure="payment") == [payment]


def test_a_reversal_shows_what_it_changes_before_it_is_saved(analyst, contract):
    payment = entries(contract, measure="payment")[0]
    shown = analyst.post(f"/admin/procurement/ledgerentry/{payment.pk}/reverse/", {"_look": "1"}).content.decode()
    assert "unknown" in shown
    assert entries(contract, measure="payment") == [payment]
