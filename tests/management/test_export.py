"""Full exports: what they hold, that their files agree with each other, and their check."""

import csv
import gzip
import json
import tomllib
from io import StringIO
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from procurement import tasks
from procurement.api.exports.making import FurtherFile, make_export, nightly_export
from procurement.common.dated_folders import MANIFEST, all_in
from procurement.exports.folder import faults_of, manifest_of, new_export
from procurement.ledger.models import LedgerEntry
from procurement.recorders import FACT_TABLES
from procurement.sources.horizon import horizon
from tests.admin.portfolio import fill
from tests.exports.made import make
from tests.house.shape import ROOT
from tests.makers import decide, make_contract, make_program, post, state_complete
from tracker.version import VERSION

DESCRIPTIVE = {"organizations", "documents", "programs", "contracts"}
LISTS = DESCRIPTIVE | {"exchange-rates", "fiscal-years", "flags", "flag-rules"}
FIGURES = {"exposure-by-program", "exposure-by-contract", "portfolio"}


@pytest.fixture
def portfolio(transactional_db, django_user_model):
    user = django_user_model.objects.create(username="secret-user", email="secret@example.org")
    fill(user)
    program = make_program("radar", name="=Radar")
    decide(program, "suspended", "2020-06-15")
    for amount in ("100", "200"):
        state_complete(make_contract(program, committed=amount, paid="10"), "2020-06-15")
    return program


def lines(export, name):
    return [json.loads(line) for line in gzip.decompress((export / f"{name}.jsonl.gz").read_bytes()).splitlines()]


def table(export, name):
    text = gzip.decompress((export / f"{name}.csv.gz").read_bytes()).decode()
    return list(csv.DictReader(StringIO(text)))


def test_every_list_is_exported_as_both_formats(portfolio, tmp_path):
    export = make_export(tmp_path)
    expected = LISTS | FIGURES | {table.resource for table in FACT_TABLES}
    files = {each.name: each for each in manifest_of(export).files}
    lists = {f"{name}.{form}.gz" for name in expected for form in ("csv", "jsonl")}
    assert set(files) == lists | {"ocds-releases.jsonl.gz"}
    assert files["ocds-releases.jsonl.gz"].rows == len(lines(export, "contracts"))
    assert {path.name for path in export.iterdir()} == {*files, MANIFEST}
    for name in expected:
        assert len(lines(export, name)) == len(table(export, name)) == files[f"{name}.csv.gz"].rows
        for form, rows in (("csv", table(export, name)), ("jsonl", lines(export, name))):
            assert all(list(row) == list(files[f"{name}.{form}.gz"].columns) for row in rows)
    assert all(files[f"{table.resource}.csv.gz"].rows for table in FACT_TABLES)


def test_the_rows_are_those_of_the_api(portfolio, tmp_path, client):
    export = make_export(tmp_path)
    for name in LISTS | {table.resource for table in FACT_TABLES}:
        found = client.get(f"/api/v1/{name}/?page_size=1000").json()["results"]
        assert sorted(lines(export, name), key=str) == sorted(found, key=str), name


def test_figures_agree_with_the_facts_and_with_each_other(portfolio, tmp_path):
    export = make_export(tmp_path)
    manifest = manifest_of(export)
    (row,) = [row for row in table(export, "exposure-by-program") if row["program_code"] == "radar"]
    assert (row["committed"], row["paid"], row["outstanding"]) == ("300.00", "20.00", "280.00")
    assert (row["as_of"], row["recorded_by"]) == (
        manifest.as_of.isoformat(), manifest.recorded_by.isoformat().replace("+00:00", "Z")
    )  # fmt: skip
    by_contract = sum(float(row["committed"] or 0) for row in lines(export, "exposure-by-contract"))
    entries = [row for row in lines(export, "ledger-entries") if row["measure"] == "commitment"]
    assert by_contract == sum(float(row["amount"]) for row in entries) == 400
    assert [row["name"] for row in table(export, "portfolio") if row["program"] == "radar"] == ["'=Radar"]
    assert [row["name"] for row in lines(export, "portfolio") if row["program"] == "radar"] == ["=Radar"]


def test_nothing_of_users_tokens_or_subscribers_is_exported(portfolio, tmp_path):
    export = make_export(tmp_path)
    text = b"".join(gzip.decompress(path.read_bytes()) for path in export.glob("*.gz"))
    for secret in (b"secret-user", b"secret@example.org", b"@example.org", b"entered_by"):
        assert secret not in text


def test_an_earlier_moment_can_be_exported_again(portfolio, tmp_path):
    then = horizon()
    post(make_contract(portfolio), "5", on="2020-01-01")
    decide(portfolio, "cancelled", "2020-12-01")
    export = make_export(tmp_path, recorded_by=then)
    assert manifest_of(export).recorded_by == then
    assert len([row for row in lines(export, "contracts") if row["status"]]) == 3
    assert {row["amount"] for row in lines(export, "ledger-entries")}.isdisjoint({"5.00"})
    (row,) = [row for row in lines(export, "exposure-by-program") if row["program_code"] == "radar"]
    assert (row["committed"], row["program_status"]) == ("300.00", "suspended")


def test_facts_that_take_effect_later_are_exported_too(portfolio, tmp_path):
    decide(portfolio, "cancelled", "2090-01-01")
    export = make_export(tmp_path)
    assert "2090-01-01" in {row["effective_on"] for row in lines(export, "status-changes")}
    assert {row["status"] for row in lines(export, "programs") if row["code"] == "radar"} == {"suspended"}


def test_files_agree_although_others_write_meanwhile(portfolio, tmp_path):
    contract = make_contract(portfolio, committed="1")

    def told(said):
        if said.startswith("contracts:"):  # before the facts are read
            elsewhere(lambda: post(contract, "1", on="2020-01-01"))

    export = make_export(tmp_path, told=told)
    entries = [row for row in lines(export, "ledger-entries") if row["contract"] == contract.pk]
    (row,) = [row for row in lines(export, "exposure-by-contract") if row["contract_id"] == contract.pk]
    assert LedgerEntry.objects.filter(contract=contract).count() == 2
    assert ([each["amount"] for each in entries], row["committed"]) == (["1.00"], "1.00")


def elsewhere(act):
    """Do something in a session of its own."""

    def alone():
        act()
        connection.close()

    thread = Thread(target=alone)
    thread.start()
    thread.join()


def test_a_further_file_stands_in_the_manifest(portfolio, tmp_path):
    def write(stream, asked):
        stream.write(json.dumps({"recorded_by": asked.recorded_by.isoformat()}).encode() + b"\n")
        return 1

    export = make_export(tmp_path, further=[FurtherFile("releases.jsonl.gz", write)])
    found = manifest_of(export)
    assert (found.file("releases.jsonl.gz").rows, faults_of(export)) == (1, [])
    assert lines(export, "releases") == [{"recorded_by": found.recorded_by.isoformat()}]


def test_what_fails_leaves_no_export(portfolio, tmp_path):
    def write(_stream, _asked):
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        make_export(tmp_path, further=[FurtherFile("releases.jsonl.gz", write)])
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


# the command and the task


def run(*options):
    out, error = StringIO(), StringIO()
    try:
        call_command("export", *map(str, options), stdout=out, stderr=error)
    except CommandError as failed:
        return f"{out.getvalue()}{error.getvalue()}{failed}"
    return out.getvalue()


def test_the_command_writes_and_checks(portfolio, tmp_path):
    assert "contracts: 3 rows" in run(tmp_path)
    assert "every file is as it was exported" in run("--check", tmp_path)
    (export,) = all_in(tmp_path)
    assert "every file is as it was exported" in run("--check", export)
    (export / "contracts.csv.gz").write_bytes(b"x")
    assert "contracts.csv.gz: it has 1 bytes" in run("--check", tmp_path)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--check"], "there is no export in"),
        (["--recorded-by", "2090-01-01T00:00:00Z"], "later than the horizon"),
        (["--recorded-by", "yesterday"], "is not a timestamp"),
    ],
)
def test_the_command_says_what_is_wrong(db, tmp_path, options, said):
    assert said in run(tmp_path, *options)


def test_a_night_makes_one_export_and_keeps_some(db, tmp_path):
    for day in (28, 29):
        make(tmp_path, f"202511{day}T030000Z")
    made = nightly_export(tmp_path, keep=2)
    assert [path.name for path in all_in(tmp_path)] == [made.name, "20251129T030000Z"]
    assert nightly_export(tmp_path, keep=2) is None
    assert "there is an export of today already" in run(tmp_path, "--nightly", 2)


def test_a_night_leaves_an_export_that_is_being_written_to_its_writer(db, tmp_path):
    with new_export(tmp_path, "20260101T030000Z"):
        assert nightly_export(tmp_path, keep=2) is None


def test_the_task_exports_only_where_a_folder_is_set(db, tmp_path, settings):
    tasks.export()
    settings.EXPORT_FOLDER, settings.EXPORT_KEEP = tmp_path, 1
    settings.EXPORT_LICENCE, settings.EXPORT_ATTRIBUTION = "CC-BY-4.0", "the ministry"
    tasks.export()
    (export,) = all_in(tmp_path)
    found = manifest_of(export)
    assert (found.licence, found.attribution, found.version) == ("CC-BY-4.0", "the ministry", VERSION)


def test_the_version_is_that_of_the_project():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_a_damaged_export_does_not_keep_a_night_from_another(db, tmp_path):
    (make(tmp_path, "20251128T030000Z") / MANIFEST).write_text("half")
    assert nightly_export(tmp_path, keep=5) is not None
