"""What somebody sees first, each part by itself."""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from procurement.admin import paging
from procurement.admin.first_page import stopped
from procurement.admin.paging import EstimatingPaginator
from procurement.contracts.models import Guarantee
from procurement.contracts.recording import guarantees
from procurement.desk.looking import seen_through
from procurement.flags import lifecycle
from procurement.flags.models import Flag
from procurement.parties.models import Organization
from procurement.programs.models import StatusChange
from procurement.programs.proposing import Proposal, propose
from tests.admin.portfolio import fill
from tests.makers import decide, make_contract, make_organization, make_program, make_rate, make_source, owe, say


def part(client, name, **query):
    answer = client.get(f"/admin/first-page/{name}/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_loads_its_parts_one_by_one(analyst):
    page = analyst.get("/admin/").content.decode()
    for name in ("health", "drafts", "my-flags", "stopped", "changed", "due", "flags"):
        assert f'hx-get="/admin/first-page/{name}/"' in page
    assert analyst.get("/admin/first-page/weather/").status_code == 404


# what is stopped


def test_what_is_stopped_is_listed_with_what_is_owed(analyst):
    program = make_program("x", name="Ashore")
    make_contract(program, committed="34955000000", paid="6500000000")
    decide(program, "suspended", "2020-06-15")
    make_program("y", name="Going on")
    page = part(analyst, "stopped")
    assert all(said in page for said in ("Ashore", "suspended", "2020-06-15", "28,455,000,000 JPY", "1-1 of 1"))
    assert "Going on" not in page


def test_every_stopped_program_is_there_worst_first_also_without_contracts(analyst):
    for code, committed in (("small", "5"), ("large", "500"), ("none", None)):
        program = make_program(code)
        decide(program, "cancelled")
        if committed:
            make_contract(program, committed=committed, paid="1")
    page = text_of(part(analyst, "stopped"))
    assert page.index("Large") < page.index("Small") < page.index("None cancelled")
    assert "unknown: no contract is recorded" in page
    assert "Without a contract on record: 1." in page


def test_all_pages_can_be_reached(analyst, monkeypatch):
    monkeypatch.setattr(stopped, "PAGE", 2)
    for number in range(5):
        decide(make_program(f"p{number}"), "cancelled")
    first, last = part(analyst, "stopped"), part(analyst, "stopped", page=3)
    assert "1-2 of 5" in text_of(first)
    assert 'hx-get="/admin/first-page/stopped/?page=3"' in first
    assert "5-5 of 5" in text_of(last)
    assert "P4" in last


def test_a_program_with_contracts_in_several_currencies_has_one_row(analyst, settings):
    settings.REPORTING_CURRENCY = "EUR"
    make_rate("EUR", "JPY", "100", timezone.localdate().isoformat())
    program = make_program("x")
    decide(program, "cancelled")
    make_contract(program, committed="10000", paid="1000", currency="JPY")
    make_contract(program, committed="10", paid="1", currency="EUR")
    page = text_of(part(analyst, "stopped"))
    assert page.count("cancelled since") == 1
    assert "99 EUR" in page
    assert "9,000 JPY" in page


def test_what_nobody_knows_is_said_to_be_unknown_and_of_how_many(analyst):
    program = make_program()
    for _ in range(2):
        make_contract(program, committed="100")
    make_contract(program, committed="100", paid="40")
    decide(program, "cancelled")
    page = text_of(part(analyst, "stopped"))
    assert "unknown for 2 contracts" in page
    assert "60 JPY" in page


def test_a_stop_that_began_otherwise_and_a_dispute_have_their_own_days(analyst):
    program = make_program("x")
    decide(program, "suspended", "2020-06-15")
    decide(program, "cancelled", "2020-12-18")
    say(program, "active", "2021-01-05", speaker="Kono")
    make_contract(program)
    page = part(analyst, "stopped")
    assert "cancelled since 2020-12-18; stopped since 2020-06-15 (suspended)" in page
    assert "disputed since 2021-01-05, last said 2021-01-05" in page


def test_nothing_is_stopped(analyst):
    assert "Nothing is stopped" in part(analyst, "stopped")


def test_how_old_the_newest_rate_is_stands_below(analyst):
    assert "no reference rates are stored" in part(analyst, "stopped")
    make_rate("EUR", "USD", "1.1", "2020-06-25")
    page = part(analyst, "stopped")
    assert "the newest reference rates are of 2020-06-25" in page
    assert "manage.py take_rates takes newer ones" in page


def test_more_programs_are_no_more_questions(analyst):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            part(analyst, "stopped")
        return len(queries)

    for number in range(6):
        program = make_program(f"p{number}")
        decide(program, "cancelled")
        make_contract(program, committed="5", paid="1")
        if number == 0:
            part(analyst, "stopped")
            one = asked()
    assert asked() <= one


# what changed


def test_news_begins_after_what_was_seen(analyst):
    make_contract(make_program("x", name="Ashore"), committed="5")
    page = part(analyst, "changed")
    assert "in the last seven days" in page
    assert "Ledger entries: 1" in page
    assert "Ashore" in page
    through = re.search(r'name="through" value="([^"]+)"', page)[1]
    analyst.post("/admin/seen/", {"through": through})
    assert seen_through(analyst.user).isoformat() == through
    assert "in the last seven days" not in part(analyst, "changed")


def test_a_number_leads_to_what_it_counts(analyst):
    decide(make_program("x"), "cancelled")
    address = re.search(r'href="([^"]+)">Status changes: 1', part(analyst, "changed"))[1].replace("&amp;", "&")
    assert "cancelled" in analyst.get(address).content.decode()


@pytest.mark.parametrize("through", ["", "yesterday", "2999-01-01T00:00:00Z"])
def test_what_cannot_have_been_seen_is_not_noted(analyst, through):
    analyst.post("/admin/seen/", {"through": through})
    assert seen_through(analyst.user) is None


def test_a_look_is_ones_own(analyst, reviewer):
    analyst.post("/admin/seen/", {"through": "2020-06-15T00:00:00Z"})
    assert seen_through(reviewer.user) is None


# my flags, what falls due, what waits, workers


def test_my_flags_are_those_that_i_own_or_acknowledged(analyst, reviewer):
    fill(analyst.user)
    assert "You own no unresolved flag" in part(analyst, "my-flags")
    lifecycle.acknowledge(Flag.objects.get().pk, by=analyst.user)
    assert "it is suspended and lives on" in part(analyst, "my-flags")
    assert "You own no unresolved flag" in part(reviewer, "my-flags")
    Flag.objects.update(owner="the-reviewer")
    assert "it is suspended and lives on" in part(reviewer, "my-flags")
    for client, number in ((reviewer, 1), (analyst, 1)):
        assert client.get("/admin/procurement/flag/?mine=yes").context["cl"].result_count == number


def test_what_falls_due_is_listed_by_the_day(analyst):
    assert "Nothing falls due in the next 30 days" in part(analyst, "due")
    soon, later = (timezone.localdate() + dt.timedelta(days=days) for days in (5, 60))
    contract = make_contract(make_program(), committed="100", reference="R-1")
    owe(contract, soon.isoformat(), "7")
    given = {"kind": "performance", "amount": 5, "effective_on": dt.date(2019, 10, 31), "source": make_source()}
    guarantees.record(Guarantee(contract=contract, valid_until=later, **given))
    page = text_of(part(analyst, "due"))
    assert f"{soon.isoformat()}: R-1" in page
    assert "Guarantees that lapse" not in page
    assert f"{later.isoformat()}: R-1" in text_of(part(analyst, "due", days="90"))


def test_who_may_approve_sees_what_waits(analyst, reviewer):
    assert "No status change waits" in part(reviewer, "drafts")
    stop = {"kind": "decision", "status": "cancelled", "side": "buyer", "effective_on": dt.date(2020, 6, 15)}
    proposer = User.objects.create_user("proposer")
    propose(Proposal(StatusChange(program=make_program("x"), entered_by=proposer, source=make_source(), **stop)))
    assert "proposed by proposer" in part(reviewer, "drafts")
    assert "Nothing that you proposed" in part(analyst, "drafts")


def test_workers_that_do_not_run_are_said_to(analyst):
    assert "No task was ever sent" in part(analyst, "health")


def test_flags_are_counted_by_severity_and_state(analyst):
    assert "No flag is unresolved" in part(analyst, "flags")
    fill(analyst.user)
    assert 'href="/admin/procurement/flag/?severity__exact=high&amp;state=open">1<' in part(analyst, "flags")


# counting lists


@pytest.mark.django_db
def test_short_lists_are_counted_and_long_ones_estimated(monkeypatch):
    for number in range(5):
        make_organization(f"Body {number}")
    rows = Organization.objects.order_by("name")
    assert EstimatingPaginator(rows, 2).count == 5
    assert not EstimatingPaginator(rows, 2).is_estimated
    monkeypatch.setattr(paging, "COUNTED", 3)
    assert EstimatingPaginator(rows, 2).count >= 4
    assert EstimatingPaginator(rows, 2).is_estimated
    assert EstimatingPaginator([1, 2], 2).count == 2


def test_a_long_list_is_searched_in_pages_and_says_that_it_is_estimated(analyst, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 1)
    for number in range(3):
        make_organization(f"Body {number}")
    page = analyst.get("/admin/procurement/organization/", {"q": "body"}).content.decode()
    assert "so many are estimated, not counted" in page
