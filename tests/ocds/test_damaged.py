"""A package whose parts somebody changed gives rows and refusals, and never breaks the reading."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.imports.account import Account
from tests.exposure.stage import rolled_back
from tests.fuzzing import examples
from tests.ocds.exporting import loaded, package
from tests.ocds.test_round_trip import everything, few_examples

pytestmark = pytest.mark.django_db
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "x", "\u0000", [], {}, [1], {"id": "x"}, -1, 1e300, True, "9" * 300, [[{}]], "2020-13-01"]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a package."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, each in inside for found in ((*path, name), *places(each, (*path, name)))]


def damaged(whole: Any, changes: list[tuple[int, Any]]) -> bytes:
    """The package with other values at some places."""
    changed = copy.deepcopy(whole)
    for number, junk in changes:
        found = places(changed)
        *path, last = found[number % len(found)]
        place = changed
        for step in path:
            place = place[step]
        place[last] = copy.deepcopy(junk)  # a later change may go into it
    return json.dumps(changed).encode()


@given(changes=st.lists(st.tuples(st.integers(0, 10**6), JUNK), min_size=1, max_size=3))
@few_examples(examples(40))
def test_it_is_read_to_its_end(changes: list[tuple[int, Any]]) -> None:
    with rolled_back():
        everything()
        whole = json.loads(package())
    with rolled_back():
        account: Account = loaded(damaged(whole, changes))
        assert account.adds_up
