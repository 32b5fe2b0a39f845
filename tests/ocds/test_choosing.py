"""Which processes a page has."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.ocds.choosing import changed_after, ocids_after, page_after
from procurement.ocds.ocids import DIGITS, Ocids
from procurement.ocds.publishing import view_of
from procurement.sources.horizon import horizon
from tests.makers import make_contract, make_program, post
from tests.ocds.exporting import ASKED

PREFIX = "ocds-xxxxxx"
OCIDS = Ocids(PREFIX)


def own(pk):
    return f"{PREFIX}-{pk:0{DIGITS}}"


AFTER = st.one_of(
    st.integers(0, 10**DIGITS - 1).map(own),
    st.text("0159az-:.~", max_size=14).map(lambda rest: f"{PREFIX}-{rest}"),
    st.text("ocds-xyz09", max_size=20),
)


@given(after=AFTER, pk=st.integers(0, 10**DIGITS - 1))
def test_ids_are_compared_as_their_ocids_are(after, pk):
    assert (pk >= OCIDS.first_after(after)) == (own(pk) > after)


@given(after=AFTER)
def test_the_first_id_is_the_first_that_sorts_after(after):
    first = OCIDS.first_after(after)
    assert first == 10**DIGITS or own(first) > after
    assert first == 0 or own(first - 1) <= after


def stored():
    ocids = ["ocds-zzzzzz-1", "ocds-213czf-2", "", "ocds-213czf-2", "", "ocds-ABC", f"{PREFIX}-b", "10", "b"]
    return [make_contract(ocid=each) for each in ocids]


@pytest.mark.django_db
def test_processes_come_once_in_the_order_of_their_characters():
    rows = stored()
    found = ["ocds-213czf-2", own(rows[2].pk), own(rows[4].pk)]
    found += [f"{PREFIX}-{each}" for each in ("10", "b", "ocds-ABC")] + ["ocds-zzzzzz-1"]
    assert list(ocids_after(view_of(ASKED))) == found
    assert [list(ocids_after(view_of(ASKED), each)) for each in found] == [found[n + 1 :] for n in range(len(found))]


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_pages_hold_all_of_them(size):
    stored()
    view, after, found, more = view_of(ASKED), "", list[str](), True
    while more:
        page, more = page_after(view, after, size)
        found, after = found + page, page[-1]
    assert found == list(ocids_after(view))


@pytest.mark.django_db(transaction=True)
def test_what_changed_is_found_by_its_facts_and_by_edits():
    first, second, third = (make_contract(make_program(each), committed="5") for each in "abc")
    moment = horizon()
    post(first, "1")
    second.title = "Another"
    second.save(update_fields=["title"])
    chosen = view_of(ASKED, narrowing=changed_after(moment)).matching().values_list("pk", flat=True)
    assert (set(chosen), third.pk in chosen) == ({first.pk, second.pk}, False)
    assert not view_of(ASKED, narrowing=changed_after(moment + dt.timedelta(days=1))).matching().exists()
