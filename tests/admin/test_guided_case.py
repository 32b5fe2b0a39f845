"""A case is entered from a story on three pages: kept as it is typed, and recorded at once or not at all."""

import datetime as dt
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from procurement.contracts.models import Contract
from procurement.figures.models import ReportedFigure
from procurement.ledger.models import LedgerEntry
from procurement.parties.models import Organization
from procurement.programs.drafts import StatusDraft
from procurement.programs.models import Program, StatusChange
from procurement.sources.models import Document
from procurement.stories.models import StoryDraft
from tests.admin.test_facts import said
from tests.makers import make_contract, make_organization, make_program, make_source

TABLES = (Document, Program, Organization, Contract, StatusChange, LedgerEntry, ReportedFigure)
STORY = {
    "url": "https://news.example/1",
    "title": "Ministry halts Ashore",
    "publisher": "The News",
    "source_published_on": "2020-06-15",
    "language": "en",
    "happened": "whole",
    "status": "suspended",
    "effective_on": "2020-06-15",
    "effective_precision": "day",
    "speaker": "Kono",
    "quotation": "The process is halted.",
}
NEW_PROGRAM = {"program_name": "Ashore", "program_country": "jp", "buyer_name": "Ministry", "domain": "missiles"}
CONTRACT = {
    "contracts-0-title": "Radar",
    "contracts-0-no_reference": "on",
    "contracts-0-supplier_name": "Maker",
    "contracts-0-supplier_country": "US",
    "contracts-0-status": "active",
    "contracts-0-amount": "JPY 34.955bn",
    "contracts-0-signed_on": "2019-10-31",
    "contracts-0-signed_precision": "day",
    "contracts-0-what": "commitment",
}
COUNTED = {"contracts-TOTAL_FORMS": "1", "contracts-INITIAL_FORMS": "0"}


@pytest.fixture
def key():
    return uuid4()


def page(key, name):
    return f"/admin/case/{key}/{name}/"


def tell(client, key, story=None, contracts=None):
    """Send the first two pages; gives the answer to the second."""
    first = client.post(page(key, "story"), STORY | (NEW_PROGRAM if story is None else story))
    if first.status_code != 302:
        return first
    return client.post(page(key, "contracts"), COUNTED | (CONTRACT if contracts is None else contracts))


def record(client, key, **more):
    """Record the case, with the warnings that its last page shows ticked."""
    shown = client.get(page(key, "check"))
    doubt = shown.context["doubt"]
    given = {"_form_token": shown.context["form_token"], **({"_meant": doubt.digest} if doubt else {})}
    return client.post(page(key, "check"), given | more, follow=True)


def test_everything_new_is_recorded_at_once(analyst, key):
    assert tell(analyst, key)["Location"] == page(key, "check")
    answer = record(analyst, key)
    program, contract = Program.objects.get(), Contract.objects.get()
    assert (program.code, program.country, program.buyer.name) == ("ashore", "JP", "Ministry")
    assert (contract.reference, contract.reference_generated) == ("ashore/unreferenced-1", True)
    assert (contract.currency, contract.method) == ("JPY", "other")
    entry = LedgerEntry.objects.get()
    assert (entry.measure, entry.amount, entry.reason) == ("commitment", 34_955_000_000, "award")
    change = StatusChange.objects.get()
    assert (change.kind, change.status, change.speaker) == ("decision", "suspended", "Kono")
    assert {change.source, contract.source, entry.source} == {Document.objects.get()}
    assert answer.redirect_chain[-1][0] == f"/admin/procurement/program/{program.pk}/change/"
    assert "Recorded the case" in said(answer)
    assert not StoryDraft.objects.exists()


def test_the_last_page_says_what_will_be_recorded_and_what_it_does(analyst, key):
    tell(analyst, key)
    shown = analyst.get(page(key, "check")).content.decode()
    for part in (
        "New document: Ministry halts Ashore",
        "New program: Ashore",
        "Decision on Ashore: Suspended – Kono",
        "Commitment of 34,955,000,000 JPY under ashore/unreferenced-1",
        "Lead supplier: Maker",
        "would open",
        "suspended since 2020-06-15",
    ):
        assert part in shown
    assert [table._base_manager.count() for table in TABLES] == [0] * len(TABLES)


def test_what_is_on_record_is_used_and_left_as_it_is(analyst, key):
    program = make_program("x", name="Ashore")
    source = make_source("2020-06-15", url=STORY["url"])
    contract = make_contract(program, committed="5", reference="A1", source=make_source("2019-10-31"))
    given = {"contracts-0-contract": contract.pk, "contracts-0-amount": "7", "contracts-0-what": "figure"}
    tell(analyst, key, {"program": program.pk, "title": ""}, given | {"contracts-0-signed_on": "2020-06-15"})
    shown = analyst.get(page(key, "check")).content.decode()
    assert "On record, and left as it is" in shown
    record(analyst, key)
    assert (Program.objects.count(), Contract.objects.count()) == (1, 1)
    figure = ReportedFigure.objects.get()
    assert (figure.contract, figure.amount, figure.source) == (contract, 7, source)


def test_a_value_of_a_contract_on_record_is_a_figure_not_another_commitment(analyst, key):
    program = make_program("x")
    contract = make_contract(program, committed="5", reference="A1")
    given = {"contracts-0-contract": contract.pk, "contracts-0-amount": "7", "contracts-0-what": "commitment"}
    tell(analyst, key, {"program": program.pk}, given)
    assert "what a story says of it is a reported figure" in analyst.get(page(key, "check")).content.decode()
    assert LedgerEntry.objects.count() == 1


def test_a_contract_of_another_program_is_refused(analyst, key):
    contract = make_contract(make_program("other"), reference="A1")
    given = {"contracts-0-contract": contract.pk, "contracts-0-what": "none"}
    tell(analyst, key, {"program": make_program("x").pk}, given)
    assert "A1 does not belong to" in analyst.get(page(key, "check")).content.decode()


def test_no_contract_may_be_named_and_a_sum_for_the_program(analyst, key):
    program = make_program("x")
    rest = {"none_named": "on", "figure": "450bn", "figure_currency": "jpy", "figure_measure": "program_cost"}
    tell(analyst, key, {"program": program.pk, "happened": "nothing", "effective_on": ""}, rest)
    record(analyst, key)
    figure = ReportedFigure.objects.get()
    assert (figure.program, figure.amount, figure.as_of_date) == (program, 450_000_000_000, dt.date(2020, 6, 15))
    assert not StatusChange.objects.exists()


def test_a_case_is_recorded_once_however_often_it_is_sent(analyst, key):
    tell(analyst, key)
    token = "0" * 32
    answers = [record(analyst, key, _form_token=token)]
    answers.append(analyst.post(page(key, "check"), {"_form_token": token}, follow=True))
    assert (Program.objects.count(), LedgerEntry.objects.count()) == (1, 1)
    assert answers[1].status_code == 200


def test_what_looks_wrong_is_asked_back_before_anything_is_recorded(analyst, key):
    tell(analyst, key, NEW_PROGRAM | {"effective_on": "2999-01-01"})
    shown = analyst.get(page(key, "check"))
    assert shown.context["doubt"].said
    answer = analyst.post(page(key, "check"), {"_form_token": shown.context["form_token"]})
    assert "Nothing is stored yet" in answer.content.decode()
    assert not Program.objects.exists()
    record(analyst, key)
    assert Program.objects.exists()


def test_a_stop_that_needs_a_second_person_waits_and_the_rest_is_recorded(analyst, key, settings):
    settings.STOPS_NEED_APPROVAL = True
    tell(analyst, key)
    answer = record(analyst, key)
    assert (StatusChange.objects.count(), Contract.objects.count()) == (0, 1)
    assert StatusDraft.objects.get().program == Program.objects.get()
    assert "Waits for approval" in said(answer)


# pages


def test_nothing_is_chosen_beforehand(analyst, key):
    form = analyst.get(page(key, "story")).context["forms"][0]
    assert [form[name].value() for name in ("happened", "status")] == [None, None]
    contracts = analyst.get(page(key, "contracts")).context["contracts"]
    assert [contracts[0][name].value() for name in ("what", "method", "status")] == [None] * 3


@pytest.mark.parametrize(
    ("without", "field"),
    [("title", "title"), ("program_name", "program"), ("happened", "happened"), ("status", "status")],
)
def test_what_is_missing_on_the_first_page_is_asked_for(analyst, key, without, field):
    answer = analyst.post(page(key, "story"), STORY | NEW_PROGRAM | {without: ""})
    assert field in answer.context["forms"][0].errors


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"contracts-0-what": ""}, "what"),
        ({"contracts-0-no_reference": ""}, "reference"),
        ({"contracts-0-amount": "5m"}, "currency"),
        ({"contracts-0-amount": ""}, "amount"),
        ({"contracts-0-currency": "USD"}, "currency"),
    ],
)
def test_what_is_missing_or_wrong_of_a_contract_is_said(analyst, key, given, field):
    answer = tell(analyst, key, contracts=CONTRACT | given)
    assert field in answer.context["contracts"][0].errors


def test_a_contract_is_named_or_said_not_to_be(analyst, key):
    assert "Name a contract" in tell(analyst, key, contracts={}).context["fault"]
    both = analyst.post(page(key, "contracts"), COUNTED | CONTRACT | {"none_named": "on"})
    assert "clear one of the two" in both.context["fault"]


def test_several_contracts_are_added_one_after_the_other(analyst, key):
    tell(analyst, key)
    answer = analyst.post(page(key, "contracts"), COUNTED | CONTRACT | {"_another": "1"}, follow=True)
    assert len(answer.context["contracts"].forms) == 2
    assert answer.context["contracts"][0]["title"].value() == "Radar"


def test_the_last_page_leads_back_to_what_is_not_filled_in(analyst, key):
    analyst.post(page(key, "story"), STORY)
    assert analyst.get(page(key, "check"))["Location"] == page(key, "story")
    analyst.post(page(key, "story"), STORY | NEW_PROGRAM)
    assert analyst.get(page(key, "check"))["Location"] == page(key, "contracts")


# what is typed is kept


def test_what_is_typed_is_kept_before_it_is_sent_and_when_a_session_ends(analyst, key):
    analyst.post(page(key, "story"), {"title": "Half a story", "_look": "1"})
    again = Client()
    again.force_login(analyst.user)
    shown = again.get(page(key, "story"))
    assert shown.context["forms"][0]["title"].value() == "Half a story"
    assert "This field is required" not in shown.content.decode()


def test_a_page_that_is_only_looked_at_keeps_nothing(analyst, key):
    analyst.get(page(key, "story"))
    analyst.post(page(key, "story"), {"title": "", "effective_precision": "day", "_look": "1"})
    assert not StoryDraft.objects.exists()


def test_going_back_keeps_both_pages(analyst, key):
    tell(analyst, key, contracts={})
    answer = analyst.post(page(key, "contracts"), COUNTED | CONTRACT | {"_back": "1"})
    assert answer["Location"] == page(key, "story")
    assert analyst.get(page(key, "story")).context["forms"][0]["title"].value() == STORY["title"]
    assert analyst.get(page(key, "contracts")).context["contracts"][0]["title"].value() == "Radar"


def test_a_case_is_gone_on_with_or_thrown_away_from_the_next_one(analyst, key):
    analyst.post(page(key, "story"), {"title": "Half a story", "_look": "1"})
    shown = analyst.get("/admin/case/", follow=True).content.decode()
    assert "Half a story" in shown
    assert page(key, "story") in shown
    analyst.post(f"/admin/case/{key}/discard/")
    assert not StoryDraft.objects.exists()


def test_a_case_is_nobody_elses(analyst, reviewer, key):
    analyst.post(page(key, "story"), {"title": "Mine", "_look": "1"})
    assert [reviewer.get(page(key, name)).status_code for name in ("story", "contracts", "check")] == [404] * 3
    assert reviewer.post(page(key, "story"), {"title": "Theirs"}).status_code == 404
    reviewer.post(f"/admin/case/{key}/discard/")
    assert StoryDraft.objects.get().headline == "Mine"


def test_readers_enter_no_case(reader, key):
    assert reader.get("/admin/case/").status_code == 403
    assert [reader.get(page(key, name)).status_code for name in ("story", "check")] == [403, 403]


def test_what_nobody_goes_on_with_is_forgotten(analyst, key):
    analyst.post(page(key, "story"), {"title": "Old", "_look": "1"})
    StoryDraft.objects.update(changed_at=timezone.now() - dt.timedelta(days=31))
    analyst.get("/admin/case/")
    assert not StoryDraft.objects.exists()


# what may be meant


def test_what_is_alike_on_record_is_offered_and_never_taken(analyst, key):
    make_program("x", name="Aegis Ashore")
    make_organization("Ministry of Defence")
    source = make_source("2020-06-15", title="Ministry halts Aegis Ashore")
    given = STORY | {"program_name": "Ashore", "buyer_name": "Ministry of Defense", "program_country": "JP"}
    shown = analyst.post(page(key, "story"), given | {"url": "", "_look": "1"}).content.decode()
    for offered in (source.title, "Aegis Ashore", "Ministry of Defence"):
        assert f'data-words="{offered}"' in shown


def test_contracts_of_the_program_that_are_alike_are_offered(analyst, key):
    program = make_program("x")
    contract = make_contract(program, title="Radar systems", reference="A1")
    analyst.post(page(key, "story"), STORY | {"program": program.pk})
    shown = analyst.post(page(key, "contracts"), COUNTED | CONTRACT | {"_look": "1"}).content.decode()
    assert f'data-choose="contracts-0-contract" data-value="{contract.pk}"' in shown
