"""Nothing is lost and little is repeated, whichever process is killed when (docs/concurrency.md)."""

import re
import shutil
import time
from collections import defaultdict

import pytest
from django.db import connection
from django.utils import timezone

from procurement.alerts.draining import drain
from procurement.alerts.models import Alert, Delivery
from procurement.sources.models import Recheck
from procurement.tasks import nudge
from tests.alerts.subscribers import subscribe
from tests.emptying import SESSIONS
from tests.makers import decide, make_program, make_source

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.run, pytest.mark.chaos]

KILLS = 5


@pytest.fixture
def stop_a_program():
    """Post a decision as an entry point does: in a transaction of its own, and a nudge after it."""
    source, programs = make_source(), iter([make_program() for _ in range(45)])

    def post():
        decide(next(programs), "suspended", timezone.localdate().isoformat(), source=source)
        nudge()

    return post


def test_every_mail_arrives_though_the_worker_is_killed_again_and_again(pipeline, stop_a_program):
    subscribe(events=["status.changed"])
    for killed in range(KILLS):
        pipeline.start()
        arrived = len(pipeline.copies())
        stop_a_program()
        pipeline.wait_for(arrived + 1, seconds=30)
        stop_a_program()
        time.sleep(0.02 * killed)
        pipeline.kill()
    pipeline.start()
    assert pipeline.wait_until(lambda: not unsent() and len(told(pipeline)) == 2 * KILLS, seconds=60)
    assert set(pipeline.copies()) == set(Delivery.objects.values_list("message_id", flat=True))
    assert all(len(ids) == 1 for ids in told(pipeline).values())


def unsent():
    return Recheck.objects.exists() or Delivery.objects.exclude(state="sent").exists()


def told(pipeline):
    """The ids of the messages that tell of each program."""
    found = defaultdict(set)
    for mail in pipeline.mails():
        for program in re.findall("Program: (.+)", mail.get_body(("plain",)).get_content()):
            found[program].add(mail["Message-ID"])
    return found


def test_a_wiped_broker_loses_nothing(pipeline, stop_a_program):
    subscribe(events=["status.changed"])
    stop_a_program()
    shutil.rmtree(pipeline.home / "broker")
    pipeline.start()
    assert not pipeline.wait_for(1, seconds=3, hurried=False)
    assert pipeline.wait_for(1, seconds=30)


def test_a_mail_sent_and_not_recorded_goes_out_again_with_its_id(pipeline, stop_a_program):
    subscribe(events=["status.changed"])
    stop_a_program()
    drain(now=timezone.now())
    assert pipeline.dies_in("procurement.delivery.recording", "record_sent", work="send_due()") == -9
    assert Delivery.objects.get().state == "sending"
    pipeline.start()
    assert pipeline.wait_until(lambda: len(pipeline.mails()) == 2, seconds=30)
    assert list(pipeline.copies().values()) == [2]


def test_a_drain_that_dies_before_it_commits_has_done_nothing(pipeline, stop_a_program):
    subscribe(events=["status.changed"])
    stop_a_program()
    assert pipeline.dies_in("procurement.alerts.draining", "_strike_off", work="drain(now=now())") == -9
    assert not Alert.objects.exists()
    assert drain(now=timezone.now()).deliveries == 1


def test_a_worker_keeps_its_session_from_task_to_task_and_takes_another_where_it_was_ended(pipeline, stop_a_program):
    subscribe(events=["status.changed"])
    pipeline.start()
    stop_a_program()
    assert pipeline.wait_for(1, seconds=30)
    (kept,) = sessions_of_others()
    stop_a_program()
    assert pipeline.wait_for(2, seconds=30)
    assert sessions_of_others() == {kept}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [kept])
    stop_a_program()
    assert pipeline.wait_for(3, seconds=30)
    assert kept not in sessions_of_others()


def sessions_of_others():
    with connection.cursor() as cursor:
        cursor.execute(SESSIONS)
        return {pid for pid, *_ in cursor.fetchall()}
