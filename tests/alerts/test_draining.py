"""From facts to the outbox."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from procurement.alerts.draining import drain
from procurement.alerts.models import Alert, Delivery, Notice
from procurement.figures.recording import reported_figures
from procurement.flags.models import Flag, FlagEvent
from procurement.programs.recording import status_changes
from procurement.sources.models import Recheck
from procurement.sources.recording import Amending, historical
from tests.alerts.subscribers import subscribe
from tests.makers import decide, make_contract, make_program, make_source, post, put, rehome, report, say

pytestmark = pytest.mark.django_db(transaction=True)


def today(plus: int = 0) -> str:
    return (timezone.localdate() + dt.timedelta(days=plus)).isoformat()


def now(plus: int = 0) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=plus)


def told() -> list[str]:
    return list(Alert.objects.order_by("id").values_list("event", flat=True))


def test_a_decision_flags_its_contract_and_is_told_in_one_message():
    program = make_program()
    make_contract(program, committed="100")
    subscribe()
    decide(program, "suspended", today())
    assert drain(now=now()).deliveries == 1
    assert told() == ["status.changed", "flag.opened"]
    assert Notice.objects.filter(delivery=Delivery.objects.get()).count() == 2
    assert not Recheck.objects.exists()


def test_draining_again_tells_nothing_twice():
    program = make_program()
    subscribe()
    decide(program, "suspended", today())
    drain(now=now())
    assert drain(now=now()).deliveries == 0
    assert Delivery.objects.count() == 1


def test_a_fact_of_a_contract_screens_every_program_it_ever_belonged_to():
    old, new = make_program(), make_program()
    contract = make_contract(old, committed="100")
    decide(old, "suspended", "2020-06-15")
    rehome(contract, [(old, "0"), (new, "1")], "2020-12-18")
    drain(now=now())
    post(contract, "5", "payment", on="2020-07-01")
    drain(now=now())
    assert Flag.objects.filter(rule="payment-after-stop", program=old, contract=contract).exists()


def test_a_statement_is_told_only_as_a_dispute():
    program = make_program()
    decide(program, "suspended", today())
    drain(now=now())
    subscribe(events=["status.changed", "status.disputed", "flag.opened"])
    say(program, "cancelled", today(), sequence=1, speaker="A Minister")
    drain(now=now())
    assert told() == ["status.disputed"]


def test_reports_that_differ_are_told_as_a_disputed_figure_and_their_end_as_a_flags():
    program = make_program()
    report(program, "paid", "100", on=today())
    drain(now=now())
    subscribe()
    other = report(program, "paid", "120", on=today())
    drain(now=now())
    alert = Alert.objects.get()
    assert (alert.event, alert.program, alert.contract) == ("figure.disputed", program, None)
    assert "20 JPY apart" in alert.summary
    reported_figures.reverse(other, Amending(make_source(today())))
    drain(now=now())
    assert told() == ["figure.disputed", "flag.resolved"]


def test_a_decision_that_changes_no_status_is_not_told():
    program = make_program()
    decide(program, "suspended", today(-5))
    drain(now=now())
    subscribe()
    decide(program, "suspended", today())
    drain(now=now())
    assert told() == []


def test_a_reversal_is_told_as_a_change_back():
    program = make_program()
    decide(program, "active", today(-9))
    row = decide(program, "suspended", today(-5))
    drain(now=now())
    subscribe()
    status_changes.reverse(row, Amending(make_source(today())))
    drain(now=now())
    alert = Alert.objects.get()
    assert (alert.payload["before"], alert.payload["after"]) == ("suspended", "active")
    assert "was reversed" in alert.summary


def test_a_correction_of_the_words_is_not_told():
    row = decide(make_program(), "suspended", today())
    drain(now=now())
    subscribe()
    status_changes.correct(row, Amending(make_source(today())), {"term": "停止"})
    drain(now=now())
    assert told() == []


def test_a_decision_for_a_later_day_is_told_on_that_day_once():
    program = make_program()
    subscribe(events=["status.changed"])
    decide(program, "cancelled", today(10), source=make_source(today()))
    drain(now=now())
    assert (told(), Recheck.objects.filter(not_before__isnull=False).count()) == ([], 1)
    assert [drain(now=now(10)).deliveries, drain(now=now(10)).deliveries] == [1, 0]
    assert told() == ["status.changed"]


def test_a_decision_taken_back_before_its_day_is_never_told():
    subscribe(events=["status.changed"])
    row = decide(make_program(), "cancelled", today(10), source=make_source(today()))
    drain(now=now())
    status_changes.reverse(row, Amending(make_source(today())))
    drain(now=now())
    drain(now=now(10))
    assert told() == []
    assert not Recheck.objects.exists()


def test_late_facts_wait_for_digests():
    program = make_program()
    make_contract(program, committed="100")
    subscribe()
    digest = subscribe(cadence="daily")
    decide(program, "suspended", today(-31))
    assert drain(now=now()).deliveries == 0
    assert set(Notice.objects.values_list("subscription", "alert__late")) == {(digest.pk, True)}
    assert set(told()) == {"status.changed", "flag.opened"}


def test_history_is_told_to_nobody_at_once():
    program = make_program()
    subscribe()
    with historical():
        make_contract(program, committed="100", signed_on=today())
        decide(program, "suspended", today())
    drain(now=now())
    assert FlagEvent.objects.filter(historical=True).exists()
    assert told() == []


def test_a_subscription_hears_nothing_of_what_came_before_it():
    program = make_program()
    make_contract(program, committed="100")
    decide(program, "suspended", today())
    subscribe()
    drain(now=now())
    assert Flag.objects.exists()
    assert told() == []


def test_the_first_status_of_a_contract_is_told_only_when_it_comes_later():
    program = make_program()
    subscribe(events=["contract.status_changed"])
    contract = make_contract(program, status=None, signed_on=today())
    make_contract(program, signed_on=today())
    put(contract, "stop_work", today())
    drain(now=now())
    alert = Alert.objects.get()
    assert (alert.contract, alert.program) == (contract, program)
    assert alert.payload["after"] == "stop_work"


@pytest.mark.parametrize(("status", "told"), [("active", 0), ("suspended", 1)])
def test_that_a_contract_ran_before_it_was_known_is_no_change_whoever_enters_it_when(status, told):
    """Files enter a contract and its states one after the other; no digest is to say that all of them became active."""
    subscribe(events=["contract.status_changed"], cadence="daily")
    contract = make_contract(make_program(), status=None, signed_on="2020-01-01")
    put(contract, status, "2020-01-01")
    drain(now=now())
    assert Alert.objects.count() == told


def test_a_fact_that_cannot_be_looked_at_stops_no_other():
    subscribe(events=["status.changed"])
    bad = Recheck.objects.create(fact_table="nowhere", fact_id=1, recorded_at=now(-1))
    decide(make_program(), "suspended", today())
    drained = drain(now=now())
    assert (drained.failed, drained.deliveries) == (1, 1)
    bad.refresh_from_db()
    assert bad.failures == 1
    assert bad in Recheck.objects.due(now(1))
    assert bad not in Recheck.objects.due(now())


def test_what_a_sweep_left_is_told():
    program = make_program()
    make_contract(program, committed="100")
    decide(program, "suspended", today())
    drain(now=now())
    subscribe(events=["flag.escalated"])
    FlagEvent.objects.create(flag=Flag.objects.get(), kind="escalated", severity="high", summary="worse")
    drain(now=now())
    assert told() == ["flag.escalated"]
    assert not FlagEvent.objects.unrouted().exists()


def drain_alone() -> None:
    try:
        while drain(now=now(), limit=3).facts:
            pass
    finally:
        connections.close_all()


def test_two_workers_tell_everything_once():
    subscription = subscribe(events=["status.changed"])
    for _ in range(12):
        decide(make_program(), "suspended", today())
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(drain_alone) for _ in range(3)]:
            done.result()
    assert Notice.objects.filter(subscription=subscription, delivery__isnull=False).count() == 12
    assert not Recheck.objects.exists()


def test_news_come_before_history():
    with historical():
        old = decide(make_program(), "suspended", today())
    new = decide(make_program(), "suspended", today())
    drain(now=now(), limit=1)
    assert set(Recheck.objects.values_list("fact_table", "fact_id")) == {(old._meta.db_table, old.pk)}
    assert new.pk > old.pk


def test_a_flag_of_no_program_is_told():
    subscribe()
    row = {"rule": "active-past-end-date", "severity": "low", "summary": "it goes on", "evidence_digest": "0"}
    flag = Flag.objects.create(contract=make_contract(), condition_since=timezone.localdate(), **row)
    FlagEvent.objects.create(flag=flag, kind="opened", severity="low", summary=flag.summary)
    Recheck.objects.all().delete()
    assert drain(now=now()).deliveries == 1
    assert (told(), FlagEvent.objects.unrouted().count()) == (["flag.opened"], 0)
