"""`make run`: what it survives, and that nothing of it stays."""

import os
import signal

import pytest
from django_celery_beat.models import PeriodicTask

from tests.running.service import Service, within
from tracker.local.embedded import Server

pytestmark = [pytest.mark.run, pytest.mark.chaos]

ENOUGH = 30  # seconds to stop; 3 on an idle machine
SOON = 90  # seconds until something is there again; the other tests of the run keep the machine busy
WORKER, DELIVERER = "celery -A tracker worker --queues default", "celery -A tracker worker --queues delivery"
BEAT, WEB = "celery -A tracker beat", "gunicorn tracker.wsgi"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("run") / "home"


@pytest.fixture(scope="module")
def service(home):
    service = Service(home).up()
    yield service
    service.end()


def query(service, statement):
    """Ask the service's own database."""
    import psycopg

    with psycopg.connect(host=Server(service.home).host(), user="postgres", dbname="tracker") as connection:
        return connection.execute(statement).fetchall()


def test_it_answers(service):
    assert service.well()


@pytest.mark.parametrize("words", [WORKER, DELIVERER, BEAT, WEB])
def test_a_killed_process_is_started_again(service, words):
    killed = service.child(words)
    os.kill(killed, signal.SIGKILL)
    assert within(SOON, lambda: service.child(words) not in (killed, None))


def test_a_killed_database_is_started_again(service):
    os.kill(Server(service.home).status().pid, signal.SIGKILL)
    assert within(SOON, service.well)


def test_a_wiped_broker_is_survived(service, tmp_path):
    worker = within(SOON, lambda: service.child(WORKER))  # one that missed the killed database is started again
    (service.home / "broker").rename(tmp_path / "broker")  # at once: while it is emptied, somebody would send
    assert within(SOON, (service.home / "broker" / "messages").exists)
    assert worker
    assert within(SOON, lambda: service.child(WORKER))


def test_a_taken_port_is_said_and_nothing_started(service, tmp_path):
    other = Service(tmp_path / "home", port=service.port).launch()
    said, _ = other.make.communicate(timeout=SOON)
    assert f"127.0.0.1:{service.port} cannot be bound" in said
    assert "set PORT" in said
    assert other.make.returncode
    assert other.gone()


def test_a_home_is_one_run_s(service):
    other = Service(service.home).launch()
    said, _ = other.make.communicate(timeout=SOON)
    assert f"{service.home} is in use by another run" in said
    assert other.make.returncode
    assert service.well()


def test_a_command_elsewhere_finds_the_database(service):
    assert query(service, "SELECT count(*) FROM django_celery_beat_periodictask")[0][0] >= 4


@pytest.mark.proof
def test_two_copies_run_side_by_side(service, tmp_path):
    other = Service(tmp_path / "home")
    try:
        other.up()
        assert other.well()
        other.tell(signal.SIGTERM)
        assert other.gone()
        assert service.well()
    finally:
        other.end()


def test_an_interrupt_sent_to_make_alone_stops_it_all(service):
    assert service.tell(signal.SIGINT) < ENOUGH
    assert service.gone()


class TestTheSecondStart:
    @pytest.fixture
    def again(self, home):
        again = Service(home)
        yield again
        again.end()

    def test_data_is_kept(self, again):
        again.up()
        query(again, f"UPDATE {PeriodicTask._meta.db_table} SET enabled = false WHERE name = 'sweep' RETURNING 1")
        assert again.tell(signal.SIGTERM) < ENOUGH
        assert again.gone()
        again.up()
        assert query(again, f"SELECT enabled FROM {PeriodicTask._meta.db_table} WHERE name = 'sweep'") == [(False,)]

    def test_a_killed_run_takes_all_with_it_and_can_be_repeated(self, again):
        again.up()
        again.tell(signal.SIGKILL, again.pid)
        assert again.processes() == {}
        assert again.up().well()

    @pytest.mark.proof
    def test_it_stops_with_its_make(self, again):
        again.up()
        assert again.tell(signal.SIGKILL) < ENOUGH
        assert again.gone()

    def test_it_stops_while_still_starting(self, again):
        again.launch()
        assert within(SOON, lambda: again.child("tracker.running"))
        within(5, lambda: Server(again.home).status())
        assert again.tell(signal.SIGTERM) < ENOUGH
        assert again.gone()

    @pytest.mark.proof
    def test_an_interrupt_stops_it_where_the_shell_ignored_interrupts(self, again):
        again.up(interrupts=signal.SIG_IGN)
        assert again.tell(signal.SIGINT, again.pid) < ENOUGH
        assert again.gone()
