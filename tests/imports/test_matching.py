"""Suppliers that files name: placeholders that get a name, several identifiers of one, and names in two languages."""

import pghistory
import pytest
from django.apps import apps
from django.contrib.auth.models import User

from procurement.contracts.models import Contract, ContractParty
from procurement.imports.models import GivenName
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.recording import rename
from tests.imports.orders import imported, orders, said
from tests.imports.test_undoing import undone
from tests.makers import make_organization, make_supplier

pytestmark = pytest.mark.django_db
__all__ = ["orders"]

HEAD = "order,maker,day,amount,program,country,local,ids\n"
NUMBER = "JP-HOUJIN-BANGOU:8010401050387"
UNNAMED = HEAD + f"A1,法人番号8010401050387,2020-01-31,100,,,,{NUMBER}\n"
NAMED = HEAD + f"A2,三菱重工業株式会社,2020-01-31,100,,,,{NUMBER}\n"
UEI, CAGE, OTHER_CAGE = "US-UEI:ABC123DEF456", "CAGE:1ABC2", "CAGE:9XYZ8"


def order(maker: str = "Maker", *, name: str = "A1", ids: str = "", country: str = "US", local: str = "") -> str:
    return HEAD + f"{name},{maker},2020-01-31,100,,{country},{local},{ids}\n"


def suppliers() -> list[str]:
    ids = ContractParty.objects.values("organization")
    return list(Organization.objects.filter(pk__in=ids).order_by("pk").values_list("name", flat=True))


def identifiers() -> set[str]:
    return {str(each) for each in OrganizationIdentifier.objects.all()}


# placeholders


def test_a_name_takes_the_place_of_a_number():
    imported(UNNAMED)
    batch = imported(NAMED)
    assert (suppliers(), batch.warnings) == (["三菱重工業株式会社"], {"updated": 1})
    assert "(name: 三菱重工業株式会社 given, 法人番号8010401050387 stored before)" in said(batch, "warning")[0]
    event = apps.get_model("procurement", "OrganizationEvent").objects.order_by("pgh_id").last()
    assert (event.name, event.pgh_context.metadata) == ("三菱重工業株式会社", {"import_batch": batch.pk})
    assert batch.tables["organizations"]["taken"] == 1


def test_neither_file_again_changes_anything():
    imported(UNNAMED)
    imported(NAMED)
    for text in (NAMED, UNNAMED):
        batch = imported(text)
        assert (batch.records, batch.warnings, suppliers()) == ({"unchanged": 1}, {}, ["三菱重工業株式会社"])
    assert GivenName.objects.count() == 1


def test_who_was_stored_by_that_name_before_is_named_by_it_still():
    by_name = order("三菱重工業株式会社", name="A3", country="")
    imported(by_name)
    imported(UNNAMED)
    imported(NAMED)
    assert suppliers() == ["三菱重工業株式会社"] * 2
    batch = imported(by_name)
    assert (batch.refusals, batch.records, suppliers()) == (0, {"unchanged": 1}, ["三菱重工業株式会社"] * 2)


def test_a_second_real_name_is_a_remark():
    imported(UNNAMED)
    imported(NAMED)
    batch = imported(NAMED.replace("株式会社", ""))
    assert (suppliers(), batch.warnings) == (["三菱重工業株式会社"], {"differs from the stored row": 1})


def test_a_name_in_the_same_file_is_no_news():
    batch = imported(UNNAMED + NAMED.removeprefix(HEAD))
    assert (suppliers(), "updated" in batch.warnings) == (["三菱重工業株式会社"], False)


def test_an_organization_that_a_person_renamed_keeps_its_name():
    imported(UNNAMED)
    row = Organization.objects.get(name__startswith="法人番号")
    with pghistory.context(user=User.objects.create(username="ana").pk):
        row.save(update_fields=rename(row, name="法人番号1"))
    batch = imported(NAMED)
    assert (suppliers(), batch.queued) == (["法人番号1"], 1)
    assert "which a person has renamed" in said(batch, "queued")[0]


def test_undo_gives_the_placeholder_back_unless_a_person_renamed_it():
    imported(UNNAMED)
    first = imported(NAMED)
    assert undone(first).taken_back["restored"] == {"organization": 1}
    assert suppliers() == ["法人番号8010401050387"]
    second = imported(NAMED)
    row = Organization.objects.get(name="三菱重工業株式会社")
    with pghistory.context(user=User.objects.create(username="ana").pk):
        row.save(update_fields=rename(row, name="MHI"))
    assert (undone(second).taken_back["restored"], suppliers()) == ({}, ["MHI"])
    assert "was changed by a person since" in said(second, "undo")[0]


def test_a_preview_shows_the_name_and_keeps_the_number():
    imported(UNNAMED)
    assert imported(NAMED, dry_run=True).warnings == {"updated": 1}
    assert suppliers() == ["法人番号8010401050387"]


# several identifiers


def test_a_second_cage_code_is_given_to_the_supplier_of_the_uei():
    imported(order(ids=f"{UEI};{CAGE}"))
    batch = imported(order(ids=f"{UEI};{OTHER_CAGE}", name="A2"))
    assert (suppliers(), batch.refusals, batch.warnings) == (["Maker"], 0, {"updated": 1})
    assert identifiers() == {"US-UEI ABC123DEF456", "CAGE 1ABC2", "CAGE 9XYZ8"}
    assert imported(order(ids=f"{UEI};{OTHER_CAGE}", name="A2")).warnings == {}


def test_another_place_of_a_name_is_the_same_supplier():
    imported(order(ids=CAGE))
    imported(order(ids=OTHER_CAGE, name="A2"))
    assert (suppliers(), identifiers()) == (["Maker"], {"CAGE 1ABC2", "CAGE 9XYZ8"})


def test_undo_takes_the_identifier_back_too():
    imported(order(ids=f"{UEI};{CAGE}"))
    undone(imported(order(ids=f"{UEI};{OTHER_CAGE}", name="A2")))
    assert identifiers() == {"US-UEI ABC123DEF456", "CAGE 1ABC2"}


def test_a_uei_stays_the_only_one_of_its_organization():
    imported(order(ids=UEI))
    imported(order(ids="US-UEI:XYZ123DEF456", name="A2"))
    assert suppliers() == ["Maker", "Maker"]


def test_a_later_duns_number_beside_the_uei_is_taken_and_without_it_is_anothers():
    imported(order(ids=f"{UEI};DUNS:123456789"))
    imported(order(ids=f"{UEI};DUNS:223456789", name="A2"))
    assert suppliers() == ["Maker"]
    imported(order(ids="DUNS:323456789", name="A3"))
    assert suppliers() == ["Maker", "Maker"]


def test_a_cage_code_of_another_uei_makes_no_merge_and_no_refusal():
    imported(order("One", ids=f"{UEI};{CAGE}"))
    batch = imported(order("Two", ids=f"US-UEI:XYZ123DEF456;{CAGE}", name="A2"))
    assert (suppliers(), batch.refusals, batch.warnings) == (["One", "Two"], 0, {"doubtful match": 1})


# names in two languages


def test_the_local_name_of_a_stored_ministry_names_it():
    stored = make_organization("Ministry of Defense", "JP", local_name="防衛省")
    batch = imported(order("防衛省", country="JP"))
    assert ContractParty.objects.get().organization == stored
    assert batch.warnings == {"differs from the stored row": 1}


def test_a_ministry_that_is_stored_by_its_local_name_is_named_in_english_too():
    stored = make_organization("防衛省", "JP")
    imported(order("Ministry of Defense", country="JP", local="防衛省"))
    assert ContractParty.objects.get().organization == stored


def test_a_local_name_in_another_country_names_nobody():
    make_organization("Ministry of Defense", "JP", local_name="防衛省")
    imported(order("防衛省", country=""))
    assert "防衛省" in suppliers()


def test_names_of_two_are_doubtful_and_the_first_name_counts():
    first = make_supplier("Ground Staff Office", "JP")
    other = make_organization("Agency", "JP", local_name="防衛装備庁")
    batch = imported(order("Ground Staff Office", country="JP", local="防衛装備庁"))
    assert ContractParty.objects.get().organization == first
    assert batch.warnings["doubtful match"] == 1
    assert f"may be organization {other.pk}" in " ".join(said(batch, "warning"))


# contracts


def test_a_reference_that_is_unique_for_all_buyers_is_found_under_another_one():
    text = order(name="CONT_AWD_W15P7T20C0007_9700_-NONE-_-NONE-")
    imported(text)
    Contract.objects.update(buyer=make_organization("Army", "US"))
    batch = imported(text)
    assert (Contract.objects.count(), batch.records) == (1, {"unchanged": 1})
    assert "buyer:" in said(batch, "warning")[0]


def test_any_other_reference_is_its_buyers():
    imported(order())
    Contract.objects.update(buyer=make_organization("Army", "US"))
    imported(order())
    assert Contract.objects.count() == 2
