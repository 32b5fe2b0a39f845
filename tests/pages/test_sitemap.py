"""What search engines are told."""

from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.pages import sitemap
from procurement.pages.kept_pages import KEPT
from tests.makers import make_contract, make_organization, make_program

pytestmark = pytest.mark.django_db
MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    KEPT.clear()


def addresses(client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return [str(each.text) for each in ET.fromstring(answer.content).iter(f"{MAPS}loc")]


def test_the_index_leads_to_every_program_organization_source_and_contract_in_both_languages(client):
    contract = make_contract(make_program("radar"))
    make_organization("Nobody's partner", "US", kind="company")
    found = [each for path in addresses(client, "/sitemap.xml") for each in addresses(client, path)]
    for path in ("", "about/", "programs/radar/", f"contracts/{contract.pk}/", f"organizations/{contract.buyer_id}/"):
        assert {f"http://testserver/{code}/{path}" for code in ("en", "ja")} <= set(found)
    assert f"http://testserver/en/sources/{contract.source_id}/" in found
    assert sum("organizations" in each for each in found) == 4  # the buyer and the maker


def test_each_address_names_itself_in_the_other_language(client):
    program = make_program("radar")
    text = client.get(f"/sitemap-programs.xml?p={-(-program.pk // sitemap.IDS)}").content.decode()
    assert 'hreflang="ja" href="http://testserver/ja/programs/radar/"' in text
    assert 'hreflang="x-default" href="http://testserver/programs/radar/"' in text


def test_many_rows_are_several_pages_each_of_which_reads_only_its_own(client, monkeypatch):
    monkeypatch.setattr(sitemap, "IDS", 2)
    contracts = [make_contract() for _ in range(3)]
    last = f"/sitemap-contracts.xml?p={-(-contracts[-1].pk // 2)}"
    assert f"http://testserver{last}" in addresses(client, "/sitemap.xml")
    KEPT.clear()
    with CaptureQueriesContext(connection) as taken:
        assert f"http://testserver/en/contracts/{contracts[-1].pk}/" in addresses(client, last)
    assert len(taken) <= 2


@pytest.mark.parametrize("page", ["0", "x", "99999999"])
def test_a_page_that_there_is_not_is_not_found(client, page):
    assert client.get(f"/sitemap-contracts.xml?p={page}").status_code == 404
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_robots_may_read_pages_of_today_and_nothing_where_reading_takes_a_login(client, settings):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /*?" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text
    settings.ANONYMOUS_READ = False
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"
