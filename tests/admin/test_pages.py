"""Every table has its pages, and none asks the database more for more rows."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pghistory.models import Event

from procurement.contracts.models import Contract
from procurement.contracts.presuming import Presumption
from procurement.exposure.kept import models as exposure
from procurement.flags.models import SweptRule
from procurement.imports.models import BatchRows, GivenName, StatedEnd
from procurement.sources.facts import fact_models
from procurement.sources.models import DefaultedDate, ScreeningMark, StaleMark
from tests.admin.portfolio import fill
from tests.makers import post

MODELS = sorted((model for model in admin.site._registry), key=lambda model: model._meta.label)
OURS = [model for model in MODELS if model._meta.app_label == "procurement"]


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def queries_of(client, url):
    client.get(url)  # what is remembered between requests is asked for here
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_every_table_has_an_admin():
    tables = {each for each in apps.get_app_config("procurement").get_models() if not issubclass(each, Event)}
    kept = {each for each in tables if each.__module__ == exposure.__name__}  # nobody enters those: the facts make them
    kept |= {StaleMark, DefaultedDate}  # a fact leaves the one, a migration the other
    kept |= {ScreeningMark, SweptRule}  # what is to be swept, and through which day each rule was
    kept |= {BatchRows, StatedEnd, GivenName}  # what imports note for their undo
    unread = {Presumption}  # its page comes with the answers that rest on it
    assert tables - kept - unread <= set(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_list_page_answers_and_searches(administrator, model):
    fill(administrator.user)
    assert administrator.get(address(model, "changelist")).status_code == 200
    assert administrator.get(address(model, "changelist"), {"q": "xyz"}).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_add_page_answers_unless_the_table_is_read_only(administrator, model):
    request_adds = admin.site._registry[model].has_add_permission
    answer = administrator.get(address(model, "add"))
    assert answer.status_code == (200 if request_adds(answer.wsgi_request) else 403)
    assert "DatabaseDefault" not in answer.content.decode()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.model_name)
def test_page_of_a_row_and_its_history_answer(administrator, model):
    fill(administrator.user)
    row = model._base_manager.first()
    assert row is not None
    assert administrator.get(address(model, "change", row.pk)).status_code == 200
    assert administrator.get(address(model, "history", row.pk)).status_code == 200


def test_lists_ask_no_more_for_twenty_rows_than_for_one(administrator):
    fill(administrator.user)
    one = {model: queries_of(administrator, address(model, "changelist")) for model in OURS}
    for _ in range(19):
        fill(administrator.user)
    twenty = {model: queries_of(administrator, address(model, "changelist")) for model in OURS}
    assert {model: (one[model], twenty[model]) for model in OURS if twenty[model] > one[model]} == {}


def test_pages_of_what_many_facts_are_about_ask_a_bounded_number_of_questions(administrator):
    contract = fill(administrator.user)
    one = queries_of(administrator, address(Contract, "change", contract.pk))
    for number in range(8):
        post(contract, str(number + 1))
    assert queries_of(administrator, address(Contract, "change", contract.pk)) <= one


@pytest.mark.parametrize("model", fact_models(), ids=lambda model: model._meta.model_name)
def test_every_foreign_key_that_is_filled_in_can_be_searched(model):
    for field in model._meta.concrete_fields:
        if field.is_relation and field.editable:
            assert admin.site._registry[field.related_model].search_fields


def test_first_page_answers(analyst):
    fill(analyst.user)
    assert analyst.get(reverse("admin:index")).status_code == 200
