"""Which organizations are one, and which groups they form."""

import datetime as dt

import pytest

from procurement.parties.linking import PART_OF, SAME_AS, Bodies, Link, Span, bodies, leading_from, spans

DAYS = [dt.date(2020, month, 1) for month in range(1, 7)]
A, B, C, D = 1, 2, 3, 4


def link(organization, other, kind=PART_OF, on=DAYS[0], pk=0, public=None):
    return Link(on, public or on, pk, kind, organization, other)


def same(organization, other, on=DAYS[0], **more):
    return link(organization, other, SAME_AS, on, **more)


def test_without_links_each_is_its_own():
    found = bodies([], DAYS[0])
    assert (found.one(A), found.top(A), found.all_of([A]), found.group_of([A])) == (A, A, [A], [A])


def test_a_merge_holds_from_its_day_on():
    links = [same(A, B, DAYS[1])]
    assert [bodies(links, day).one(A) for day in DAYS[:3]] == [A, B, B]


def test_merges_lead_on():
    found = bodies([same(A, B), same(B, C)], DAYS[0])
    assert (found.one(A), found.one(B), found.one(C)) == (C, C, C)
    assert found.all_of([B]) == [A, B, C]
    assert found.ones([A, B, D]) == [C, D]


def test_a_group_is_found_by_its_top():
    found = bodies([link(A, B), link(B, C), link(D, C)], DAYS[0])
    assert [found.top(each) for each in (A, B, C, D)] == [C, C, C, C]
    assert found.group_of([A]) == [A, B, C, D]
    assert found.one(A) == A


def test_the_later_whole_takes_over():
    links = [link(A, B), link(A, C, on=DAYS[2])]
    assert [bodies(links, day).top(A) for day in DAYS[1:4]] == [B, C, C]


def test_of_one_day_what_was_public_later_counts_then_what_was_recorded_later():
    assert bodies([link(A, B, public=DAYS[3], pk=1), link(A, C, public=DAYS[2], pk=2)], DAYS[3]).top(A) == B
    assert bodies([link(A, B, pk=1), link(A, C, pk=2)], DAYS[3]).top(A) == C


def test_what_is_said_of_a_merged_one_is_said_of_the_one_that_remains():
    found = bodies([same(A, B), link(A, C), link(D, A)], DAYS[0])
    assert (found.top(A), found.top(B), found.top(D)) == (C, C, C)


def test_a_part_that_turns_out_to_be_the_whole_is_no_part_of_itself():
    found = bodies([link(A, B), same(A, B)], DAYS[0])
    assert (found.one(A), found.top(A), found.circular) == (B, B, ())


@pytest.mark.parametrize("make", [link, same])
def test_a_circle_is_broken_where_it_closes(make):
    found = bodies([make(A, B, pk=1), make(B, A, on=DAYS[1], pk=2)], DAYS[2])
    assert [each.id for each in found.circular] == [2]
    assert found.top(A) == found.top(B) == B


def test_a_circle_through_merged_organizations_is_one_too():
    found = bodies([link(A, B, pk=1), link(B, C, pk=2), same(C, A, pk=3)], DAYS[0])
    assert found.circular


def test_an_organization_leads_on_by_its_own_links_and_those_of_what_is_merged_into_it():
    links = [link(A, B), link(C, B), same(D, C), link(D, 8), link(8, 9), link(7, 9)]
    assert leading_from(links, [A]) == [links[0]]
    assert leading_from(links, [C]) == sorted(links[1:5])


def test_spans_begin_before_all_days_and_have_no_end():
    stands = [{A: B}, {A: B}, {A: C, D: C}, {D: C}]
    assert sorted(spans(DAYS[:4], stands)) == [
        Span(A, B, dt.date.min, DAYS[2]),
        Span(A, C, DAYS[2], DAYS[3]),
        Span(D, C, DAYS[2], dt.date.max),
    ]


def test_of_nothing_there_are_no_spans():
    assert list(spans(DAYS[:2], [Bodies().into, {}])) == []
