"""What one client may hold: units of a minute, seconds, rows and turns."""

import threading

import pytest
from django.db import OperationalError, connection
from django.test import Client

from procurement.access.limits import spending
from procurement.access.limits.addresses import client_network
from procurement.access.limits.allowances import Allowance, allowance_of
from procurement.access.limits.counting import TableStorage
from procurement.access.limits.reached import NoTurn, TooManyRequests, TooSlow
from procurement.access.limits.statements import is_stopped, lift_limit, limited
from procurement.access.limits.turns import Turns
from tests.api.calling import ROOT
from tests.makers import make_contract, make_program, post

#: Proxies that are trusted, X-Forwarded-For, the peer, and the client.
ADDRESSES = [
    (0, "203.0.113.9", "198.51.100.7", "198.51.100.7"),  # anybody can send a header
    (1, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
    (1, "1.2.3.4, 203.0.113.9", "10.0.0.1", "203.0.113.9"),  # what stands further left was sent by the client
    (2, "203.0.113.9, 10.0.0.2", "10.0.0.1", "203.0.113.9"),
    (2, "203.0.113.9", "10.0.0.1", "10.0.0.1"),  # not through the proxies
    (1, "nonsense", "10.0.0.1", "10.0.0.1"),
    (1, "203.0.113.9:4711", "10.0.0.1", "203.0.113.9"),
    (1, "[2001:db8:1:2:3::4]:443", "10.0.0.1", "2001:db8:1:2::/64"),
    (0, "", "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
    (0, "", "::ffff:198.51.100.7", "198.51.100.7"),
    (0, "", "", "unknown"),
]


def test_a_client_is_who_the_last_trusted_proxy_saw(settings):
    for hops, header, peer, expected in ADDRESSES:
        settings.TRUSTED_PROXIES = hops
        assert client_network({"HTTP_X_FORWARDED_FOR": header, "REMOTE_ADDR": peer}) == expected


@pytest.fixture
def counted(settings):
    """Ten units a minute for whoever has no token, a hundred for readers."""
    settings.UNITS_PER_MINUTE = settings.UNITS_PER_MINUTE | {"anonymous": 10, "reader": 100}
    spending.store(settings.UNITS_STORE).reset()
    return settings


def asked(address, **headers):
    return Client(headers={name.replace("_", "-"): value for name, value in headers.items()}).get(ROOT + address)


def test_an_answer_says_what_is_left_and_the_eleventh_is_refused(counted, db):
    answers = [asked("programs/") for _ in range(11)]
    assert (answers[0]["RateLimit-Policy"], answers[0]["RateLimit"][:16]) == (
        '"anonymous";q=10;w=60',
        '"anonymous";r=9;',
    )
    refused = answers[10]
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert '"anonymous";r=0;t=' in refused["RateLimit"]
    assert "10 units a minute" in refused.json()["detail"]


def test_expensive_questions_cost_more_and_tokens_have_minutes_of_their_own(counted, reader):
    assert asked("exposure/?group_by=program").status_code == 429
    assert "r=80;" in reader.get("exposure/?group_by=program")["RateLimit"]
    assert "r=75;" in reader.get("exposure/?contract=1")["RateLimit"]


def test_a_forged_address_does_not_begin_a_new_minute(counted, db):
    said = {asked("programs/", X_Forwarded_For=f"203.0.113.{number}").status_code for number in range(11)}
    assert said == {200, 429}


def test_nothing_is_refused_where_the_counter_does_not_answer(counted, db, monkeypatch):
    monkeypatch.setattr(spending._Pause, "until", 0.0)
    counted.UNITS_STORE = "redis://127.0.0.1:1"
    answer = asked("programs/")
    assert (answer.status_code, answer.has_header("RateLimit")) == (200, False)


@pytest.mark.django_db(transaction=True)
def test_processes_count_together_in_the_table():
    store, counts = TableStorage("table://"), []

    def spend():
        counts.append(store.incr("units/x/1", 60, amount=2))
        connection.close()

    threads = [threading.Thread(target=spend) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (sorted(counts), store.get("units/x/1")) == ([2, 4, 6, 8, 10, 12, 14, 16], 16)
    store.clear("units/x/1")


# seconds


def sleeping(seconds):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_takes_too_long_is_stopped_and_others_are_not_affected():
    with pytest.raises(OperationalError) as stopped, limited(Allowance("anonymous", 1, 0, 0)):
        sleeping(1.5)
    assert is_stopped(stopped.value)
    lift_limit()
    sleeping(1.1)


@pytest.mark.django_db(transaction=True)
def test_many_short_statements_may_not_take_longer_together():
    with limited(Allowance("anonymous", 1, 0, 0)):
        for _ in range(3):
            sleeping(0.4)
        with pytest.raises(TooSlow, match="1 seconds"):
            sleeping(0.4)
    lift_limit()


@pytest.mark.django_db(transaction=True)
def test_a_question_that_is_stopped_is_told_so_and_what_is_cheaper(settings, monkeypatch):
    settings.READ_SECONDS = settings.READ_SECONDS | {"anonymous": 1}
    monkeypatch.setattr("procurement.api.records.programs.Programs.rows", lambda _: sleeping(3))
    refused = asked("programs/")
    assert (refused.status_code, refused["Content-Type"]) == (503, "application/problem+json")
    for said in ("1 seconds", "without a token", "narrower filters", "cursor", "/api/v1/exports/"):
        assert said in refused.json()["detail"]
    lift_limit()


# rows


def test_a_file_with_too_many_rows_is_refused_or_breaks_off(settings, anonymous, db):
    contract = make_contract(make_program())
    for _ in range(5):
        post(contract, "1")
    settings.READ_ROWS = settings.READ_ROWS | {"anonymous": 5}
    rows = b"".join(anonymous.get("ledger-entries/?format=csv").streaming_content).splitlines()
    assert len(rows) == 6
    settings.READ_ROWS = settings.READ_ROWS | {"anonymous": 4}
    refused = anonymous.get("ledger-entries/?format=csv")
    assert (refused.status_code, "more than the 4 rows" in refused.json()["detail"]) == (400, True)
    assert anonymous.get("changes/?format=jsonl").status_code == 400  # before the first piece
    assert anonymous.get("ledger-entries/?format=csv&page_size=2").status_code == 200


def test_every_role_has_its_limits():
    roles = (None, "reader", "administrator")
    assert [allowance_of(role).rows for role in roles] == [100_000, 2_000_000, 0]


# turns


def test_one_has_the_turn_one_waits_and_the_third_is_sent_away():
    turns = Turns("questions", at_once=1, waiting=1, seconds=10)
    end, got = turns.take(), []
    waiting = threading.Thread(target=lambda: got.append(turns.take()))
    waiting.start()
    while not turns.queued:
        pass
    with pytest.raises(NoTurn, match="again in 5 seconds") as refused:
        turns.take()
    assert refused.value.headers == {"Retry-After": "5"}
    end()
    end()  # a second time changes nothing
    waiting.join(5)
    assert (len(got), turns.busy, turns.queued) == (1, 1, 0)


def test_nobody_waits_for_ever():
    turns = Turns("files", at_once=1, waiting=1, seconds=0.01)
    with turns.turn(), pytest.raises(NoTurn):
        turns.take()
    assert (turns.busy, turns.queued) == (0, 0)


def test_a_file_keeps_its_turn_until_it_is_closed(anonymous, db, monkeypatch):
    monkeypatch.setattr("procurement.access.limits.turns.files.at_once", 1)
    first = anonymous.get("programs/?format=csv")
    refused = anonymous.get("programs/?format=csv")
    assert (refused.status_code, refused["Retry-After"], anonymous.get("programs/").status_code) == (503, "5", 200)
    list(first.streaming_content)
    again = anonymous.get("programs/?format=csv")
    assert again.status_code == 200, again.content


def test_a_refusal_of_the_minute_costs_too():
    allowance = Allowance("anonymous", 0, 0, 1)
    spending.store("memory://").reset()
    spending.spend(allowance, "somebody", 1)
    with pytest.raises(TooManyRequests):
        spending.spend(allowance, "somebody", 1)
