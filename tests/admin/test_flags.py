"""Flags as a work queue."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.utils.html import strip_tags

from procurement.admin import flag_figures
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.rule import Clause, Rule
from tests.admin.portfolio import fill_flag
from tests.makers import make_contract, make_program, make_source


def make_flag(**more):
    program = make_program()
    flag = fill_flag(program, make_contract(program))
    for name, value in more.items():
        setattr(flag, name, value)
    flag.save()
    return flag


def make_flag_of_no_program(**more):
    row = {"rule": "active-past-end-date", "contract": make_contract(), "severity": "low", "summary": "it goes on"}
    row |= {"condition_since": dt.date(2020, 6, 15), "evidence_digest": "0"}
    return Flag.objects.create(**row | more)


def act(client, flag, name, **given):
    answer = client.post(f"/admin/procurement/flag/{flag.pk}/{name}/", given)
    flag.refresh_from_db()
    return answer


def shown(client, **params):
    return [flag.pk for flag in client.get("/admin/procurement/flag/", params).context["cl"].result_list]


def test_the_queue_is_what_is_unresolved(analyst):
    waiting = make_flag()
    done = make_flag(state="resolved", resolved_at=dt.datetime.now(dt.UTC))
    assert shown(analyst) == [waiting.pk]
    assert shown(analyst, state="resolved") == [done.pk]
    assert sorted(shown(analyst, state="all")) == [waiting.pk, done.pk]


def test_a_rule_and_a_severity_narrow_the_queue(analyst):
    flag = make_flag()
    assert shown(analyst, rule=flag.rule, severity__exact="high") == [flag.pk]
    assert shown(analyst, rule="payment-after-stop") == []


def test_a_flag_goes_through_its_life(reviewer):
    flag = make_flag()
    states = []
    until, later = (
        (dt.date.today() + dt.timedelta(days=far)).isoformat()  # noqa: DTZ011  as far off as it may be
        for far in (30, 60)
    )
    deeds = {"acknowledge": {}, "accept": {"until": until}, "prolong": {"until": later}, "resolve": {}, "reopen": {}}
    for name, given in deeds.items():
        act(reviewer, flag, name, reason="because", **given)
        states.append(flag.state)
    assert states == ["acknowledged", "accepted", "accepted", "resolved", "open"]
    events = list(flag.events.order_by("id"))[1:]
    assert [event.by_id for event in events] == [reviewer.user.pk] * 5
    assert (events[2].kind, events[2].owner) == ("acceptance_prolonged", "the-reviewer")


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("resolve", {}, "reason"),
        ("accept", {"reason": "x"}, "until"),
        ("accept", {"reason": "x", "until": "2020-01-01"}, "until"),
        ("prolong", {"reason": "x", "until": "2099-01-01"}, "__all__"),
        ("reopen", {"reason": "x"}, "__all__"),
    ],
)
def test_what_the_verb_refuses_stands_in_the_form(reviewer, name, given, field):
    flag = make_flag()
    answer = act(reviewer, flag, name, **given)
    assert field in answer.context["form"].errors
    assert flag.state == Flag.State.OPEN


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("open", {"acknowledge", "accept", "resolve"}),
        ("acknowledged", {"accept", "resolve", "reopen"}),
        ("accepted", {"prolong", "resolve", "reopen"}),
    ],
)
def test_a_flag_offers_what_may_be_done_with_it(reviewer, state, offered):
    accepted = {"owner": "Mori", "acceptance_reason": "known", "accepted_until": "2099-01-01"}
    flag = make_flag(state=state, **(accepted if state == "accepted" else {}))
    page = reviewer.get(f"/admin/procurement/flag/{flag.pk}/change/").content.decode()
    names = ("acknowledge", "accept", "prolong", "resolve", "reopen")
    assert {name for name in names if f"/{flag.pk}/{name}/" in page} == offered


def test_the_first_page_counts_what_waits(analyst):
    make_flag()
    page = analyst.get("/admin/").content.decode()
    assert "severity__exact=high&amp;state=open" in page


# the order of the queue, and what narrows it


def test_the_worst_comes_first_then_what_owes_most_then_what_is_oldest(analyst):
    low = make_flag(severity="low", outstanding=Decimal(900), currency="JPY")
    unknown = make_flag(severity="high")
    little = make_flag(severity="high", outstanding=Decimal(5), currency="JPY")
    much = make_flag(severity="high", outstanding=Decimal(70), currency="JPY", condition_since=dt.date(2020, 6, 16))
    older = make_flag(severity="high", outstanding=Decimal(70), currency="JPY")
    medium = make_flag(severity="medium")
    assert shown(analyst) == [flag.pk for flag in (older, much, little, unknown, medium, low)]


def test_what_is_not_known_comes_last_where_the_most_comes_first(analyst):
    unknown, known = make_flag(), make_flag(outstanding=Decimal(5), currency="JPY")
    number = column(analyst, "outstanding_shown")
    assert shown(analyst, o=f"-{number}") == [known.pk, unknown.pk]


def column(client, name):
    """The number by which the list is ordered by a column."""
    return client.get("/admin/procurement/flag/").context["cl"].list_display.index(name)


@pytest.mark.parametrize("name", ["severity_shown", "outstanding_shown", "age", "owner_shown", "state_shown"])
def test_the_queue_is_ordered_by_what_one_chooses(analyst, name):
    some = make_flag(severity="low", outstanding=Decimal(5), condition_since=dt.date(2020, 6, 16), owner="Mori")
    more = make_flag(outstanding=Decimal(70), owner="Sato", state="acknowledged")
    number = column(analyst, name)
    first, second = (shown(analyst, o=order) for order in (str(number), f"-{number}"))
    assert first == second[::-1]
    assert set(first) == {some.pk, more.pk}


FILTERS = [
    ({"owner__icontains": "mor"}, True), ({"owner__icontains": "sato"}, False),
    ({"currency__icontains": "jpy"}, True), ({"currency__icontains": "usd"}, False),
    ({"outstanding_from": "1B"}, True), ({"outstanding_from": "16億"}, False),
    ({"outstanding_to": "1,500,000,000"}, True), ({"outstanding_from": "1", "outstanding_to": "2"}, False),
    ({"condition_since_from": "2020-06-15", "condition_since_to": "2020-06-15"}, True),
    ({"condition_since_from": "2020-06-16"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("given", "found"), FILTERS)
def test_the_queue_is_narrowed(analyst, given, found):
    make_flag(owner="Mori", outstanding=Decimal(1_500_000_000), currency="JPY")
    assert bool(shown(analyst, **given)) == found


def test_an_amount_that_cannot_be_read_finds_nothing_and_says_so(analyst):
    make_flag(outstanding=Decimal(5), currency="JPY")
    page = analyst.get("/admin/procurement/flag/", {"outstanding_from": "1,78"})
    assert list(page.context["cl"].result_list) == []
    assert "is not an amount" in page.content.decode()


def test_the_queue_shows_what_a_flag_weighs_and_whose_it_is(analyst):
    make_flag(outstanding=Decimal(28_455_000_000), currency="JPY", owner="Mori")
    page = analyst.get("/admin/procurement/flag/").content.decode()
    for said in ("28,455,000,000 JPY", "Mori", "Contract lives on under a suspended program"):
        assert said in page


def test_a_flag_of_no_program_has_a_dash_in_its_place(analyst):
    flag = make_flag_of_no_program()
    assert shown(analyst) == [flag.pk]
    assert analyst.get(f"/admin/procurement/flag/{flag.pk}/change/").status_code == 200


# the page of a flag


def page_of(client, flag):
    return client.get(f"/admin/procurement/flag/{flag.pk}/change/").content.decode()


def test_the_page_shows_figures_and_leads_to_their_sources(analyst):
    source = make_source(publisher="Ministry of Defense")
    entries = [{"id": 7, "amount": "100.00", "effective_on": "2020-07-01", "source": source.pk}]
    evidence = {"outstanding": "28455000000.00", "paid": None, "currency": "JPY", "share": "0.25", "entries": entries}
    page = page_of(analyst, make_flag(evidence=evidence | {"sources": [source.pk]}))
    for said in ("28,455,000,000 JPY", "unknown", "0.25", "100 JPY", "2020-07-01", source.url, "Ministry of Defense"):
        assert said in page
    for address in (f"/admin/procurement/document/{source.pk}/change/", "/admin/procurement/ledgerentry/7/change/"):
        assert address in page


def test_figures_stand_in_the_order_in_which_one_reads_them():
    evidence = {
        "paid": "1.00",
        "as_of": "2020-06-25",
        "currency": "JPY",
        "zeal": 3,
        "committed": "2.00",
        "sources": [1],
    }
    assert flag_figures.in_order(evidence) == ["as_of", "committed", "paid", "currency", "zeal", "sources"]
    ((_, table),) = flag_figures.evidence_tables(evidence)
    assert [name for name, _ in table["rows"]] == ["As of", "Committed", "Paid", "Zeal"]


def test_a_side_of_a_difference_is_read_in_one_cell_with_its_currency_and_document(db):
    source = make_source(title="<b>")
    side = {"id": 3, "amount": "100.00", "speaker": "A & B", "source": source.pk}
    evidence = {"currency": None, "disputes": [{"currency": "USD", "a": side, "b": {"ledger": "90.00"}}]}
    _, (title, table) = flag_figures.evidence_tables(evidence, documents={source.pk: source})
    a, b = table["rows"][0][:2]
    assert (title, table["headers"], strip_tags(b)) == (
        "Reports that differ",
        ["One report", "The other report", "Currency"],
        "The ledger says: 90 USD",
    )
    assert strip_tags(a) == "Id: 3, Amount: 100 USD, Speaker: A &amp; B, Source: &lt;b&gt;"
    assert f'href="/admin/procurement/document/{source.pk}/change/"' in a


def test_an_address_that_a_browser_would_run_is_no_link():
    assert flag_figures.elsewhere("javascript:alert(1)") == "javascript:alert(1)"
    assert 'href="https://example.org/"' in flag_figures.elsewhere("https://example.org/")


def test_clauses_are_shown_with_what_they_say():
    clause = Clause("FAR 52.242-15", "Within 90 days cancel it or terminate.", "https://example.org/far")
    title, table = flag_figures.clauses(Rule("r", "R", "SELECT", str, clauses=(clause,)))
    assert (title, table["rows"][0][:2]) == ("Clauses", [clause.reference, clause.says])
    assert "https://example.org/far" in table["rows"][0][2]


def test_the_page_tells_who_did_what_when_and_why(reviewer):
    flag = make_flag(evidence={"outstanding": "90.00", "currency": "JPY"})
    act(reviewer, flag, "acknowledge", reason="asked the ministry", owner="Mori")
    page = page_of(reviewer, flag)
    for said in ("screening", "the-reviewer", "asked the ministry", "Acknowledged", "90 JPY", "Mori"):
        assert said in page


def test_a_long_history_leads_to_the_rest_of_it(analyst):
    flag = make_flag()
    events = [FlagEvent(flag=flag, kind="refreshed", severity="high", summary="s") for _ in range(25)]
    FlagEvent.objects.bulk_create(events)
    rest = f"/admin/procurement/flagevent/?flag__exact={flag.pk}"
    assert rest in page_of(analyst, flag)
    assert len(analyst.get(rest).context["cl"].result_list) == 26


def test_an_event_shows_the_figures_as_they_were_then(analyst):
    flag = make_flag()
    event = FlagEvent.objects.create(
        flag=flag, kind="escalated", severity="high", summary="s", evidence={"paid": "7.00"}
    )
    page = analyst.get(f"/admin/procurement/flagevent/{event.pk}/change/").content.decode()
    assert "Paid" in page
    assert f"/admin/procurement/flag/{flag.pk}/change/" in page


# many at once

LATER = (dt.date.today() + dt.timedelta(days=30)).isoformat()  # noqa: DTZ011  as far off as it may be
QUEUE = "/admin/procurement/flag/"


def choose(client, name, flags, **given):
    """Tick flags in the list and choose what to do with them; with what the form asks for once it is filled in."""
    chosen = {"action": name, "_selected_action": [flag.pk for flag in flags]}
    sent = chosen | ({"filled_in": "1"} | given if given else {"index": "0", "select_across": "0"})
    return client.post(QUEUE, sent)


def told(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_form_shows_what_was_chosen_before_it_asks(analyst):
    flag, other = make_flag(outstanding=Decimal(5), currency="JPY"), make_flag_of_no_program()
    answer = choose(analyst, "acknowledge_chosen", [flag, other])
    page = answer.content.decode()
    assert (answer.status_code, "Acknowledge: 2 flags" in page, "5 JPY" in page) == (200, True, True)
    assert Flag.objects.filter(state="open").count() == 2


def test_an_analyst_acknowledges_many(analyst):
    flags = [make_flag(), make_flag_of_no_program()]
    answer = choose(analyst, "acknowledge_chosen", flags, reason="seen", owner="Mori")
    assert (answer.status_code, answer["Location"], told(answer)) == (302, QUEUE, ["2 flags are acknowledged."])
    assert set(Flag.objects.values_list("state", "owner")) == {("acknowledged", "Mori")}


def test_a_reviewer_accepts_many_and_hears_which_refused(reviewer):
    flag, done = make_flag(), make_flag(state="resolved", resolved_at=dt.datetime.now(dt.UTC))
    answer = choose(reviewer, "accept_chosen", [flag, done], reason="known", until=LATER)
    said = told(answer)
    assert said[0].startswith(f"Flag {done.pk} was not changed: state: this flag is resolved")
    assert said[1:] == ["1 flag is accepted."]
    flag.refresh_from_db()
    assert (flag.state, flag.owner) == ("accepted", "the-reviewer")


@pytest.mark.parametrize(
    ("given", "field"), [({"reason": "x"}, "until"), ({"reason": "x", "until": "2020-01-01"}, "until")]
)
def test_what_is_wrong_for_all_stands_in_the_form(reviewer, given, field):
    flag = make_flag()
    answer = choose(reviewer, "accept_chosen", [flag], **given)
    assert field in answer.context["form"].errors
    assert Flag.objects.get(pk=flag.pk).state == "open"


@pytest.mark.parametrize(("who", "name"), [("reader", "acknowledge"), ("reader", "accept"), ("analyst", "accept")])
def test_who_may_not_is_refused_and_that_is_logged(request, caplog, who, name):
    client, flag = request.getfixturevalue(who), make_flag()
    assert choose(client, f"{name}_chosen", [flag], reason="x", until=LATER).status_code == 403
    assert act(client, flag, name, reason="x", until=LATER).status_code == 403
    refused = [record for record in caplog.records if record.message == "flag refused"]
    assert [(line.flag, line.verb, line.by) for line in refused] == [(flag.pk, name, f"the-{who}")] * 2
    assert flag.state == "open"


def test_more_than_anybody_looks_at_are_refused(analyst, monkeypatch):
    monkeypatch.setattr("procurement.admin.flag_acting.MOST", 1)
    answer = choose(analyst, "acknowledge_chosen", [make_flag(), make_flag()])
    assert told(answer) == ["At most 1 flags at once; narrow the list. Nothing was changed."]
