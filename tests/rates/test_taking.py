"""Taking newer reference rates: whole files only, what is new only, and nothing overwritten."""

import datetime as dt
import threading
from decimal import Decimal
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
import time_machine
from django.core.management import CommandError, call_command

from procurement.common.errors import BadSource
from procurement.rates import taking
from procurement.rates.models import ExchangeRate
from procurement.rates.taking import take_rates
from tests.makers import day, make_rate

pytestmark = pytest.mark.django_db

TODAY = day("2026-11-30")
FIRST = "Date,USD,JPY,\n2026-11-26,1.05,160.1,\n"
NEXT = "Date,USD,JPY,\n2026-11-27,1.06,161.2,\n2026-11-26,1.05,160.1,\n"
DAILY = "Date, USD, JPY, \n27 November 2026, 1.06, 161.2, \n"
XML = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject>
<Cube><Cube time='2026-11-27'><Cube currency='USD' rate='1.06'/><Cube currency='JPY' rate='161.2'/></Cube></Cube>
</gesmes:Envelope>
"""


def zipped(**members):
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()


@pytest.fixture
def at(tmp_path):
    def put(content, name="rates"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return put


def taken(place, **more):
    found = take_rates(place, today=TODAY, **more).loaded
    return found.added, found.corrected, len(found.differing), len(found.bad)


FORMS = {
    "history": NEXT,
    "zip": zipped(eurofxref_csv=NEXT),
    "a day": DAILY,
    "xml": XML,
    "zipped xml": zipped(hist_xml=XML),
    "with a mark": "\ufeff" + NEXT,
    "without a last line end": NEXT.rstrip("\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_ecb_is_read(at, form):
    assert taken(at(FORMS[form]))[0] >= 2
    rates = dict(ExchangeRate.objects.filter(on="2026-11-27").values_list("quote", "rate"))
    assert rates == {"USD": Decimal("1.06"), "JPY": Decimal("161.2")}
    row = ExchangeRate.objects.first()
    assert (row.source.publisher, row.rate_type) == ("European Central Bank", "ecb_reference")


def test_only_what_is_new_is_taken_and_the_second_time_nothing(at):
    taken(at(FIRST))
    assert taken(at(NEXT)) == (2, 0, 0, 0)
    assert taken(at(NEXT)) == (0, 0, 0, 0)


def test_a_rate_that_differs_is_told_and_what_is_stored_stays(at):
    taken(at(FIRST))
    later = take_rates(at(NEXT.replace("160.1", "160.9")), today=TODAY).loaded
    assert list(map(str, later.differing)) == ["EUR/JPY on 2026-11-26: 160.9 in the file, 160.1 stored"]
    assert (later.added, ExchangeRate.objects.filter(quote="JPY", on="2026-11-26").count()) == (2, 1)


def test_so_a_persons_correction_is_not_undone_every_day(at):
    taken(at(FIRST))
    make_rate("EUR", "JPY", "160.5", "2026-11-26")
    assert taken(at(FIRST)) == (0, 0, 1, 0)


def test_it_becomes_a_newer_row_where_that_is_meant(at):
    taken(at(FIRST))
    changed = at(FIRST.replace("160.1", "160.9"))
    assert (taken(changed, correcting=True), taken(changed)) == ((0, 1, 0, 0), (0, 0, 0, 0))


def test_a_bad_cell_stops_no_other(at):
    assert taken(at(NEXT.replace("1.06", "n/a"))) == (3, 0, 0, 1)
    assert taken(at(XML.replace("1.06", "x").replace("'JPY'", "'USD'"))) == (0, 0, 0, 2)


NOT_WHOLE = {
    "a cut line": NEXT[:-5],
    "a cut number at the end": "Date,USD,JPY\n2026-11-27,1.06,161",
    "a cut archive": FORMS["zip"][:-30],
    "a damaged archive": FORMS["zip"].replace(b"161.2", b"161.3"),
    "cut xml": XML[:-80],
    "nothing": "",
    "a page": "<html></html>",
    "xml of its own": XML.replace("<gesmes:Env", '<!DOCTYPE a [<!ENTITY b "c">]>\n<gesmes:Env'),
    "an archive of two": zipped(a_csv=NEXT, b_csv=NEXT),
    "no rates in it": "<a/>",
}


@pytest.mark.parametrize("kind", NOT_WHOLE)
def test_half_a_file_and_another_file_leave_nothing(at, kind):
    with pytest.raises(BadSource):
        take_rates(at(NOT_WHOLE[kind]), today=TODAY)
    assert not ExchangeRate.objects.exists()


def test_a_bomb_is_refused(at, monkeypatch):
    monkeypatch.setattr("procurement.rates.referencefile.MOST_BYTES", 1000)
    with pytest.raises(BadSource, match="larger than 1000 bytes when unpacked"):
        take_rates(at(zipped(a_csv=NEXT * 100)), today=TODAY)


def test_an_endless_file_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(taking, "MOST_BYTES", 1000)
    with pytest.raises(BadSource, match="more than 1000 bytes"):
        take_rates("/dev/zero", today=TODAY)


def test_a_file_older_than_what_is_stored_says_so(at):
    taken(at(NEXT))
    found = take_rates(at(FIRST), today=TODAY)
    assert "its newest rate is of 2026-11-26, and 2026-11-27 is stored already" in str(found)


def test_a_load_that_was_broken_off_is_finished_by_the_next(at, monkeypatch):
    def killed(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr("procurement.rates.ecb.BATCH", 2)
    real = taking.store_quotes
    monkeypatch.setattr(taking, "store_quotes", lambda read, **more: real(read, progress=killed, **more))
    with pytest.raises(KeyboardInterrupt):
        take_rates(at(NEXT), today=TODAY)
    assert ExchangeRate.objects.count() == 2
    monkeypatch.undo()
    assert taken(at(NEXT)) == (2, 0, 0, 0)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def test_a_file_is_taken_from_an_address_whole_or_not_at_all(at, tmp_path):
    at(FORMS["zip"], "eurofxref-hist.zip"), at(FORMS["zip"][:-30], "half.zip")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        for name in ("half.zip", "none.zip"):
            with pytest.raises(BadSource):
                take_rates(f"{address}/{name}", today=TODAY)
        assert not ExchangeRate.objects.exists()
        assert str(take_rates(f"{address}/eurofxref-hist.zip", today=TODAY)).startswith("eurofxref-hist.zip: 4 added")
        server.shutdown()


# the command and the task


def command(*args):
    out = StringIO()
    call_command("take_rates", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def today():
    with time_machine.travel("2026-11-30T12:00:00+00:00"):
        yield


def test_the_command_says_what_was_added_and_how_old_the_newest_is(at, today):
    said = command(at(NEXT)).splitlines()
    assert said == [
        "rates: 4 added, 0 corrected, 4 read; newest 2026-11-27",
        "the newest reference rates are of 2026-11-27, 3 days old",
    ]


def test_it_takes_from_where_the_setting_says(at, today, settings):
    settings.ECB_RATES = at(NEXT)
    assert "4 added" in command()
    settings.ECB_RATES = ""
    with pytest.raises(CommandError, match="name a path or an address, or set ECB_RATES"):
        command()


def test_it_ends_badly_where_rates_differ_or_cannot_be_read(at, today, capsys):
    command(at(FIRST))
    with pytest.raises(CommandError, match="1 cells could not be read; 1 rates differ from the stored ones"):
        command(at(NEXT.replace("1.06", "x").replace("160.1", "160.9")))
    assert "EUR/JPY on 2026-11-26: 160.9 in the file, 160.1 stored" in capsys.readouterr().err
    assert "1 corrected" in command(at(FIRST.replace("160.1", "160.9")), "--correct")


@pytest.mark.parametrize("place", ["/none/there.zip", "ftp://example.org/a.zip", "https://user:word@example.org/a.zip"])
def test_what_is_no_place_is_told_and_stores_nothing(place):
    with pytest.raises(CommandError, match="nothing was stored"):
        command(place)
    assert not ExchangeRate.objects.exists()


def test_the_task_takes_them_and_does_nothing_where_nothing_is_set(at, today, settings):
    from procurement.tasks import take_rates as task

    settings.ECB_RATES = ""
    task()
    assert not ExchangeRate.objects.exists()
    settings.ECB_RATES = at(NEXT)
    task()
    assert ExchangeRate.objects.filter(on=dt.date(2026, 11, 27)).count() == 2
