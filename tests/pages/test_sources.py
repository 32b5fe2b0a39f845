"""Pages of documents: found, chosen, and with what rests on each."""

import pytest

from procurement.cases.records.source import resting
from procurement.pages import sources as sources_page
from procurement.pages.fact_words import TABLES, fact_line
from tests.makers import decide, make_contract, make_program, make_source, post
from tests.pages.looking import queries, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def white_paper():
    return make_source("2020-06-15", title="White paper", publisher="Ministry", url="https://example.org/paper")


def test_a_document_says_what_rests_on_it_by_type(client, white_paper):
    radar = make_program("radar", name="Radar")
    decide(radar, "suspended", "2020-06-15", source=white_paper, speaker="Kono")
    post(make_contract(radar), "100", on="2020-06-15", source=white_paper)
    page = text(client, f"/en/sources/{white_paper.pk}/")
    for said in (
        "White paper",
        "Ministry",
        "primary",
        "decisions and statements (1)",
        "movements of money (1)",
        "Kono",
    ):
        assert said in page
    assert 'rel="nofollow external">https://example.org/paper</a>' in page
    assert "commitment 100 JPY" in text(client, f"/en/sources/{white_paper.pk}/?type=ledgerentry")


def test_the_list_counts_what_rests_on_each(client, white_paper):
    decide(make_program("radar"), "suspended", "2020-06-15", source=white_paper)
    page = text(client, "/en/sources/?search=white")
    assert '<td class="amount" data-label="Rests on it">1</td>' in page


def test_documents_are_chosen_by_words_grade_and_publisher(client, white_paper):
    make_source("2020-06-16", title="Blog", publisher="Somebody", grade="weak")
    for asked in ("search=paper", "grade=primary", "publisher=Ministry"):
        page = text(client, f"/en/sources/?{asked}")
        assert "White paper" in page
        assert "Blog" not in page
    assert "No document on record here matches" in text(client, "/en/sources/?search=nothing+like+it")


@pytest.mark.parametrize("asked", ["grade=best", "colour=red", "page=none"])
def test_what_cannot_be_asked_is_refused(client, asked):
    assert "accepted" in text(client, f"/en/sources/?{asked}", 400)


def test_a_document_of_later_is_in_no_past_view(client, white_paper):
    assert "White paper" not in text(client, "/en/sources/?as_of=2020-01-01")
    text(client, f"/en/sources/{white_paper.pk}/?as_of=2020-01-01", 404)
    assert "accepted" in text(client, f"/en/sources/{white_paper.pk}/?type=dreams", 400)


def test_a_long_list_has_pages(client, white_paper, monkeypatch):
    monkeypatch.setattr(sources_page, "DOCUMENTS", 1)
    make_source("2019-01-01", title="Older")
    assert "Older" not in text(client, "/en/sources/")
    assert "Older" in text(client, "/en/sources/?page=2")


def test_every_table_that_names_documents_has_a_name():
    assert set(resting()) == set(TABLES)


def test_every_row_of_the_sample_is_said_in_a_line(whole_sample):
    for model in resting().values():
        for row in model._default_manager.all()[:50]:
            assert fact_line(row).text


def test_pages_take_the_same_queries_for_more_rows(client, white_paper):
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15", source=white_paper)
    post(contract := make_contract(radar), "1", on="2020-06-15", source=white_paper)
    one = f"/en/sources/{white_paper.pk}/"
    addresses = ("/en/sources/", one, f"{one}?type=ledgerentry")
    first = [queries(client, each) for each in addresses]
    for number in range(19):
        decide(radar, "suspended", f"2020-07-{number + 1:02}", source=white_paper, sequence=number)
        post(make_contract(radar), "1", on="2020-06-15", source=make_source("2020-06-15") if number else white_paper)
        post(contract, "1", on="2020-06-15", source=white_paper)
    assert [queries(client, each) for each in addresses] == first
