"""Streaming: what it costs the database, and what becomes of it when it is broken off or fails."""

import http.client
import subprocess
import sys
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.ledger.models import LedgerEntry
from tests.house.shape import ROOT
from tests.makers import decide, make_contract, make_program, make_source, post
from tests.running.service import free_port, within

#: Addresses of whole files, and how many queries each takes; reading through a cursor is one of them, looking
#: whether there are more rows than an anonymous reader may have another, and the horizon of the permalink a third.
COUNTS = {
    "organizations/": 6,
    "programs/": 4,
    "contracts/": 8,
    "ledger-entries/": 3,
    "ledger-entries/?measure=payment&ordering=-effective_on": 3,
    "flags/": 2,
    "programs/one/timeline/": 13,
}


def fill(number):
    one = make_program("one")
    decide(one, "suspended")
    for _ in range(number):
        contract = make_contract(one, committed="5")
        post(contract, "1", "payment")


def read(caller, address, form):
    answer = caller.get(f"{address}{'&' if '?' in address else '?'}format={form}")
    return b"".join(answer.streaming_content)


def queries(caller, address, form):
    with CaptureQueriesContext(connection) as taken:
        read(caller, address, form)
    return len(taken)


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("number", [1, 20])
def test_files_take_a_fixed_number_of_queries(anonymous, db, number, form):
    fill(number)
    assert {address: queries(anonymous, address, form) for address in COUNTS} == COUNTS


def test_many_rows_are_read_some_at_a_time(anonymous, db, monkeypatch):
    monkeypatch.setattr("procurement.api.http.viewsets.CHUNK", 7)
    monkeypatch.setattr("procurement.api.facts.merged.CHUNK", 7)
    fill(20)
    for address in ("ledger-entries/", "contracts/", "changes/", "programs/one/timeline/"):
        lines = read(anonymous, address, "jsonl").splitlines()
        assert len(lines) == len(anonymous.every(f"{address}?page_size=1000"))


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_drops_ends_the_reading(anonymous, monkeypatch):
    monkeypatch.setattr("procurement.common.row_files.PIECE", 100)
    monkeypatch.setattr("procurement.api.http.viewsets.CHUNK", 5)
    entries(20)
    answer = anonymous.get("ledger-entries/?format=csv")
    pieces = iter(answer.streaming_content)
    assert (next(pieces)[:3], next(pieces)[:1].isdigit()) == (b"id,", True)
    assert cursors() == 1
    answer.close()
    assert cursors() == 0


def entries(number):
    contract, source = make_contract(make_program()), make_source()
    for _ in range(number):
        post(contract, "1", source=source)


def cursors():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_a_fault_in_the_middle_is_raised_to_the_server(anonymous, db, monkeypatch, form):
    calls = count()

    def shaped(rows, asked):
        if next(calls) == 2:
            raise RuntimeError("the disk is gone")
        return list(rows)

    monkeypatch.setattr("procurement.api.http.viewsets.CHUNK", 2)
    monkeypatch.setattr("procurement.common.row_files.PIECE", 100)
    monkeypatch.setattr("procurement.api.facts.ledger_entries.LedgerEntryShape.shaped", shaped)
    entries(10)
    anonymous.client.raise_request_exception = False
    answer = anonymous.get(f"ledger-entries/?format={form}")
    if form == "xlsx":  # it is whole before anything is sent, so that the fault is told
        assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
        return
    with pytest.raises(RuntimeError, match="the disk is gone"):
        list(answer.streaming_content)
    assert LedgerEntry.objects.count() == 10


# and by the server to the client


BREAKING = """
def application(environ, start_response):
    def pieces():
        yield b"id,amount\\n" * 10_000
        raise RuntimeError("the database is gone")
    start_response("200 OK", [("Content-Type", "text/csv; charset=utf-8")])
    return pieces()
"""


@pytest.fixture
def breaking_server(tmp_path):
    """The web server as it is run, with an answer that fails after its first piece."""
    (tmp_path / "breaking.py").write_text(BREAKING)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "breaking:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--no-control-socket", "--chdir", str(tmp_path)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield port
    server.terminate()
    server.wait(10)


def asked(client):
    """The answer to a request; None while the server is not there."""
    try:
        client.request("GET", "/")
        return client.getresponse()
    except ConnectionRefusedError:
        client.close()
        return None


def test_a_client_cannot_take_a_broken_file_for_a_whole_one(breaking_server):
    client = http.client.HTTPConnection("127.0.0.1", breaking_server, timeout=5)
    answer = within(10, lambda: asked(client))
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead):
        answer.read()
    client.close()
