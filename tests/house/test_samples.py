"""The copied sample is as good as a loaded one."""

import pytest
from django.db import DatabaseError

from procurement.imports.loading import load_folder
from procurement.programs.models import Program, StatusChange
from procurement.sources.models import Recheck
from tests.makers import decide, make_program
from tests.samples import FIXTURES, load_whole_sample

pytestmark = pytest.mark.django_db


def test_rows_go_on_behind_the_copied_ones_and_are_noted():
    load_whole_sample()
    notes = Recheck.objects.count()
    decide(make_program(), "suspended")
    assert Program.objects.order_by("pk").last().code not in {path.stem for path in FIXTURES.iterdir()}
    assert Recheck.objects.count() > notes


def test_facts_in_the_copy_are_facts():
    load_whole_sample()
    with pytest.raises(DatabaseError, match="holds facts"):
        StatusChange.objects.all()._raw_delete("default")


def test_loading_it_again_finds_all_of_it():
    loaded = load_whole_sample()
    again = load_folder(FIXTURES)
    assert (again.taken.total(), again.issues, again.remarks) == (0, [], [])
    assert again.unchanged == loaded.taken + loaded.unchanged
