"""What releases say of a contract, and by which ids they are known."""

from decimal import Decimal

import pytest

from procurement.common.dates import Asked
from procurement.contracts.models import Contract
from procurement.ledger.recording import ledger_entries
from procurement.parties.models import Organization
from procurement.sources.recording import Amending
from tests.makers import (
    day,
    estimate,
    make_contract,
    make_organization,
    make_program,
    make_source,
    make_supplier,
    novate,
    owe,
    post,
    put,
)
from tests.ocds.exporting import ASKED, contract, package, read, record, releases

pytestmark = pytest.mark.django_db


def tags():
    return [each["tag"] for each in releases()]


def test_a_release_tells_what_one_source_told_on_one_day():
    paid = make_contract(committed="5")
    post(paid, "2", "payment", on="2020-01-01")
    put(paid, "suspended", "2020-06-15")
    post(paid, "-1", on="2020-07-01")
    put(paid, "terminated", "2020-08-01")
    told = [["contract"], ["contractUpdate"], ["implementation"], ["contractUpdate"], ["contractAmendment"]]
    assert tags() == [*told, ["contractTermination"]]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("pending", "pending"),
        ("active", "active"),
        ("stop_work", "active"),
        ("suspended", "active"),
        ("partially_terminated", "active"),
        ("terminated", "terminated"),
        ("completed", "terminated"),
        ("cancelled_before_signature", "cancelled"),
    ],
)
def test_the_closed_list_has_a_word_for_every_state_and_the_extension_the_exact_one(status, said):
    make_contract(status=status)
    assert (contract()["status"], contract()["standing"]["status"]) == (said, status)


def test_nothing_is_said_of_what_nobody_knows():
    make_contract(status=None)
    assert not contract().keys() & {"status", "value", "implementation", "amendments"}


def test_the_value_is_what_is_committed_so_far():
    grown = make_contract(committed="100.10")
    post(grown, "20", on="2020-01-01", reason="option", note="as agreed")
    values = [each["contracts"][0].get("value", {}).get("amount") for each in releases()]
    assert values[-2:] == [Decimal("100.1"), Decimal("120.1")]
    (amendment,) = contract()["amendments"]
    assert (amendment["description"], amendment["rationale"]) == ("option: commitment 20 JPY", "as agreed")


def test_amounts_are_exact_numbers():
    make_contract(committed="9007199254740993.01")
    assert b'"amount":9007199254740993.01,' in package()


def test_a_payment_goes_to_the_lead_supplier_of_its_day_and_a_refund_back():
    paid = make_contract(committed="100", supplier=make_supplier("Old"))
    novate(paid, make_supplier("New"), "2020-06-01")
    post(paid, "1", "payment", on="2020-01-01")
    post(paid, "2", "payment", on="2020-07-01")
    post(paid, "3", "refund", on="2020-08-01")
    ways = [(each["payer"]["name"], each["payee"]["name"]) for each in contract()["implementation"]["transactions"]]
    assert ways == [("Ministry of Defense", "Old"), ("Ministry of Defense", "New"), ("New", "Ministry of Defense")]
    assert [each["name"] for each in record()["awards"][0]["suppliers"]] == ["Old", "New"]


def test_every_organization_that_is_referred_to_is_a_party_of_the_release():
    paid = make_contract(make_program("x"), committed="100")
    post(paid, "1", "payment", on="2020-01-01")
    put(paid, "terminated", "2020-07-15", decided_by=make_organization("Court", "FR"))
    for each in releases():
        assert set(referred(each)) <= {party["id"] for party in each["parties"]}
    assert {role for party in record()["parties"] for role in party["roles"]} == {
        "buyer",
        "decidingBody",
        "payee",
        "payer",
        "programBuyer",
        "supplier",
    }


def referred(value):
    """The ids of organizations that anything refers to."""
    if isinstance(value, list):
        for each in value:
            yield from referred(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in {"buyer", "payer", "payee", "organization", "decidedBy", "guarantor"}:
                yield each["id"]
            elif name != "parties":
                yield from referred(each)


def test_a_milestone_is_met_by_the_entry_that_names_it():
    owed = make_contract(committed="100")
    milestone = owe(owed, "2020-03-31", "5")
    owe(owed, "2020-09-30", "5")
    post(owed, "5", "payment", on="2020-04-02", milestone=milestone)
    met = [(each["status"], each.get("dateMet")) for each in contract()["implementation"]["milestones"]]
    assert sorted(met) == [("met", "2020-04-02T00:00:00Z"), ("scheduled", None)]


def test_the_program_with_the_largest_share_is_the_project():
    make_contract(make_program("small"), share="0.4")
    assert record()["planning"]["budget"] == {"project": "Small", "projectID": "small"}
    assert contract()["programHistory"][0]["share"] == Decimal("0.4")


def test_how_old_it_is_is_told_in_the_record():
    make_contract(committed="1")
    assert contract()["confirmation"] == {"confirmedOn": "2019-10-31", "presumed": True}


def test_what_leaving_would_cost_and_who_says_so():
    leaving = make_contract()
    estimate(leaving, "5", source=make_source(title="An audit", publisher="Court of audit"))
    (said,) = contract()["terminationLiability"]
    assert said["point"] == {"amount": 5, "currency": "JPY"}
    document = next(each for each in contract()["documents"] if each["id"] == said["sourceDocument"])
    assert (document["title"], document["publisher"], document["grade"]) == ("An audit", "Court of audit", "primary")


def test_an_address_that_is_no_uri_is_written_as_one_and_as_it_was_given():
    make_contract(source=make_source(url="https://example.org/契約"))
    (document,) = contract()["documents"]
    assert (document["url"], document["urlAsGiven"]) == (
        "https://example.org/%E5%A5%91%E7%B4%84",
        "https://example.org/契約",
    )


# dates


def test_a_package_is_of_the_dates_that_are_asked_for():
    paid = make_contract(committed="5")
    post(paid, "2", "payment", on="2020-01-01", published_on=day("2020-03-01"))
    known = [
        len(releases(asked=Asked(ASKED.as_of, each), is_past=True)) for each in (day("2020-02-01"), day("2020-03-01"))
    ]
    assert known[1] == known[0] + 1


def test_no_package_tells_when_it_was_made():
    make_contract(committed="5")
    found = read(package())
    assert found["publishedDate"] == found["releases"][-1]["date"]
    assert package() == package()


# ids


def ids():
    return [each["id"] for each in releases()]


def test_a_release_keeps_its_id_whatever_is_recorded_later():
    paid = make_contract(committed="5")
    post(paid, "2", "payment", on="2020-06-01")
    before = ids()
    post(paid, "1", "payment", on="2020-01-01")
    put(paid, "suspended", "2020-06-15")
    assert set(before) < set(ids())


def test_a_release_keeps_its_id_when_a_label_is_edited():
    make_contract(committed="5")
    before = ids()
    Contract.objects.update(title="Another")
    Organization.objects.update(local_name="Another")
    assert ids() == before


def test_a_corrected_fact_keeps_its_id_and_is_told_by_another_release():
    paid = make_contract(committed="5")
    wrong = post(paid, "2", "payment", source_key="k")
    before = ids()
    ledger_entries.correct(wrong, Amending(make_source("2019-10-31"), "typed"), {"amount": Decimal(3)})
    (transaction,) = contract()["implementation"]["transactions"]
    assert (transaction["id"], transaction["value"]["amount"]) == ("k", 3)
    assert len(set(before) - set(ids())) == 1


def test_the_ocid_is_the_stored_one_or_ours():
    first, _ = make_contract(), make_contract(ocid="ocds-213czf-77")
    found = read(package())
    assert [each["ocid"] for each in found["releases"]] == ["ocds-213czf-77", f"ocds-xxxxxx-{first.pk:012}"]
    assert "ocds-xxxxxx are not registered" in found["prefixNotice"]


def test_a_registered_prefix_is_used_without_a_notice(settings):
    settings.OCDS_PREFIX, settings.OCDS_EXTENSION_URL = "ocds-a1b2c3", "https://example.org/extension.json"
    row = make_contract()
    found = read(package())
    assert (found["releases"][0]["ocid"], "prefixNotice" in found) == (f"ocds-a1b2c3-{row.pk:012}", False)
    assert found["extensions"] == ["https://example.org/extension.json"]


def test_no_extension_is_named_whose_address_nobody_gave():
    make_contract()
    assert "extensions" not in read(package())
