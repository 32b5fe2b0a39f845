"""How many queries each list takes: as many for 20 rows as for 1, and not more than last time."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from procurement.alerts.models import Alert, Channel, Delivery, Mute, Notice, Subscription
from procurement.contracts.models import Guarantee, LiabilityEstimate, Milestone
from procurement.contracts.recording import guarantees, liability_estimates, milestones
from procurement.exposure.kept.refreshing import refresh
from procurement.figures.models import ReportedFigure
from procurement.figures.recording import reported_figures
from procurement.flags.models import Flag
from procurement.imports.assignment.models import AssignmentRule
from procurement.programs.models import Program, ProgramLink
from procurement.programs.recording import program_links
from tests.makers import (
    decide,
    join,
    make_contract,
    make_program,
    make_rate,
    make_source,
    make_supplier,
    post,
    state_complete,
)

#: A list's queries, as Django sees them: beside those are the statements that a session keeps planned, for the version
#: of the data, for who asks (token, user and role in one), for names and codes, and for a page of contracts.
#: Those with dates have one for their permalink, what is newest: here, in a transaction, it is not kept for others.
COUNTS = {
    "organizations/": 5,
    "documents/": 3,
    "programs/": 3,
    "program-links/": 2,
    "status-changes/": 2,
    "contracts/": 2,
    "contracts/?as_of=2020-06-25": 8,
    "contract-status-changes/": 2,
    "contract-parties/": 2,
    "allocations/": 2,
    "milestones/": 2,
    "liability-estimates/": 2,
    "guarantees/": 2,
    "ledger-entries/": 2,
    "ledger-entries/?published_by=2030-01-01": 4,
    "completeness/": 2,
    "reported-figures/": 2,
    "organization-links/": 2,
    "exchange-rates/": 2,
    "fiscal-years/": 1,
    "flags/": 1,
    "flag-rules/": 1,
    "assignment-rules/": 1,
    "exposure/?group_by=program": 3,
    "exposure/?group_by=program,supplier": 5,
    "exposure/schedule/?group_by=program": 5,
    "exposure/schedule/?group_by=program,supplier": 7,
    "programs/one/exposure/": 8,
    "exposure/?group_by=program&currency=EUR&as_of=2020-01-01": 12,
    "exposure/series/?interval=month&from=2020-01-01&to=2020-02-01&group_by=program": 21,
    "exposure/?group_by=program&explain=true&figures=paid": 3,
    "changes/": 13,
    "exports/": 0,
    "programs/one/": 7,
    "programs/one/timeline/": 13,
    "programs/one/timeline/?published_by=2030-01-01": 14,
}
OWN = {"subscriptions/": 3, "channels/": 1, "deliveries/": 4, "tokens/": 1, "mutes/": 2, "notices/": 1}


def fill(count):
    day, source = dt.date(2020, 1, 1), make_source()
    common = {"effective_on": day, "source": source}
    one = Program.objects.filter(code="one").first() or make_program("one")
    for number in range(count):
        program = make_program(f"p-{count}-{number}")
        contract = make_contract(program, committed="5")
        post(contract, "1", "payment")
        state_complete(contract, "2020-01-31")
        decide(program, "suspended")
        program_links.record(ProgramLink(program=program, other=one, kind="part_of", **common))
        milestones.record(Milestone(contract=contract, kind="payment", due_on=day, **common))
        liability_estimates.record(LiabilityEstimate(contract=contract, low=Decimal(1), **common))
        guarantees.record(Guarantee(contract=contract, kind="performance", amount=Decimal(1), **common))
        reported_figures.record(
            ReportedFigure(program=program, measure="paid", amount=Decimal(1), currency="JPY", as_of_date=day, **common)
        )
        join(make_supplier(f"Part {count}-{number}"), make_supplier("Holding"))
        make_rate("EUR", "JPY", "120.73", f"2020-01-{number + 1:02}")
        AssignmentRule.objects.create(program=program, text="radar", source=source)
        Flag.objects.create(rule="r", program=program, severity="low", condition_since=day, evidence_digest="x")


def queries(caller, address):
    """Those of an answer; a repeat takes none, where the ETag follows from the version of the data."""
    with CaptureQueriesContext(connection) as taken:
        answer = caller.get(address)
    assert answer.status_code == 200
    if answer.get("ETag", "").startswith("W/"):
        with CaptureQueriesContext(connection) as again:
            assert caller.get(address, If_None_Match=answer["ETag"]).status_code == 304
        assert len(again) == 0
    return len(taken)


@pytest.mark.parametrize("rows", [1, 20])
def test_lists_take_a_fixed_number_of_queries(anonymous, db, rows):
    fill(rows)
    refresh()  # before that, and for other days, an answer takes more: what waits, and the reading of that
    assert {address: queries(anonymous, address) for address in COUNTS} == COUNTS


def test_more_points_of_a_series_take_no_more_queries(anonymous, db):
    fill(2)
    refresh()
    address = "exposure/series/?interval=month&from=2020-01-01&to={}&group_by=program"
    few, many = (queries(anonymous, address.format(last)) for last in ("2020-02-01", "2021-12-31"))
    assert many <= few


FILES = (
    "exposure/?group_by=program&format=csv",
    "exposure/?group_by=contract&format=jsonl",
    "exposure/schedule/?group_by=program&format=csv",
    "exposure/series/?interval=month&from=2020-01-01&to=2020-02-01&group_by=program&format=csv",
    "portfolio/?format=csv",
    "portfolio/?format=jsonl",
    "changes/?format=jsonl",
    "flags/?as_of=2020-06-25&format=csv",
)


def test_files_of_figures_take_as_many_for_one_program_as_for_twenty(anonymous, db):
    taken = []
    for rows in (1, 20):
        fill(rows)
        refresh()
        taken.append({address: of_a_file(anonymous, address) for address in FILES})
    assert all(taken[1][address] <= taken[0][address] for address in FILES), taken


def of_a_file(caller, address):
    with CaptureQueriesContext(connection) as counted:
        list(caller.get(address).streaming_content)
    return len(counted)


@pytest.mark.parametrize("rows", [1, 20])
def test_ones_own_lists_do_too(analyst, rows):
    user = User.objects.get()
    for number in range(rows):
        channel = Channel.objects.create(owner=user, address=f"{number}@example.org")
        subscription = Subscription.objects.create(owner=user, name="x", channel=channel, events=["flag.opened"])
        delivery = Delivery.objects.create(subscription=subscription)
        about = {"event": "flag.opened", "origin_table": "t", "origin_id": number, "happened_at": timezone.now()}
        Notice.objects.create(subscription=subscription, alert=Alert.objects.create(**about), delivery=delivery)
        Mute.objects.create(owner=user, subscription=subscription, until=timezone.now() + dt.timedelta(days=1))
    analyst.read("tokens/")  # notes the use of the token, for a minute
    assert {address: queries(analyst, address) for address in OWN} == OWN
