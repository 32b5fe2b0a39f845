"""Which organization is meant, by every door: never another one, never one of several, never less than was said."""

import pytest

from procurement.alerts.models import Channel
from procurement.contracts.models import Contract, ContractParty
from procurement.imports.formats.portfolio import parse
from procurement.imports.loading import load
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.programs.models import Program
from tests.admin.test_editable import identifier
from tests.admin.test_facts import refusals, said
from tests.api.calling import decision
from tests.makers import make_contract, make_program
from tests.matching.spelling import ONE_IDENTIFIER
from tests.matching.world import World

FIRST, SECOND = {"scheme": "US-UEI", "value": "ABC123DEF456"}, {"scheme": "US-UEI", "value": "XYZ123DEF456"}
LEI = {"scheme": "LEI", "value": "5493001KJTIIGC8Y1R12"}


def named(*identifiers, **more):
    return {"name": "Maker", "country": "US", "identifiers": list(identifiers)} | more


@pytest.fixture
def contract(db):
    make_program("one")
    return make_contract(make_program("two"))


@pytest.fixture
def first(api, contract):
    Organization.objects.filter(name="Maker").update(name="The contract's", match_key="the contract's")
    return Organization.objects.get(pk=api.made("organizations/", named(FIRST))["id"])


def fact(contract, **more):
    return {"contract": contract.pk, "effective_on": "2020-06-15", "source": contract.source_id} | more


def contract_body(contract, **more):
    given = {"reference": "C-9", "title": "x", "buyer": contract.buyer_id, "currency": "JPY", "signed_on": "2020-01-01"}
    return given | {"source": contract.source_id} | more


def figure(of, **more):
    return {
        "measure": "paid", "amount": "1", "currency": "JPY", "as_of_date": "2020-06-15", "effective_on": "2020-06-15",
        "source": of.source_id,
    } | more  # fmt: skip


def supplier_of(answer):
    return answer["suppliers"][0]["organization"]


def program_of(world):
    return {"code": "x", "name": "X", "buyer": world.given}


def buyer_of(code):
    return Program.objects.get(code=code).buyer_id


def buyer_of_inline_program(answer):
    return Contract.objects.get(pk=answer["id"]).programallocation_set.get().program.buyer_id


#: Wherever an organization may be given inline: the request, the path of the field, and the id that the answer has.
DOORS = {
    "buyer of a contract": (
        lambda w: w.api.post("contracts/", contract_body(w.row, buyer=w.given)), "buyer", lambda a: a["buyer"]
    ),
    "supplier of a contract": (
        lambda w: w.api.post("contracts/", contract_body(w.row, suppliers=[w.given])), "suppliers.0", supplier_of
    ),
    "buyer of a program": (
        lambda w: w.api.post("programs/", {"code": "x", "name": "X", "buyer": w.given}), "buyer",
        lambda a: a["buyer"],
    ),
    "buyer of a patched program": (
        lambda w: w.api.patch("programs/one/", {"buyer": w.given}), "buyer", lambda a: a["buyer"]
    ),
    "buyer of a replaced program": (
        lambda w: w.api.send("put", "programs/one/", {"code": "one", "name": "X", "buyer": w.given}), "buyer",
        lambda a: a["buyer"],
    ),
    "buyer of a program within a decision": (
        lambda w: w.api.post("status-changes/", decision(program_of(w), w.row.source_id)), "program.buyer",
        lambda a: buyer_of(a["program"]),
    ),
    "buyer of a program within a link": (
        lambda w: w.api.post(
            "program-links/",
            {"program": "one", "kind": "successor", "other": program_of(w), "effective_on": "2020-06-15"}
            | {"source": w.row.source_id},
        ),
        "other.buyer", lambda a: buyer_of(a["other"]),
    ),
    "buyer of a program within an allocation": (
        lambda w: w.api.post("allocations/", fact(w.row, program=program_of(w), share="0")), "program.buyer",
        lambda a: buyer_of(a["program"]),
    ),
    "buyer of a program within a figure": (
        lambda w: w.api.post("reported-figures/", figure(w.row, program=program_of(w))), "program.buyer",
        lambda a: buyer_of(a["program"]),
    ),
    "buyer of a program within a contract": (
        lambda w: w.api.post(
            "contracts/", contract_body(w.row, allocations=[{"program": {"code": "x", "name": "X", "buyer": w.given}}])
        ),
        "allocations.0.program.buyer", buyer_of_inline_program,
    ),
    "party": (
        lambda w: w.api.post("contract-parties/", fact(w.row, role="agent", organization=w.given)),
        "organization", lambda a: a["organization"],
    ),
    "speaker": (
        lambda w: w.api.post("status-changes/", decision("one", w.row.source_id, organization=w.given)),
        "organization", lambda a: a["organization"],
    ),
    "court": (
        lambda w: w.api.post("contract-status-changes/", fact(w.row, status="suspended", decided_by=w.given)),
        "decided_by", lambda a: a["decided_by"],
    ),
    "guarantor": (
        lambda w: w.api.post("guarantees/", fact(w.row, kind="performance", amount="1", guarantor=w.given)),
        "guarantor", lambda a: a["guarantor"],
    ),
    "subject of a figure": (
        lambda w: w.api.post("reported-figures/", figure(w.row, organization=w.given)), "organization",
        lambda a: a["organization"],
    ),
    "speaker of a figure": (
        lambda w: w.api.post("reported-figures/", figure(w.row, contract=w.row.pk, speaker_organization=w.given)),
        "speaker_organization", lambda a: a["speaker_organization"],
    ),
    "who bears a cost": (
        lambda w: w.api.post("reported-figures/", figure(w.row, contract=w.row.pk, borne_by=w.given)), "borne_by",
        lambda a: a["borne_by"],
    ),
    "correction of a decision": (
        lambda w: w.api.post(
            f"status-changes/{w.api.made('status-changes/', decision('one', w.row.source_id))['id']}/correct/",
            {"organization": w.given},
        ),
        "organization", lambda a: a["organization"],
    ),
    "correction": (
        lambda w: w.api.post(
            f"contract-parties/{ContractParty.objects.earliest('pk').pk}/correct/", {"organization": w.given}
        ),
        "organization", lambda a: a["organization"],
    ),
    "subscription": (
        lambda w: w.api.post(
            "subscriptions/", {"channel": {"address": "a@example.org"}, "organizations": [w.given]}
        ),
        "organizations.0", lambda a: a["organizations"][0],
    ),
}  # fmt: skip


def sent(door, api, contract, given):
    """The id of the organization that a request names, and what it was warned of."""
    send, path, found = DOORS[door]
    answer = send(World(api, row=contract, given=given))
    assert answer.status_code in {200, 201}, answer.content
    said = answer.json().get("warnings", [])
    assert all(each.startswith(f"{path}: ") for each in said)
    return found(answer.json()), said


@pytest.mark.parametrize("door", DOORS)
def test_another_value_in_the_scheme_is_another_organization(api, contract, first, door):
    organization, said = sent(door, api, contract, named(SECOND))
    assert (organization == first.pk, said) == (False, [])
    assert [row["id"] for row in api.rows("organizations/?search=xyz123")] == [organization]
    assert [str(each) for each in first.identifiers.all()] == ["US-UEI ABC123DEF456"]


@pytest.mark.parametrize("door", ["api", "admin"])
def test_a_company_that_is_entered_with_another_value_is_another_one(api, site, contract, first, door):
    if door == "api":
        api.made("organizations/", named(SECOND))
    else:
        form = {"name": "Maker", "kind": "company", "country": "US"} | identifier(*SECOND.values())
        site.post("/admin/procurement/organization/add/", form)
    found = Organization.objects.filter(name="Maker").order_by("pk")
    assert [[str(each) for each in row.identifiers.all()] for row in found] == [
        ["US-UEI ABC123DEF456"], ["US-UEI XYZ123DEF456"]
    ]  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_an_identifier_that_the_matched_one_lacks_is_warned_of(api, contract, first, door):
    organization, said = sent(door, api, contract, named(LEI))
    assert organization == first.pk
    assert f"identifier LEI {LEI['value']} was not stored" in said[0]
    assert f"add it to organization {first.pk}" in said[0]
    assert [str(each) for each in first.identifiers.all()] == ["US-UEI ABC123DEF456"]


@pytest.mark.parametrize("door", DOORS)
def test_what_is_said_otherwise_of_a_matched_one_is_warned_of(api, contract, first, door):
    given = named(FIRST, name="Maker Holdings", kind="company", local_name="メーカー", country="GB")
    organization, said = sent(door, api, contract, given)
    assert organization == first.pk
    assert f"differs from organization {first.pk} in name, local_name, kind, country" in said[0]
    first.refresh_from_db()
    assert (first.name, first.country) == ("Maker", "US")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("identifiers", [[], [LEI]])
def test_of_several_that_may_be_meant_none_is_chosen(api, contract, first, door, identifiers):
    second = api.made("organizations/", named(SECOND))["id"]
    send, path, _ = DOORS[door]
    answer = send(World(api, row=contract, given=named(*identifiers)))
    assert answer.status_code == 409
    assert f"{first.pk} (Maker), {second} (Maker)" in answer.json()["errors"][f"{path}.name"][0]


@pytest.mark.parametrize("door", DOORS)
def test_identifiers_that_contradict_one_another_are_a_conflict(api, contract, first, door):
    api.patch(f"organizations/{first.pk}/", {"identifiers": [LEI]})
    send, path, _ = DOORS[door]
    answer = send(World(api, row=contract, given=named(LEI, SECOND)))
    assert (answer.status_code, answer.json()["existing"]) == (409, first.pk)
    assert "which has US-UEI ABC123DEF456 and not US-UEI XYZ" in answer.json()["errors"][f"{path}.identifiers"][0]


def test_one_of_several_values_in_a_scheme_is_enough(api, contract, first):
    api.patch(f"organizations/{first.pk}/", {"identifiers": [SECOND]})
    assert sent("party", api, contract, named(SECOND))[0] == first.pk


def test_names_that_identifiers_cannot_tell_apart_may_be_asked_for_by_id(api, contract, first):
    api.made("organizations/", named(SECOND))
    assert sent("party", api, contract, first.pk) == (first.pk, [])


def test_a_conflict_within_a_list_of_facts_names_its_row(api, contract, first):
    api.made("organizations/", named(SECOND))
    bodies = [fact(contract, role="agent", organization=each) for each in (first.pk, named())]
    assert list(api.errors("contract-parties/", bodies, status=409)) == ["1.organization.name"]


def test_only_what_was_made_stays_after_a_conflict(api, contract, first):
    api.made("organizations/", named(SECOND))
    before = Organization.objects.count(), Channel.objects.count()
    sent_to = {"channel": {"address": "a@example.org"}, "organizations": [{"name": "New"}, named()]}
    assert api.post("subscriptions/", sent_to).status_code == 409
    assert (Organization.objects.count(), Channel.objects.count()) == before


def test_a_file_knows_another_company_by_its_identifier(contract, first):
    summary = load([parse("a.yaml", file_of(SECOND))])
    assert summary.issues == summary.remarks == []
    assert OrganizationIdentifier.objects.get(value=SECOND["value"]).organization != first


def test_a_file_is_told_of_an_identifier_that_was_not_stored(contract, first):
    (remark,) = load([parse("a.yaml", file_of(LEI))]).remarks
    assert f"add it to organization {first.pk}" in str(remark)


def test_a_file_that_may_mean_several_is_refused(api, contract, first):
    second = api.made("organizations/", named(SECOND))["id"]
    (issue,) = load([parse("a.yaml", file_of())]).issues
    assert f"{first.pk} (Maker), {second} (Maker)" in str(issue)


def test_two_names_in_a_file_for_one_organization_are_remarked(contract, first):
    (remark,) = load([parse("a.yaml", file_of(FIRST) + "  other: {name: Maker, country: US}\n")]).remarks
    assert f"is organization {first.pk}, as organizations “maker” at a.yaml:3 is" in str(remark)


def file_of(*identifiers):
    pairs = ", ".join(f"{{scheme: {each['scheme']}, value: {each['value']}}}" for each in identifiers)
    return f"\norganizations:\n  maker: {{name: Maker, country: US, identifiers: [{pairs}]}}\n"


# one identifier, typed by two people


def pair(identifier):
    return dict(zip(("scheme", "value"), identifier, strict=True))


def refused(said, holder):
    return f"belongs to organization {holder} (Maker)" in said


TYPED = {
    "api post": lambda w: refused(
        str(w.api.errors("organizations/", {"name": "Other", "identifiers": [pair(w.given)]}, status=409)), w.row
    ),
    "api patch": lambda w: refused(
        str(
            w.api.patch(
                f"organizations/{w.api.made('organizations/', {'name': 'Other'})['id']}/",
                {"identifiers": [pair(w.given)]},
            ).json()["errors"]
        ),
        w.row,
    ),
    "api patch of the holder": lambda w: (
        len(w.api.patch(f"organizations/{w.row}/", {"identifiers": [pair(w.given)]}).json()["identifiers"]) == 1
    ),
    "api inline": lambda w: (
        w.api.made("programs/", {"code": "x", "name": "X", "buyer": {"identifiers": [pair(w.given)]}})["buyer"] == w.row
    ),
    "admin add": lambda w: refused(
        str(
            refusals(
                w.site.post(
                    "/admin/procurement/organization/add/", {"name": "Other", "kind": "company"} | identifier(*w.given)
                )
            )
        ),
        w.row,
    ),
    "admin add of an identifier": lambda w: refused(
        str(
            refusals(
                w.site.post(
                    "/admin/procurement/organizationidentifier/add/",
                    {"organization": w.api.made("organizations/", {"name": "Other"})["id"]} | pair(w.given),
                )
            )
        ),
        w.row,
    ),
    "admin change of an identifier": lambda w: refused(
        str(refusals(w.site.post(other_page(w.api), {"organization": w.row} | pair(w.given)))), w.row
    ),
    "a file": lambda w: [row.pk for row in loaded_maker(w.given)] == [w.row],
}


def other_page(api):
    made = api.made("organizations/", {"name": "Other", "identifiers": [{"scheme": "ZZ", "value": "1"}]})
    return f"/admin/procurement/organizationidentifier/{identifiers_of(made['id']).get().pk}/change/"


def identifiers_of(organization):
    return OrganizationIdentifier.objects.filter(organization=organization)


def loaded_maker(again):
    scheme, value = again
    text = f'\norganizations:\n  maker: {{name: Maker, identifiers: [{{scheme: "{scheme}", value: "{value}"}}]}}\n'
    assert load([parse("a.yaml", text)]).issues == []
    return Organization.objects.all()


@pytest.mark.parametrize(("stored", "again"), ONE_IDENTIFIER)
@pytest.mark.parametrize("door", TYPED)
def test_an_identifier_is_one_however_it_is_typed(api, site, door, stored, again):
    holder = api.made("organizations/", {"name": "Maker", "identifiers": [pair(stored)]})["id"]
    assert TYPED[door](World(api, site, holder, again))
    assert list(identifiers_of(holder).values_list("scheme", "value")) == [stored]


@pytest.mark.parametrize("door", ["api post", "api patch", "api inline", "admin add", "admin add of an identifier"])
def test_what_is_odd_about_an_identifier_is_said_and_stored(api, site, door):
    odd = {"scheme": "LEI", "value": "5493001KJTIIGC8Y1R17"}
    maker = api.made("organizations/", {"name": "Maker"})["id"]
    page = "/admin/procurement/organization"
    told = {
        "api post": lambda: str(api.made("organizations/", {"name": "Other", "identifiers": [odd]})["warnings"]),
        "api patch": lambda: str(api.patch(f"organizations/{maker}/", {"identifiers": [odd]}).json()["warnings"]),
        "api inline": lambda: str(
            api.made("programs/", {"code": "x", "name": "X", "buyer": {"name": "N", "identifiers": [odd]}})["warnings"]
        ),
        "admin add": lambda: said(
            site.post(f"{page}/add/", {"name": "Other", "kind": "company"} | identifier(*odd.values()), follow=True)
        ),
        "admin add of an identifier": lambda: said(
            site.post(f"{page}identifier/add/", {"organization": maker} | odd, follow=True)
        ),
    }[door]()  # fmt: skip
    assert "the last two check the rest" in told
    assert OrganizationIdentifier.objects.get().value == odd["value"]
