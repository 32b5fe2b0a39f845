"""Which scripts and styles browsers may use, and that no page has a script inside."""

import re

import pytest

from tracker.browsing import BEYOND

pytestmark = pytest.mark.django_db

#: A script that stands in the page: without an address, and not data.
INLINE = re.compile(
    r"<script(?![^>]*\b(?:src=|type=\"(?:application/(?:ld\+)?json|text/json)\"))[^>]*>|\son[a-z]+=\"|javascript:"
)


def directives(answer):
    return dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))


@pytest.mark.parametrize(
    ("address", "scripts", "styles"),
    [
        ("/en/", "'self'", "'self'"),
        ("/api/v1/programs/", "'self'", "'self'"),
        ("/api/v1/docs/", "'self'", "'self' 'unsafe-inline'"),
        ("/admin/", "'self' 'unsafe-eval'", "'self' 'unsafe-inline'"),
        ("/admin/procurement/program/", "'self' 'unsafe-eval'", "'self' 'unsafe-inline'"),
        ("/admin/procurement/statuschange/add/", "'self' 'unsafe-eval'", "'self' 'unsafe-inline'"),
        ("/admin/procurement/ledgerentry/add/", "'self' 'unsafe-eval'", "'self' 'unsafe-inline'"),
    ],
)
def test_each_page_says_what_a_browser_may_run(admin_client, address, scripts, styles):
    answer = admin_client.get(address)
    assert answer.status_code == 200
    found = directives(answer)
    assert (found["script-src"], found["style-src"]) == (scripts, styles)
    assert (found["default-src"], found["frame-ancestors"], found["base-uri"]) == ("'none'", "'none'", "'none'")
    if answer["Content-Type"].startswith("text/html"):
        assert INLINE.findall(answer.content.decode()) == []


def test_scripts_in_pages_are_allowed_nowhere():
    assert not [each for each in BEYOND.values() if "'unsafe-inline'" in each.get("script-src", [])]
