"""The one line that says what happened."""

import pytest

from procurement.alerts.changes import Change, State
from procurement.alerts.statuses import changed

CHANGES = [
    (None, "suspended", "Radar is now suspended, why"),
    ("active", "stop_work", "Radar is now stop work (was active), why"),
    ("suspended", None, "The status of Radar is now unknown (was suspended), why"),
]


@pytest.mark.parametrize(("before", "after", "said"), CHANGES)
def test_a_status_that_nobody_knows_any_more_is_said_to_be_unknown(before, after, said):
    assert changed("Radar", Change(State(before), State(after), carrier=1), "why") == said
