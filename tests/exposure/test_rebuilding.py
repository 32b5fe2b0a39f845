"""Totals made anew are those that refreshing keeps, and nobody notices that they were."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from procurement.exposure.kept import rebuilding
from procurement.exposure.kept.models import Line
from tests.exposure.kept import differing, kept, rebuild_then, refresh_then
from tests.makers import decide, make_contract, make_program, post, rehome

pytestmark = pytest.mark.django_db(transaction=True)

SHAPE = """
SELECT c.relname, x.indexrelid::regclass::text, pg_get_indexdef(x.indexrelid), k.conname, k.contype
  FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid
 WHERE c.relname ~ '^procurement_(line|total)' ORDER BY 2
"""
COLUMNS = """
SELECT table_name, column_name, ordinal_position, data_type, is_nullable, column_default, is_identity
  FROM information_schema.columns WHERE table_name ~ '^procurement_(line|total)' ORDER BY 1, 3
"""


@pytest.fixture
def contract():
    """A contract in two programs of which one was stopped, refreshed; and another one."""
    x, y = make_program("x"), make_program("y")
    made = make_contract(x, committed="100", paid="30")
    make_contract(y, committed="50", share="0.5")
    rehome(made, [(x, "0.4"), (y, "0.6")], "2021-01-01")
    decide(x, "suspended", "2020-06-15")
    post(made, "7", "payment", on="2020-07-01")
    refresh_then()
    return made


def shape():
    with connection.cursor() as cursor:
        cursor.execute(SHAPE)
        indexes = cursor.fetchall()
        cursor.execute(COLUMNS)
        return indexes, cursor.fetchall()


def test_it_leaves_the_same_rows_indexes_and_constraints(contract):
    rows, tables = kept(), shape()
    for jobs in (1, 2):
        assert rebuild_then(jobs=jobs) == 2
        assert (kept(), shape()) == (rows, tables)


def test_refreshing_goes_on_with_what_was_made(contract):
    rebuild_then()
    post(contract, "9", "payment", on="2020-07-03")
    refresh_then()
    refreshed = kept()
    rebuild_then()
    assert kept() == refreshed


def test_damage_is_gone(contract):
    whole = kept()
    Line.objects.all().delete()
    rebuild_then()
    assert kept() == whole


@pytest.mark.parametrize("step", ["_fill_lines", "_fill_totals", "_indexes", "_change_tables"])
def test_killed_half_way_it_changed_nothing_and_is_made_again(contract, monkeypatch, step):
    rows, tables = kept(), shape()
    with monkeypatch.context() as killing:
        killing.setattr(rebuilding, step, lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rebuild_then()
    assert kept() == rows
    rebuild_then()
    assert (kept(), shape()) == (rows, tables)


@pytest.mark.parametrize("step", ["_fill_lines", "_fill_totals", "_indexes", "_change_tables"])
def test_what_is_posted_meanwhile_is_in_every_answer(contract, monkeypatch, step):
    act, seen = getattr(rebuilding, step), []

    def post_before(*given):
        post(contract, "5", "payment", on="2020-09-01")
        seen.append(differing())
        return act(*given)

    monkeypatch.setattr(rebuilding, step, post_before)
    rebuild_then()
    assert not any(seen)
    assert not differing()
    refresh_then()
    assert not differing()


def test_nobody_refreshes_meanwhile(contract, monkeypatch):
    post(contract, "5", "payment", on="2020-09-01")
    refreshed = []

    def refresh_elsewhere(*_):
        with ThreadPoolExecutor(1) as pool:
            refreshed.append(pool.submit(refreshing_and_closing).result())
        return True

    monkeypatch.setattr(rebuilding, "_put_in_place", refresh_elsewhere)
    rebuild_then()
    assert refreshed == [0]


def refreshing_and_closing():
    try:
        return refresh_then()
    finally:
        connection.close()


def test_a_long_reader_is_waited_for_and_stands_in_nobodys_way(contract, monkeypatch):
    reader, tried, put = connection.copy(), [], rebuilding._put_in_place

    def try_and_let_go(*given):
        tried.append(put(*given))
        reader.rollback()
        return tried[-1]

    monkeypatch.setattr(rebuilding, "_put_in_place", try_and_let_go)
    reader.set_autocommit(False)
    with reader.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procurement_line")
        rebuild_then()
    reader.close()
    assert tried == [False, True]
    assert not differing()
