"""Packages meet the official schema."""

import pytest

from procurement.imports.format import File
from procurement.imports.loading import Choice, load_files
from procurement.ocds.records import compiled
from tests.exposure.stage import rolled_back
from tests.imports.formats.test_ocds_real import FILES
from tests.ocds.exporting import lines, loaded, package, read
from tests.ocds.official import archive, faults
from tests.ocds.test_round_trip import everything

archive()
pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("whole_sample")
@pytest.mark.parametrize("records", [False, True])
def test_the_sample_is_valid(records):
    assert faults(read(package(records=records))) == []


@pytest.mark.usefixtures("whole_sample")
def test_every_line_is_a_valid_package():
    found = lines()
    assert [faults(read(line)) for line in found] == [[]] * len(found)


def test_every_kind_of_fact_is_valid():
    everything()
    assert faults(read(package(records=True))) == []


def test_what_real_files_hold_is_valid_when_exported_and_survives():
    with rolled_back():
        load_files([File.at(path) for path in FILES], choice=Choice("ocds", {"currency": "TWD"}))
        content = package(records=True)
    found = read(content)
    assert len(found["records"]) > 50
    assert faults(found) == []
    assert loaded(content).issues == []
    assert package(records=True) == content


@pytest.mark.usefixtures("whole_sample")
def test_a_compiled_release_is_what_its_releases_say_together():
    for each in read(package(records=True))["records"]:
        whole = each["compiledRelease"]
        for contract in whole["contracts"]:
            contract.pop("confirmation", None)
        assert compiled(each["releases"]) == whole
