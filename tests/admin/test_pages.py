"""Every table has its pages, and none asks the database more for more rows."""

from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pghistory.models import Event

from procurement.access.models import RefusalCount
from procurement.access.session_models import LoginSession
from procurement.alerts.models import Grouping, Reminder, VerificationMail
from procurement.contracts.models import Contract
from procurement.contracts.presuming import Presumption
from procurement.desk.models import Look, SavedList
from procurement.exposure.kept import models as exposure
from procurement.flags.models import SweptRule
from procurement.imports.line_models import ImportedDescription, ImportedLine
from procurement.imports.models import BatchRows, GivenName, StatedEnd
from procurement.signs.models import LifeSign
from procurement.sources.facts import fact_models
from procurement.sources.models import DefaultedDate, ScreeningMark, StaleMark
from procurement.stories.models import StoryDraft
from tests.admin.portfolio import fill
from tests.makers import allocate, make_contract, make_program, post, put

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
    kept |= {ImportedLine, ImportedDescription}  # what imports remember, to read the same again in no time
    kept |= {Look, SavedList}  # what users keep for themselves has its place above the lists and on the first page
    kept |= {StoryDraft}  # what somebody is typing of a case; its pages are those on which it is typed
    kept |= {Grouping}  # what was told a moment ago
    kept |= {VerificationMail}  # mails that ask readers; the channel says whether it is verified
    kept |= {LifeSign}  # the page of the service's status shows them
    kept |= {LoginSession}  # an account's own page shows and ends them
    kept |= {RefusalCount}  # the audit log has what it counts
    kept |= {Reminder}  # what was due for a reminder; the alert about it says it
    unread = {Presumption}  # its page comes with the answers that rest on it
    assert tables - kept - unread <= set(MODELS)


def test_list_pages_answer_and_search(administrator):
    fill(administrator.user)
    for model in MODELS:
        assert administrator.get(address(model, "changelist")).status_code == 200, model
        assert administrator.get(address(model, "changelist"), {"q": "xyz"}).status_code == 200, model


def test_add_pages_answer_unless_the_table_is_read_only(administrator):
    for model in MODELS:
        request_adds = admin.site._registry[model].has_add_permission
        answer = administrator.get(address(model, "add"))
        assert answer.status_code == (200 if request_adds(answer.wsgi_request) else 403), model
        assert "DatabaseDefault" not in answer.content.decode(), model


def test_pages_of_a_row_and_its_history_answer(administrator):
    fill(administrator.user)
    for model in OURS:
        row = model._base_manager.first()
        assert row is not None, model
        assert administrator.get(address(model, "change", row.pk)).status_code == 200, model
        assert administrator.get(address(model, "history", row.pk)).status_code == 200, model


def test_lists_ask_no_more_for_five_rows_than_for_one(administrator):
    fill(administrator.user)
    one = {model: queries_of(administrator, address(model, "changelist")) for model in OURS}
    for _ in range(4):
        fill(administrator.user)
    five = {model: queries_of(administrator, address(model, "changelist")) for model in OURS}
    assert {model: (one[model], five[model]) for model in OURS if five[model] > one[model]} == {}


def test_pages_of_what_many_facts_are_about_ask_a_bounded_number_of_questions(administrator):
    contract = fill(administrator.user)
    one = queries_of(administrator, address(Contract, "change", contract.pk))
    for number in range(8):
        post(contract, str(number + 1))
    assert queries_of(administrator, address(Contract, "change", contract.pk)) <= one


def test_every_foreign_key_that_is_filled_in_can_be_searched():
    for model in fact_models():
        for field in model._meta.concrete_fields:
            if field.is_relation and field.editable:
                assert admin.site._registry[field.related_model].search_fields, (model, field)


def test_first_page_answers(analyst):
    fill(analyst.user)
    assert analyst.get(reverse("admin:index")).status_code == 200


def test_a_state_without_a_colour_is_shown_in_its_words(analyst):
    contract = make_contract()
    put(contract, "cancelled_before_signature", "2020-06-15")
    page = analyst.get("/admin/procurement/contract/").content.decode()
    assert ("cancelled before signature" in page, "cancelled_before_signature</" in page) == (True, False)


def test_a_filter_over_several_rows_of_one_contract_finds_it_once(analyst):
    contract = make_contract(program := make_program("x"))
    allocate(contract, program, "0.5", "2020-01-01")
    found = analyst.get("/admin/procurement/contract/", {"programallocation_set__program__id__exact": program.pk})
    assert [row.pk for row in found.context["cl"].result_list] == [contract.pk]
    assert not found.context["cl"].queryset.query.distinct
