"""OCDS as it should be, and as publishers write it: one test for each fault."""

import gzip
import json

import pytest

from procurement.imports.formats import format_of
from procurement.imports.formats.ocds import FORMAT
from procurement.imports.rows import BadFile
from tests.imports.files import file_of
from tests.imports.formats.ocds_texts import (
    OCID,
    RELEASE,
    entries,
    kinds,
    nested,
    package,
    read,
    refusals,
    release,
    row,
    rows,
    with_contract,
    with_transactions,
)

PAYMENT = ("payment", "250.00", "2019-12-01")
ENTRIES = {"value": ("commitment", "1000.50", "2019-10-31"), "payment t": PAYMENT}
RECORD = {"ocid": OCID, "compiledRelease": RELEASE, "releases": [{"url": "https://example.org/1", "date": "2019"}]}
VERSIONED = {
    "ocid": OCID,
    "buyer": {"name": [{"releaseID": "1", "value": "MoD"}]},
    "contracts": [
        {
            "id": "c",
            "value": {
                "amount": [{"releaseID": "1", "value": 900}, {"releaseID": "2", "value": 1000.5}],
                "currency": [{"releaseID": "1", "value": "GBP"}],
            },
            "dateSigned": [{"releaseID": "1", "value": "2019-10-31"}],
        }
    ],
}


# shapes


@pytest.mark.parametrize(
    "content",
    [
        package(RELEASE),
        {"releases": [RELEASE], "publisher": {"name": "Cabinet Office"}},
        RELEASE,
        [RELEASE],
        {"records": [RECORD]},
        RECORD,
        {"releases": [RELEASE], "compiledRelease": RELEASE, "versionedRelease": VERSIONED, "publisher": "x"},
        [package(RELEASE)],
        json.dumps(RELEASE) + "\n" + json.dumps(release(ocid="ocds-213czf-78", contracts=None, awards=None)),
        json.dumps(package(RELEASE)) + json.dumps(package()),
        gzip.compress(json.dumps(RELEASE).encode(), mtime=0),
        json.dumps(RELEASE).encode("utf-16"),
    ],
)
def test_a_release_is_read_in_whatever_it_comes(content):
    assert entries(content) == ENTRIES


def test_a_contract_becomes_a_row_with_what_is_said_of_it():
    found = row(package(RELEASE), "contracts")
    assert (found["reference"], found["title"], found["currency"], found["ocid"]) == (f"{OCID} c", "Radar", "GBP", OCID)
    assert [str(found[name]) for name in ("signed_on", "starts_on", "ends_on")] == [
        "2019-10-31",
        "2019-11-01",
        "2024-03-31",
    ]
    assert row(RELEASE, "contract_parties")["role"] == "lead_supplier"
    assert row(RELEASE, "contract_status_changes")["status"] == "active"


def test_a_versioned_record_alone_is_read_as_its_last_version():
    assert entries({"ocid": OCID, "versionedRelease": VERSIONED}) == {"value": ENTRIES["value"]}


def test_a_record_of_links_alone_is_refused():
    (said,) = refusals({"ocid": OCID, "releases": RECORD["releases"]})
    assert said.startswith(f"contracts “{OCID}” holds only links to releases; a compiledRelease or")


def test_a_release_without_ocid_is_refused_and_one_with_any_is_not():
    assert "names no ocid" in refusals(release(ocid=""))[0]
    assert row(release(ocid=101), "contracts")["reference"] == "101 c"


def test_an_ocid_too_long_to_be_stored_is_refused():
    assert refusals(release(ocid="ocds-213czf-" + "7" * 120))[0].endswith("has an ocid of more than 120 characters")


@pytest.mark.parametrize("depth", [260, 450])
def test_a_release_nested_too_deeply_costs_only_itself(depth):
    deep = release(ocid="ocds-213czf-78", planning={"budget": nested(depth)})
    content = package(deep, {"ocid": "ocds-213czf-79", "versionedRelease": nested(depth)}, RELEASE)
    assert (entries(content), set(refusals(content))) == (ENTRIES, {"file is nested too deeply to be read"})


def test_of_half_a_download_every_whole_release_is_read():
    content = json.dumps(package(RELEASE, release(ocid="ocds-213czf-78"))).encode()
    assert (entries(content[:-200]), refusals(content[:-200])) == (
        ENTRIES,
        ["file the text ends here in the middle of a value: was its download cut off?"],
    )


def test_a_broken_line_costs_only_itself():
    content = f'{{"ocid": "ocds-213czf-76", "tag": ["plan\n{json.dumps(RELEASE)}\n'
    assert (entries(content), len(refusals(content))) == (ENTRIES, 1)


def test_a_broken_element_of_a_list_in_lines_costs_only_itself():
    content = f'[\n{{"ocid" 1}},\n{json.dumps(RELEASE)}\n]'
    assert (entries(content), len(refusals(content))) == (ENTRIES, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "file is empty: 0 bytes; was its download cut off?"),
        (b"null", "file is not a JSON object or list"),
        (b'{"recipients": {}}', "contracts “line 1” names no ocid; ocds-213czf-000-00001 would be accepted"),
    ],
)
def test_what_holds_no_release_is_refused(content, said):
    assert refusals(content) == [said]


@pytest.mark.parametrize("content", [b"  \n", b"[]"])
def test_what_holds_nothing_is_refused(content):
    with pytest.raises(BadFile, match="holds no release or record of OCDS"):
        read(content)


def test_text_that_is_not_utf8_is_read_with_a_remark():
    content = json.dumps(with_contract(title="Mantenimiento a máquina"), ensure_ascii=False).encode("latin-1")
    assert (row(content, "contracts")["title"], kinds(content)) == ("Mantenimiento a máquina", ["not UTF-8"])


@pytest.mark.parametrize(
    ("name", "content", "is_recognised"),
    [
        ("a.json", json.dumps(package()), True),
        ("a.jsonl", json.dumps(RELEASE), True),
        ("a.json.gz", gzip.compress(json.dumps(RELEASE).encode(), mtime=0), True),
        ("a.json", json.dumps(RELEASE).encode("utf-16"), True),
        ("a.json", json.dumps({"versionedRelease": {"planning": "x" * 100_000, "ocid": "ocds-1"}}).encode(), True),
        ("a.json", b"", True),
        ("a.json", b'{"recipients": {}}', False),
        ("a.json.gz", b"\x1f\x8b no gzip", False),
    ],
)
def test_a_file_is_recognised_by_what_it_names(name, content, is_recognised):
    assert FORMAT.recognises(file_of(content, name).head()) == is_recognised
    if is_recognised:
        assert format_of(file_of(content, name)) is FORMAT


# what identifies


def test_a_second_read_gives_the_same_names():
    first, second = (read(package(RELEASE, release(ocid="ocds-213czf-78"))).rows for _ in range(2))
    assert [each.ref for each in first] == [each.ref for each in second]


@pytest.mark.parametrize(
    ("ocid", "key", "reference"),
    [
        (OCID, "1", f"{OCID} 1"),
        ("ocds-34a6hz-01B68-150512", "01B68-150512", "01B68-150512"),
        ("ocds-b5fd17-e3b5f385", "ocds-b5fd17-e3b5f385-819950", "ocds-b5fd17-e3b5f385-819950"),
        (OCID, "77", f"{OCID} 77"),
    ],
)
def test_the_id_of_a_contract_is_its_reference_only_if_no_other_process_can_have_it(ocid, key, reference):
    assert row(with_contract(id=key) | {"ocid": ocid}, "contracts")["reference"] == reference


def test_a_long_id_is_cut_and_stays_unique():
    one, other = (row(with_contract(id="x" * 150 + end), "contracts")["reference"] for end in "12")
    assert (len(one), one[:100], one != other) == (120, other[:100], True)


def test_a_contract_without_id_is_known_by_its_content():
    assert row(with_contract(id=None), "contracts")["reference_generated"]
    assert "no id" in kinds(with_contract(id=None))


def test_an_id_used_twice_in_a_process_is_refused():
    whole = release()
    whole["contracts"] *= 2
    assert refusals(whole) == [f"contracts “{OCID} c” its id is used before in the same process"]


# parties


@pytest.mark.parametrize(
    ("whole", "name"),
    [
        (release(), "Ministry of Defence"),
        (release(buyer=None), "Ministry of Defence"),
        (release(buyer={"id": "x", "name": ""}), "Ministry of Defence"),
        (release(buyer={"name": "", "name_en": "Defence", "name_fr": "Défense"}), "Defence"),
        (release(buyer={"identifier": {"legalName": "台灣中油"}}), "台灣中油"),
        (release(buyer=None, parties=None, tender={"procuringEntity": {"name": "Agency"}}), "Agency"),
        (release(buyer=None, parties=[{"name": "Agency", "roles": ["procuringEntity"]}]), "Agency"),
    ],
)
def test_the_buyer_is_whoever_is_named_as_such(whole, name):
    buyer = row(whole, "contracts")["buyer"]
    assert rows(whole, "organizations")[buyer]["name"] == name


def test_a_contract_without_any_buyer_is_refused():
    assert "names no buyer" in refusals(release(buyer=None, parties=None))[0]


@pytest.mark.parametrize(
    ("identifier", "others", "expected"),
    [
        ({"scheme": "GB-COH", "id": "1234567"}, [], (("GB-COH", "1234567"),)),
        ({"scheme": "NIT", "id": 800095754}, [], (("ocds-213czf NIT", "800095754"),)),
        ({"scheme": "", "id": "1"}, [{"scheme": "AU-ABN", "id": "51824753556"}], (("AU-ABN", "51824753556"),)),
        ({"scheme": "AU-ABN", "id": "EXEMPTUUID-1"}, None, ()),
        ({"scheme": "Cédula de Ciudadanía", "id": "1"}, {"id": 4530}, ()),
        (None, None, ()),
    ],
)
def test_identifiers_keep_their_scheme_and_local_schemes_get_the_prefix_of_the_publisher(identifier, others, expected):
    party = {"id": "s", "name": "Maker", "identifier": identifier, "additionalIdentifiers": others}
    found = rows(release(parties=[party]), "organizations")
    assert [each.get("identifiers", ()) for each in found.values() if each["name"] == "Maker"] == [expected]


@pytest.mark.parametrize(
    ("party", "country"),
    [
        ({"identifier": {"scheme": "GB-COH", "id": "1"}}, "GB"),
        ({"address": {"countryName": "Mexico"}}, "MX"),
        ({"address": {"country": "JP"}}, "JP"),
        ({"address": {"countryName": "Atlantis"}}, None),
    ],
)
def test_the_country_of_an_organization_is_that_of_its_scheme_or_address(party, country):
    found = rows(release(parties=[{"id": "s", "name": "Maker"} | party]), "organizations", country="FR").values()
    assert {each["name"]: each.get("country") for each in found} == {"Maker": country, "Ministry of Defence": "FR"}


def test_suppliers_come_from_the_award_of_the_contract_or_from_the_contract():
    assert set(rows(RELEASE, "contract_parties")) == {"lead_supplier s"}
    assert set(rows(with_contract(suppliers=[{"name": "A"}, {"name": "B"}]), "contract_parties")) == {
        "lead_supplier A",
        "supplier B",
    }
    assert set(rows(with_contract(awardID="a-award"), "contract_parties")) == {"lead_supplier s"}
    assert rows(release(awards=[RELEASE["awards"][0] | {"id": each} for each in "xy"]), "contract_parties") == {}


def test_personal_contact_data_is_nowhere():
    secret = {"contactPoint": {"name": "SECRET", "email": "SECRET", "telephone": "SECRET"}}
    person = secret | {"address": {"streetAddress": "SECRET", "countryName": "Chile"}}
    whole = release(
        buyer=RELEASE["buyer"] | person,
        parties=[each | person for each in RELEASE["parties"]],
        tender={"procuringEntity": {"name": "x"} | person},
        awards=[RELEASE["awards"][0] | {"suppliers": [{"id": "s"} | person]}],
    )
    assert "SECRET" not in repr(read(whole))


# dates and states


@pytest.mark.parametrize(
    ("date", "zone", "day"),
    [
        ("2019-10-31", "", "2019-10-31"),
        ("2019-10-31T00:00:00Z", "", "2019-10-31"),
        ("2023-12-21T13:00:00Z", "", "2023-12-21"),
        ("2023-12-21T13:00:00Z", "Australia/Sydney", "2023-12-22"),
        ("2019-10-31", "Australia/Sydney", "2019-10-31"),
        ("2014-01-28 14:00 Eastern Standard Time (EST)", "", "2014-01-28"),
        ("2016-06-07T21:59:24.591355+02:00", "", "2016-06-07"),
    ],
)
def test_a_date_is_its_day_as_written_or_in_the_zone_that_was_chosen(date, zone, day):
    assert str(row(with_contract(dateSigned=date), "contracts", time_zone=zone)["signed_on"]) == day


@pytest.mark.parametrize("date", ["0207-05-15T00:00:00Z", "28/01/2014", "2014-02-30", "2014"])
def test_what_is_no_day_is_left_out_with_a_remark(date):
    whole = with_contract(period={"startDate": date, "endDate": "2024-03-31"})
    assert "starts_on" not in row(whole, "contracts")
    assert kinds(whole) == ["not a day"]


def test_an_end_before_the_start_is_left_out_with_a_remark():
    whole = with_contract(period={"startDate": "2019-10-31", "endDate": "2019-10-01"})
    assert "ends_on" not in row(whole, "contracts")
    assert kinds(whole) == ["end before start"]


@pytest.mark.parametrize(
    ("changes", "day", "precision"),
    [
        ({}, "2019-10-31", None),
        ({"dateSigned": None}, "2019-10-01", None),
        ({"dateSigned": None, "awardID": None}, "2019-10-01", None),
    ],
)
def test_a_value_is_committed_on_the_day_of_signature_or_award(changes, day, precision):
    found = rows(with_contract(**changes), "ledger_entries")["value"]
    assert (str(found["effective_on"]), found["effective_precision"]) == (day, precision or "day")


def test_a_value_without_such_a_day_is_committed_by_the_start_or_the_release():
    undated = [{"id": "a"}]
    for period, day in (({"startDate": "2019-11-01"}, "2019-11-01"), ({}, "2019-11-05")):
        found = rows(with_contract(dateSigned=None, period=period) | {"awards": undated}, "ledger_entries")["value"]
        assert (str(found["effective_on"]), found["effective_precision"]) == (day, "by")


@pytest.mark.parametrize(
    ("status", "changes", "expected"),
    [
        ("active", {}, ("active", "2019-10-31")),
        ("Active", {}, ("active", "2019-10-31")),
        ("pending", {}, ("pending", "2019-10-31")),
        ("cancelled", {"dateSigned": None}, ("cancelled_before_signature", "2019-11-05")),
        ("terminated", {"period": {"endDate": "2019-11-01"}}, ("completed", "2019-11-01")),
    ],
)
def test_a_status_of_ocds_has_its_word_here(status, changes, expected):
    found = row(with_contract(status=status, **changes), "contract_status_changes")
    assert (found["status"], str(found["effective_on"])) == expected


@pytest.mark.parametrize(
    ("status", "changes"),
    [("terminated", {}), ("cancelled", {}), ("Înregistrat(ă)", {}), ("terminated", {"period": None})],
)
def test_a_status_that_is_not_clear_is_not_taken(status, changes):
    whole = with_contract(status=status, **changes)
    assert (rows(whole, "contract_status_changes"), kinds(whole)) == ({}, ["status not clear"])


def test_no_status_is_written_where_the_file_says_none():
    assert rows(with_contract(status=None), "contract_status_changes") == {}


# awards that stand for contracts

AWARD = RELEASE["awards"][0] | {
    "value": {"amount": 75000, "currency": "GBP"},
    "contractPeriod": {"endDate": "2025-03-31"},
}


def test_an_award_stands_for_a_contract_where_there_is_none():
    whole = release(contracts=None, awards=[AWARD])
    assert entries(whole) == {"value": ("commitment", "75000.00", "2019-10-01")}
    assert str(row(whole, "contracts")["ends_on"]) == "2025-03-31"
    assert row(whole, "contract_parties")["role"] == "lead_supplier"
    assert kinds(whole) == ["contract made from an award"]


@pytest.mark.parametrize("status", ["pending", "cancelled", "unsuccessful"])
def test_an_award_that_is_none_is_left_out(status):
    whole = release(contracts=None, awards=[AWARD | {"status": status}])
    assert (rows(whole, "contracts"), kinds(whole)) == ({}, ["award without contract"])


def test_awards_are_left_out_if_that_was_chosen_or_if_the_publisher_has_contracts():
    assert rows(release(contracts=None, awards=[AWARD]), "contracts", awards="ignore") == {}
    assert rows(release(contracts=[], awards=[AWARD]), "contracts") == {}


# milestones and programs


def test_milestones_of_a_kind_that_we_have_are_taken():
    told = [
        {"id": "m", "type": "delivery", "title": "First radar", "dueDate": "2023-03-31"},
        {"id": "n", "type": "assessment", "dueDate": "2023-03-31"},
        {"id": "o", "dueDate": "2023-03-31"},
    ]
    whole = with_contract(milestones=told)
    assert row(whole, "milestones")["kind"] == "delivery"
    assert kinds(whole) == ["milestone left out"] * 2


def test_a_project_becomes_a_program_only_if_that_was_chosen():
    whole = release(planning={"budget": {"project": "Aegis Ashore", "projectID": "Aegis Ashore/1"}})
    assert (rows(whole, "programs"), kinds(whole)) == ({}, ["project left out"])
    assert row(whole, "allocations", programs="create")["program"] == "aegis-ashore-1"


# documents


def test_the_source_is_the_publication_as_of_the_day_of_the_release():
    found = row(package(RELEASE), "documents")
    assert (found["title"], found["url"], str(found["published_on"])) == (
        "Open contracting data of Cabinet Office",
        "https://data.example.org/",
        "2019-11-05",
    )


def test_a_publication_without_address_has_no_date():
    found = row(RELEASE, "documents")
    assert (found["title"], "url" in found, "published_on" in found) == (
        "Open contracting data of ocds-213czf",
        False,
        False,
    )


def test_who_published_may_be_told_behind_the_releases_in_the_release_or_by_who_loads():
    behind = {"releases": [RELEASE], "publisher": {"name": "P", "uri": "https://p.example.org/about"}}
    inside = release(packageInfo={"publisher": {"name": "P", "uri": "https://p.example.org/about"}})
    for content, options in ((behind, {}), (inside, {}), (RELEASE, {"publisher": "P", "source_url": "https://p.org/"})):
        found = row(content, "documents", **options)
        assert (found["publisher"], found["title"]) == ("P", "Open contracting data of P")


def test_a_payment_is_public_since_the_first_release_that_has_it():
    later = with_transactions({"id": "u", "date": "2020-01-01", "value": {"amount": 1, "currency": "GBP"}})
    found = rows(package(RELEASE, later | {"id": "77-4", "date": "2020-02-01"}), "ledger_entries")
    assert {key: each["source"][-10:] for key, each in found.items()} == {
        "value": "2019-11-05",
        "payment t": "2019-11-05",
        "payment u": "2020-02-01",
    }
