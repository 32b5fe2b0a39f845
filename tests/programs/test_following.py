"""Which programs carry on what others began."""

import pytest

from procurement.programs.following import followed, steps
from procurement.programs.models import ProgramLink
from procurement.programs.reading import steps_now, strange_domains
from procurement.programs.recording import program_links
from procurement.sources.recording import Amending
from tests.makers import day, make_program, make_source

A, B, C, D = range(1, 5)


@pytest.mark.parametrize(
    ("links", "programs", "found"),
    [
        ([], {A}, {A}),
        ([(A, "successor", B)], {A}, {A, B}),
        ([(B, "replaces", A)], {A}, {A, B}),
        ([(B, "part_of", A)], {A}, {A, B}),
        ([(A, "successor", B)], {B}, {B}),
        ([(A, "part_of", B)], {A}, {A}),
        ([(A, "successor", B), (C, "part_of", B), (D, "replaces", C)], {A}, {A, B, C, D}),
        ([(A, "successor", B), (B, "successor", A)], {A}, {A, B}),
        ([(A, "part_of", B), (B, "part_of", A)], {B}, {A, B}),
        ([(A, "successor", B)], {A, C}, {A, B, C}),
    ],
)
def test_parts_and_successors_are_followed_as_far_as_they_lead(links, programs, found):
    assert followed(programs, steps(links)) == found


@pytest.mark.django_db
def test_only_links_that_stand_count():
    one, other, later = (make_program() for _ in range(3))
    common = {"kind": "successor", "source": make_source()}
    link = program_links.record(ProgramLink(program=one, other=other, effective_on=day("2020-12-18"), **common)).fact
    program_links.record(ProgramLink(program=one, other=later, effective_on=day("2999-01-01"), **common))
    assert steps_now(day("2026-01-01")) == {one.pk: {other.pk}}
    program_links.reverse(link, Amending(make_source()))
    assert steps_now(day("2026-01-01")) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["naval"], None),
        ([], None),
        (["navel", "naval"], "no program has “navel” as its domain; the nearest: naval"),
        ([""], "the nearest: air, naval"),
    ],
)
def test_a_domain_of_no_program_is_refused_with_the_nearest(asked, said):
    make_program(domain="naval")
    make_program(domain="air")
    make_program()
    fault = strange_domains(asked)
    assert fault is None if said is None else said in fault
