"""Up to which moment an answer can no longer change."""

import datetime as dt
import threading
import time

import pytest
from django.utils import timezone

from procurement.common.errors import Refused
from procurement.sources.horizon import horizon, refuse_beyond_horizon
from tests.makers import make_contract, post
from tests.racing import open_transaction

pytestmark = pytest.mark.django_db(transaction=True)


def now() -> dt.datetime:
    return timezone.now()


def test_without_writers_it_is_now():
    before = now()
    assert before - dt.timedelta(seconds=1) < horizon() < now() + dt.timedelta(seconds=1)


def test_an_open_writer_holds_it_back():
    with open_transaction(writing=True):
        began = now()
        time.sleep(0.05)
        assert horizon() < began
    assert horizon() > began


def test_a_reader_does_not_hold_it_back():
    with open_transaction(writing=False):
        before = now()
        time.sleep(0.05)
        assert horizon() > before - dt.timedelta(milliseconds=40)


def test_the_oldest_writer_decides():
    with open_transaction(writing=True):
        between = now()
        with open_transaction(writing=True):
            assert horizon() < between


def test_what_a_late_writer_commits_is_stamped_after_the_horizon_read_before():
    contract = make_contract()
    with open_transaction(writing=True) as cursor:
        read = horizon()
        cursor.execute("INSERT INTO procurement_organization (name, match_key, local_name, kind, country) "
                       "VALUES ('x', 'x', '', 'other', '') RETURNING created_at")  # fmt: skip
        assert cursor.fetchone()[0] > read
    assert post(contract, "1").recorded_at > read


def test_a_moment_up_to_the_horizon_is_accepted():
    refuse_beyond_horizon(None)
    refuse_beyond_horizon(horizon())


def test_a_moment_beyond_it_is_refused_after_a_second_naming_the_horizon():
    began = time.monotonic()
    with open_transaction(writing=True), pytest.raises(Refused) as caught:
        refuse_beyond_horizon(now())
    assert 0.9 < time.monotonic() - began < 10
    assert "is later than the horizon 20" in caught.value.errors["recorded_by"][0]


def test_a_future_moment_is_refused():
    with pytest.raises(Refused, match="later than the horizon"):
        refuse_beyond_horizon(now() + dt.timedelta(days=1))


def test_a_writer_that_ends_within_a_second_is_waited_for():
    written, end = threading.Event(), threading.Event()

    def write() -> None:
        with open_transaction(writing=True):
            written.set()
            end.wait(5)

    writer = threading.Thread(target=write)
    writer.start()
    written.wait(5)
    threading.Timer(0.1, end.set).start()
    refuse_beyond_horizon(now())
    writer.join()
