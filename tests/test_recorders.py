"""A fact table that is in the list comes in and is shown everywhere."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory
from django.urls import reverse

from procurement.admin.navigation import sidebar
from procurement.imports.formats.portfolio import CONTRACT_LISTS, LISTS
from procurement.recorders import FACT_TABLES, POSTING_ORDER


@pytest.mark.parametrize("table", FACT_TABLES, ids=lambda table: table.name)
def test_every_fact_table_has_an_address_a_page_and_a_section_of_files(table):
    assert reverse(f"api:{table.resource}-list") == f"/api/v1/{table.resource}/"
    assert reverse(f"admin:procurement_{table.model._meta.model_name}_changelist")
    assert table.name in {each.name for each in (*CONTRACT_LISTS.values(), *LISTS.values())}


def seen_by(user) -> set[str]:
    request = RequestFactory().get("/admin/")
    request.user = user
    return {item["link"] for group in sidebar(request) for item in group["items"]}


def test_the_sidebar_shows_every_fact_table_to_who_may_see_it():
    pages = {reverse(f"admin:procurement_{table.model._meta.model_name}_changelist") for table in FACT_TABLES}
    assert pages <= seen_by(User(is_superuser=True, is_active=True))
    assert not pages & seen_by(AnonymousUser())


def test_a_contract_is_posted_after_what_is_said_of_programs_and_before_what_is_said_of_it():
    place = POSTING_ORDER.index
    assert place("programs") < place("status_changes") < place("contracts") < place("ledger_entries")
    assert place("milestones") < place("ledger_entries")
