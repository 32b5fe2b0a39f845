"""What no row can have is refused with the nearest known ones; what is merely nowhere at the moment finds nothing."""

import pytest

from procurement.alerts.models import Channel, Subscription
from procurement.programs.models import Program
from tests.makers import join, make_contract, make_organization, make_program, make_supplier


@pytest.fixture
def aegis(db):
    program = make_program("aegis-ashore")
    Program.objects.update(domain="missile-defence", country="JP")
    return make_contract(program, committed="5")


#: An address, its parameter, and what the refusal offers.
REFUSED = [
    ("programs/?country=UK", "country", "GB (United Kingdom)"),
    ("programs/?country__in=JP,Japan", "country__in", "JP (Japan)"),
    ("organizations/?country=xx", "country", "JP or US"),
    ("ocds/releases/?country=UK", "country", "GB"),
    ("exposure/?country=UK", "country", "GB"),
    ("exposure/?supplier_country=UK", "supplier_country", "GB"),
    ("exposure/series/?interval=year&from=2020-01-01&country=UK", "country", "GB"),
    ("exposure/series/?interval=fiscal_year&from=2020-01-01&calendar=UK", "calendar", "GB"),
    ("programs/?domain=missile_defense", "domain", "missile-defence"),
    ("exposure/?domain=missile_defense", "domain", "missile-defence"),
    ("exposure/schedule/?domain=missile_defense", "domain", "missile-defence"),
    ("programs/aegis-ashore/exposure/?domain=missile_defense", "domain", "missile-defence"),
    ("programs/?code=aegis-asho", "code", "aegis-ashore"),
    ("portfolio/?program=aegis-asho", "program", "aegis-ashore"),
    ("flags/?program=aegis-asho&as_of=2020-01-01", "program", "aegis-ashore"),
    ("flags/?contract=424242", "contract", "no contract has the id 424242; the nearest: "),
    ("flags/?contract=424242&as_of=2020-01-01", "contract", "no contract has the id"),
    ("flags/?severity=worst&as_of=2020-01-01", "severity", "high"),
    ("flags/?state=shut&as_of=2020-01-01", "state", "would_be_open"),
    ("exposure/?supplier=424242", "supplier", "no organization has the id 424242"),
    ("exposure/?contract=424242", "contract", "no contract has the id"),
    ("exposure/?fiscal_year=20", "fiscal_year", "2020"),
    ("exposure/?currency=yen", "currency", "JPY (Yen)"),
    ("contracts/?supplier=424242", "supplier", "no organization has the id"),
    ("contracts/?id__in=424242,424243", "id__in", "424242, 424243"),
    ("contracts/?currency=yen", "currency", "JPY (Yen)"),
    ("ledger-entries/?source=424242&format=csv", "source", "no document has the id"),
    ("ledger-entries/?reversed_by=424242", "reversed_by", "no ledger entry has the id"),
    ("status-changes/?revokes=424242", "revokes", "no status change has the id"),
    ("status-changes/?speaker=Kono", "speaker", "there is none yet"),
    ("exchange-rates/?fiscal_year=5", "fiscal_year", "2020"),
    ("changes/?after=2090-01-01T00:00:00Z", "after", "later than the horizon"),
    ("ocds/releases/?since=2090-01-01T00:00:00Z", "since", "later than the horizon"),
]


def test_what_no_row_can_have_is_refused_with_the_nearest(anonymous, aegis):
    for address, name, offered in REFUSED:
        response = anonymous.get(address)
        assert response.status_code == 400, (address, response.content)
        assert offered in " ".join(response.json()["errors"][name]), address


#: What is known, or could be, and finds no row.
EMPTY = [
    "programs/?country=nl",
    "programs/?domain=missile-defence&country=DE",
    "contracts/?currency=nok",
    "contracts/?reference=never",
    "documents/?url=https://example.org/not-here",
    "status-changes/?program=aegis-ashore",
    "ledger-entries/?program=aegis-ashore&as_of=1900-01-01",
]


def test_what_is_known_but_has_no_row_is_an_empty_answer(anonymous, aegis):
    for address in EMPTY:
        assert anonymous.rows(address) == [], address
    assert anonymous.read("exposure/?country=nl&as_of=2020-01-01")["rows"] == []


def test_codes_of_standards_are_matched_in_any_case(anonymous, aegis):
    assert [row["code"] for row in anonymous.rows("programs/?country=jp")] == ["aegis-ashore"]
    assert len(anonymous.rows("contracts/?currency=jpy")) == 1
    assert anonymous.read("exposure/?country=jp&currency=jpy")["rows"][0]["currency"] == "JPY"


def test_two_look_ups_of_one_filter_mean_both(anonymous, aegis):
    make_contract(make_program("other"), committed="7")
    both = "program=aegis-ashore,other&program__in=other"
    assert anonymous.read(f"exposure/?{both}")["totals"][0]["committed"] == "7.00"
    assert anonymous.read("exposure/?program=aegis-ashore&program__in=other")["rows"] == []
    assert anonymous.read("exposure/schedule/?program=aegis-ashore&program__in=other")["rows"] == []
    assert [row["program"] for row in anonymous.read(f"portfolio/?{both}")["rows"]] == ["other"]
    assert anonymous.read("portfolio/?program=aegis-ashore&program__in=other")["rows"] == []
    assert len(anonymous.rows(f"contracts/?{both}")) == 1
    assert anonymous.rows("flags/?as_of=2020-01-01&program=aegis-ashore&program__in=other") == []


def test_a_merged_organization_is_known(anonymous, db):
    one, whole = make_supplier("One"), make_organization("Whole")
    join(one, whole)
    assert anonymous.rows(f"contracts/?supplier={one.pk}") == []


def test_nobody_learns_of_the_channels_of_others(reader, administrator, db):
    owner = administrator_of()
    channel = Channel.objects.create(owner=owner, address="a@example.org")
    Subscription.objects.create(owner=owner, name="x", channel=channel, events=["flag.opened"])
    theirs = reader.get(f"subscriptions/?channel={channel.pk}").json()["errors"]
    nobodys = reader.get("subscriptions/?channel=424242").json()["errors"]
    assert str(theirs).replace(str(channel.pk), "424242") == str(nobodys)
    assert len(administrator.rows(f"subscriptions/?channel={channel.pk}")) == 1


def administrator_of():
    from django.contrib.auth.models import User

    return User.objects.get(username="an-administrator")
