"""What several processes count is one figure, also when some of them have ended."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from tracker.watching import counting

COUNTS = """
import os, sys, time
sys.path.insert(0, os.getcwd())
from django.conf import settings
settings.configure(METRICS_FOLDER=__import__("pathlib").Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]))
from tracker.watching.counting import DELIVERIES, REQUESTS
DELIVERIES.labels("of-a-test", "sent").inc(3)
REQUESTS.labels("of-a-test", "GET", "2xx").observe(0.02)
if os.fork() == 0:
    DELIVERIES.labels("of-a-test", "sent").inc(4)
    os._exit(0)
os.wait()
print("counted", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "METRICS_FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def process(folder):
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    made = subprocess.Popen(
        [sys.executable, "-c", COUNTS],
        env=environment | {"PROMETHEUS_MULTIPROC_DIR": str(folder)},
        stdout=subprocess.PIPE,
    )
    assert made.stdout.readline() == b"counted\n"
    yield made
    made.kill()
    made.wait()
    made.stdout.close()


def read():
    return {
        (sample.name, *sample.labels.values()): sample.value
        for metric in counting.counted()
        for sample in metric.samples
    }


def test_a_child_counts_for_itself(process):
    assert read()[("tracker_delivery_attempts_total", "of-a-test", "sent")] == 7


def test_no_figure_falls_when_a_process_is_killed(process, folder):
    before = read()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert read() == read() == before
    assert sorted(path.name for path in folder.iterdir()) == ["counter_ended.db", "histogram_ended.db", "reading.lock"]


def end(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_without_room_nothing_counts_twice_and_no_sum_is_left_open(process, folder, monkeypatch):
    before, opened, copy = read(), [], counting._OnDisk
    end(process)
    with monkeypatch.context() as full:
        full.setattr(counting._OnDisk, "write_value", filling(2))
        full.setattr(counting, "_OnDisk", lambda name: opened.append(copy(name)) or opened[-1])
        assert read() == read() == before
    assert opened
    assert all(each._f is None for each in opened)
    assert not list(folder.glob("*.new"))
    assert read() == before
    assert {path.name for path in folder.glob("*.db")} == {"counter_ended.db", "histogram_ended.db"}


def filling(room):
    """Writes so many values, and then no more."""
    write, written = counting._OnDisk.write_value, []

    def call(self, *given):
        written.append(given)
        if len(written) > room:
            raise OSError(28, "No space left on device")
        write(self, *given)

    return call


class Killed(BaseException):
    """No code of the process runs after it."""


def is_killed(*_):
    raise Killed


@pytest.mark.parametrize("step", ["before", "after"])
def test_a_reader_killed_before_or_after_the_file_of_a_process_is_gone_counts_nothing_twice(
    process, folder, monkeypatch, step
):
    before, add = read(), counting._add
    end(process)
    with monkeypatch.context() as killing:
        killing.setattr(counting, "finish", is_killed)
        if step == "before":
            killing.setattr(counting, "_add", lambda *given: (add(*given), is_killed()))
        with pytest.raises(Killed):
            read()
    (new,) = folder.glob("*.new")
    assert new.with_suffix(".db").exists() is (step == "before")
    assert read() == read() == before
    assert not list(folder.glob("*.new"))


def test_a_new_start_forgets_what_a_killed_reader_left_too(process, folder, monkeypatch):
    read()
    end(process)
    with monkeypatch.context() as killing:
        killing.setattr(counting, "finish", is_killed)
        with pytest.raises(Killed):
            read()
    counting.begin()
    assert read() == {}


def test_a_new_start_forgets_only_where_nobody_counts(process):
    counting.begin()
    assert read()
    process.kill()
    process.wait()
    counting.begin()
    assert read() == {}


def test_a_full_disk_is_an_error_and_no_death(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError, match="No space"):
        counting._OnDisk(str(folder / "counter_x.db"))


def test_a_file_grows_with_its_values(folder):
    made = counting._OnDisk(str(folder / "counter_x.db"))
    for number in range(1000):
        made.write_value(f"{number:0100}", number, 0)
    made.close()
    again = counting._OnDisk(str(folder / "counter_x.db"))
    assert again.read_value(f"{999:0100}")[0] == 999
    again.close()
