"""History that is loaded late alerts nobody at once, by whichever door it comes; digests have it as recorded late."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from procurement.alerts.draining import drain
from procurement.alerts.falling_due import tell_what_falls_due
from procurement.alerts.models import Alert, Delivery, Notice
from procurement.alerts.packing import pack_waiting
from procurement.contracts.models import Milestone
from procurement.contracts.recording import milestones
from procurement.flags.models import Flag, FlagEvent, SweptRule
from procurement.flags.screening.sweep import sweep
from procurement.flags.thresholds.values import change_threshold
from procurement.parties.linking import SAME_AS
from procurement.parties.merging import merge, organization_links
from procurement.programs.models import StatusChange
from procurement.programs.recording import status_changes
from procurement.sources.recording import Amending
from tests.alerts.subscribers import subscribe
from tests.api.calling import decision
from tests.doors.test_approval import HEAD, STOP, api, command, form, id_of, workbook
from tests.imports.orders import imported
from tests.imports.test_undoing import undone
from tests.makers import decide, make_contract, make_program, make_source, make_supplier

pytestmark = pytest.mark.django_db(transaction=True)

OLD = "2020-06-15"
RULE = "suspended-program-active-contract"


def work_through() -> None:
    """What workers do."""
    while drain(now=timezone.now()).more:
        pass
    sweep(timezone.localdate())
    tell_what_falls_due(now=timezone.now())
    drain(now=timezone.now())
    pack_waiting(now=timezone.now() + dt.timedelta(days=1))


@pytest.fixture
def row():
    """A program stopped long ago, with a contract, and people who want to hear of everything."""
    program = make_program("x")
    make_contract(program, committed="100")
    found = decide(program, "active", "2020-01-01")
    decide(make_program("y"), "active", "2020-01-01")
    work_through()
    subscribe(), subscribe(cadence="daily")
    return found


def merged() -> None:
    merge(make_supplier("Maker"), into=make_supplier("Heir"), ground=Amending(make_source(OLD)))


DOORS = {
    "post": lambda _: api().post("status-changes/", decision("x", make_source())),
    "list": lambda _: api().post("status-changes/", [decision(code, make_source()) for code in ("x", "y")]),
    "reversal": lambda row: status_changes.reverse(row, Amending(make_source(OLD))),
    "correction": lambda row: status_changes.correct(row, Amending(make_source(OLD)), {"status": "cancelled"}),
    "form": lambda _: form("add/", program=id_of("x"), status="cancelled"),
    "portfolio": lambda _: imported(HEAD + STOP % "cancelled", "a.yaml"),
    "templates": lambda _: imported(workbook(), "a.xlsx"),
    "undo of an import": lambda _: undone(imported(HEAD + STOP % "cancelled", "a.yaml")),
    "merge": lambda _: merged(),
}


@pytest.mark.parametrize("door", DOORS)
def test_old_facts_are_told_to_nobody_at_once(row, door):
    DOORS[door](row)
    work_through()
    assert not Delivery.objects.exists()
    assert not Notice.objects.filter(subscription__cadence="immediate").exists()
    assert set(Alert.objects.values_list("late", flat=True)) == (set() if door == "merge" else {True})


@pytest.mark.parametrize("door", ["import", "load_sample"])
def test_what_a_command_loads_is_too(row, door, tmp_path):
    before = StatusChange.objects.count()
    command(door, tmp_path)
    work_through()
    assert StatusChange.objects.count() > before
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("act", ["load", "undo"])
def test_a_batch_is_history_however_young_its_facts_are(row, act):
    text = (HEAD + STOP % "cancelled").replace(OLD, timezone.localdate().isoformat())
    batch = imported(text, "a.yaml")
    if act == "undo":
        work_through()
        undone(batch)
    work_through()
    assert not Delivery.objects.exists()
    assert Alert.objects.filter(event="status.changed", late=True).count() == (1 if act == "load" else 2)


def test_a_merge_that_is_taken_back_is_too(row):
    merged()
    link = organization_links.model.objects.get(kind=SAME_AS)
    organization_links.reverse(link, Amending(make_source(OLD)))
    work_through()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("agreed", "late"), [("2020-01-01", True), (None, False)])
def test_a_payment_that_is_loaded_when_it_falls_due_already_is_no_news(agreed, late):
    subscribe(events=["payment.due"]), subscribe(events=["payment.due"], cadence="daily")
    today = timezone.localdate()
    given = {"kind": "payment", "amount": Decimal(5), "due_on": today + dt.timedelta(days=10), "source": make_source()}
    contract = make_contract(make_program())
    milestones.record(Milestone(contract=contract, effective_on=agreed or today, **given))
    assert tell_what_falls_due(now=timezone.now()) == (not late)
    assert Alert.objects.get().late == late


@pytest.mark.parametrize(
    ("kept", "is_history"),
    [({"through": None, "fingerprint": ""}, True), ({"fingerprint": "of another version"}, True), ({}, False)],
    ids=["new rule", "changed rule", "threshold"],
)
def test_what_a_new_version_of_the_service_finds_is_no_news(row, kept, is_history):
    decide(row.program, "suspended", OLD)
    work_through()
    seen = FlagEvent.objects.latest("pk").pk
    change_threshold(RULE, "rises", value=Decimal(3), reason="sooner", by=None) if not kept else None
    # what the sweep has not seen: the flag is as another version of its rule left it
    Flag.objects.filter(rule=RULE).update(severity="low", evidence_digest="0")
    SweptRule.objects.filter(rule=RULE).update(**kept)
    sweep(timezone.localdate())
    events = FlagEvent.objects.filter(pk__gt=seen)
    assert events
    assert {event.historical for event in events} == {is_history}
