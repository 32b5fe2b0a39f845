"""Documents are matched by their address."""

import pytest

from procurement.common.errors import Refused
from procurement.sources.documents import DocumentInput, cite_document, find_or_create_document
from procurement.sources.models import Document
from tests.makers import day
from tests.racing import at_once

pytestmark = pytest.mark.django_db

URL = "https://example.org/1"


def cited(title="A", url=URL, **more):
    return find_or_create_document(DocumentInput(title=title, url=url, **more))


def test_one_address_is_one_document_and_a_match_edits_nothing():
    stored = cited("A", grade="primary")
    assert cited("B", grade="weak") == stored
    stored.refresh_from_db()
    assert (stored.title, stored.grade) == ("A", "primary")


def test_documents_without_an_address_are_each_their_own():
    assert cited(url="") != cited(url="")


REFUSED = [
    ({"url": "ftp://example.org/1"}, "url"),
    ({"url": "example.org/1"}, "url"),
    ({"url": "https:///1"}, "url"),
    ({"url": "https://example.org/a b"}, "url"),
    ({"url": "https://example.org/" + "x" * 1000}, "url"),
    ({"url": "https://[::1/"}, "url"),
    ({"url": "javascript:alert(1)"}, "url"),
    ({"url": "https://example.org/\x00"}, "url"),
    ({"title": ""}, "title"),
    ({"grade": "gold"}, "grade"),
    ({"sha256": "xyz"}, "sha256"),
]


@pytest.mark.parametrize(("given", "field"), REFUSED)
def test_a_bad_document_is_refused_and_not_stored(given, field):
    with pytest.raises(Refused) as caught:
        cited(**given)
    assert field in caught.value.errors
    assert not Document.objects.exists()


@pytest.mark.parametrize("url", ["http://example.org", "https://例え.jp/文書？a=1", "https://example.org:8443/a?b=c#d"])
def test_an_absolute_web_address_is_accepted(url):
    assert cited(url=url).url == url


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_document():
    found = at_once(*[cited] * 4)
    assert len({each.pk for each in found}) == Document.objects.count() == 1


@pytest.mark.parametrize(
    "url", ["https://example.org/a\u200b", "https://example.org/\u00a0a", "https://exam\u00adple.org/"]
)
def test_an_address_with_characters_that_nobody_sees_is_refused(url):
    with pytest.raises(Refused):
        cited(url=url)


def test_a_citation_has_the_date_that_it_states_and_else_the_stored_one():
    stored = cited(published_on=day("2020-06-15"))
    assert [cited(published_on=each).dated for each in (day("2020-11-01"), None)] == [
        day("2020-11-01"),
        day("2020-06-15"),
    ]
    stored.refresh_from_db()
    assert stored.published_on == day("2020-06-15")


def test_a_document_that_says_the_same_is_not_warned_of():
    given = DocumentInput("A", URL, "ATLA", "ja", day("2020-06-15"), grade="primary", sha256="A" * 64)
    assert [cite_document(given).warnings for _ in range(2)] == [(), ()]
