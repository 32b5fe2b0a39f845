"""A moment of the fuzzer over every reader; `make fuzz-readers` takes minutes (tests/imports/reader_fuzzing.py)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.imports.formats import format_of
from procurement.imports.loading import Choice, load_files
from procurement.imports.mappings import FORMAT
from procurement.imports.rows import BadFile
from tests.fuzzing import examples
from tests.imports.reader_fuzzing import faults, file_of, formats_for, options_of
from tests.imports.seeds import case, seeds

NUMBERS = st.integers(0, 2**40)


def test_there_is_a_seed_of_every_format():
    from procurement.imports.formats import all_formats

    found = set()
    for seed in seeds():
        try:
            found.add(format_of(file_of(seed)).name)
        except BadFile:
            continue
    # lists are read by mappings that people make, and the mapping of this one is not stored
    assert found | {FORMAT} == {each.name for each in all_formats()}


def test_no_seed_is_at_fault():
    assert [(seed.name, fault) for seed in seeds() for fault in faults(seed)] == []


@settings(max_examples=examples(60))
@given(NUMBERS)
def test_whatever_the_bytes_are_only_rows_and_refusals_come_out(number):
    assert list(faults(case(number))) == []


def recognised(seed):
    """The format of a file that is known for what it was, else any that its name allows."""
    try:
        return [format_of(file_of(seed))]
    except BadFile:
        return formats_for(seed)[:1]


@pytest.mark.django_db
@settings(max_examples=examples(15))
@given(NUMBERS)
def test_and_the_account_of_what_is_posted_adds_up(number):
    seed = case(number)
    for each in recognised(seed):
        account = load_files([file_of(seed)], check=True, choice=Choice(each.name, options_of(each)))
        assert account.adds_up
        assert sum(account.refused.values()) == 0 or account.issues
