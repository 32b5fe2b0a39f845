"""What hangs somewhere else, or misbehaves, holds up nothing here."""

import ssl
import subprocess
import time
from contextlib import ExitStack
from functools import partial

import pytest
from django.utils import timezone

from procurement.alerts.models import Delivery
from procurement.delivery.addressing import create_channel
from procurement.delivery.models import Attempt
from procurement.flags.models import Flag
from procurement.imports.batches.kept_files import keep
from procurement.imports.batches.running import start
from procurement.imports.loading import Choice
from procurement.sources.models import Recheck
from procurement.tasks import nudge
from tests.alerts.subscribers import make_user, subscribe
from tests.delivery.channels.test_webhook import SECRET
from tests.delivery.mail_servers import KINDS, mail_server
from tests.delivery.outbox import make_delivery
from tests.delivery.receiver import receiving
from tests.imports.texts import WHOLE
from tests.makers import decide, make_contract, make_program, make_source
from tracker.celery import DELIVERY, QUEUES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.run]

#: Receivers that misbehave -> what their attempts say; each has a host of its own.
ILL = {
    "500": "it answered 500",
    "elsewhere": "it answered 307, and redirects are not followed",
    "close": "Remote end closed connection",
    "drip": "",
    "hang": "",
}


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.WEBHOOK_HOSTS = [f"127.0.0.{number}" for number in range(1, 10)]


def subscribed(url, number=1):
    """So many subscriptions to status changes, whose messages go to a receiver."""
    owner = make_user()
    for each in range(number):
        channel = create_channel(owner=owner, kind="webhook", address=f"{url}?{each}", settings={"secret": SECRET})
        yield subscribe(owner, channel=channel, events=["status.changed"])


def stop_a_program(source, **contract):
    program = make_program()
    if contract:
        make_contract(program, source=source, **contract)
    decide(program, "suspended", timezone.localdate().isoformat(), source=source)
    nudge()


def start_workers(pipeline, **more):
    pipeline.more = {"WEBHOOK_HOSTS_AT_ONCE": "4"} | more  # as any host that nobody trusts
    pipeline.start(*(set(QUEUES) - {DELIVERY}))
    pipeline.start(DELIVERY)


def flags_and_facts(pipeline, source, *, seconds):
    """A stopped program's flag opens, and no fact waits, so many seconds later."""
    flags = Flag.objects.count()
    stop_a_program(source, committed="100")
    return pipeline.wait_until(lambda: Flag.objects.count() > flags and not Recheck.objects.exists(), seconds=seconds)


@pytest.mark.proof
def test_facts_drain_and_mails_go_out_while_a_receiver_hangs(pipeline):
    source = make_source()
    with receiving("127.0.0.2") as receiver:
        list(subscribed(f"{receiver.url}/hang", 10))
        subscribe(events=["status.changed"])
        start_workers(pipeline)
        stop_a_program(source)
        assert pipeline.wait_until(lambda: len(receiver.got) >= 4, seconds=60)
        assert pipeline.wait_for(1, seconds=30)
        began = time.monotonic()
        stop_a_program(source)
        assert pipeline.wait_until(lambda: not Recheck.objects.exists(), seconds=5)
        assert pipeline.wait_for(2, seconds=5 - (time.monotonic() - began))
        receiver.ended.set()


@pytest.fixture
def impostor(tmp_path):
    """A certificate that nobody vouches for."""
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-keyout", "key.pem", "-out", "certificate.pem", "-subj", "/CN=127.0.0.9", "-days", "1"]
    subprocess.run([*made, *names], cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    return context


def test_each_receiver_that_misbehaves_is_recorded_as_it_does_and_disturbs_no_other(pipeline, impostor):
    with ExitStack() as stack:
        healthy = stack.enter_context(receiving())
        ill = {kind: stack.enter_context(receiving(f"127.0.0.{number}")) for number, kind in enumerate(ILL, 2)}
        false = stack.enter_context(receiving("127.0.0.9", tls=impostor))
        told = {kind: next(subscribed(f"{receiver.url}/{kind}")) for kind, receiver in ill.items()}
        told["impostor"] = next(subscribed(f"{false.url}/news"))
        (fine,) = subscribed(f"{healthy.url}/news")
        for each in [*told.values()] * 20:
            make_delivery(each)
        for _ in range(200):
            make_delivery(fine)
        start_workers(pipeline)
        assert pipeline.wait_until(lambda: len(healthy.got) == 200, seconds=60)
        assert Delivery.objects.filter(state="sending", subscription=told["hang"]).count() <= 4
        assert flags_and_facts(pipeline, make_source(), seconds=5)
        assert pipeline.wait_until(partial(all_say, told, ILL | {"impostor": "self-signed certificate"}), seconds=30)
        for receiver in ill.values():
            receiver.ended.set()
    assert not Attempt.objects.filter(delivery__subscription=fine).exclude(outcome="sent").exists()


def all_say(told, expected):
    """Whether each receiver that does not hang has an attempt that says what it did."""
    return all(
        Attempt.objects.filter(delivery__subscription=told[kind], error__contains=said).exists()
        for kind, said in expected.items()
        if said
    )


@pytest.mark.parametrize("kind", KINDS)
def test_webhooks_flags_and_imports_go_on_whatever_the_mail_server_does(pipeline, settings, kind):
    settings.IMPORT_FOLDER = pipeline.home / "imports"
    with mail_server(kind) as told, receiving() as receiver:
        reader = subscribe(events=["contract.status_changed"])
        for _ in range(20):
            make_delivery(reader)
        next(subscribed(f"{receiver.url}/news"))
        start_workers(pipeline, **told)
        waits = Delivery.objects.filter(subscription=reader)
        assert pipeline.wait_until(
            lambda: waits.exclude(state="pending").exists() or Attempt.objects.exists(), seconds=60
        )
        assert Delivery.objects.filter(state="sending").count() <= 5
        assert flags_and_facts(pipeline, make_source(), seconds=5)
        assert pipeline.wait_until(lambda: len(receiver.got) == 1, seconds=5)
        batch = start(keep([WHOLE.encode()]), name="a.yaml", choice=Choice(), by=None)
        nudge("imports")
        assert pipeline.wait_until(lambda: type(batch).objects.get(pk=batch.pk).state == "done", seconds=40)
    assert waits.count() == 20
    assert not Attempt.objects.filter(delivery__subscription=reader, outcome="sent").exists()
