"""Opening pages: nothing is kept from one test to the next, nor from one look to the next."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.pages.kept_pages import KEPT


def text(client, address, status=200):
    """The page at an address."""
    KEPT.clear()
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def queries(client, address):
    """How many queries a page takes that is made anew."""
    with CaptureQueriesContext(connection) as taken:
        text(client, address)
    return len(taken)
