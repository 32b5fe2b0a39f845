"""The broker that is a folder."""

import shutil

import pytest
from kombu.connection import Connection
from kombu.entity import Queue

QUEUE = Queue("default", routing_key="default")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "broker"


@pytest.fixture
def connect(folder):
    options = {"data_folder_in": folder / "messages", "data_folder_out": folder / "messages"}
    options |= {"control_folder": folder / "control", "polling_interval": 0.01}
    opened = []

    def make():
        opened.append(
            Connection("filesystem://localhost", transport="tracker.local.spool:Transport", transport_options=options)
        )
        return opened[-1]

    yield make
    for connection in opened:
        connection.release()


def put(connection, number):
    connection.Producer().publish({"n": number}, routing_key="default", exchange="", declare=[QUEUE])


def take(connection):
    message = connection.default_channel.basic_get("default", no_ack=True)
    return message and message.decode()["n"]


def test_messages_are_taken_in_order(connect):
    for number in (1, 2, 3):
        put(connect(), number)
    taker = connect()
    assert [take(taker) for _ in range(4)] == [1, 2, 3, None]


def test_another_queue_s_messages_are_left(connect, folder):
    put(connect(), 1)
    assert connect().default_channel.basic_get("delivery", no_ack=True) is None
    assert len(list((folder / "messages").iterdir())) == 1


def test_a_half_written_message_is_not_seen(connect, folder):
    put(connect(), 1)
    (folder / "messages" / ".1_half.default.msg").write_text("{")
    taker = connect()
    assert [take(taker), take(taker)] == [1, None]


def test_a_wiped_folder_is_made_anew(connect, folder):
    giver, taker = connect(), connect()
    put(giver, 1)
    shutil.rmtree(folder)
    assert take(taker) is None
    shutil.rmtree(folder)
    put(giver, 2)
    assert take(taker) == 2
