"""The one line that says what happened."""

import pytest

from procurement.alerts.wording import status_changed

CHANGES = [
    (None, "suspended", "Radar is now suspended, why"),
    ("active", "stop_work", "Radar is now stop work (was active), why"),
    ("suspended", None, "The status of Radar is now unknown (was suspended), why"),
]


@pytest.mark.parametrize(("before", "after", "said"), CHANGES)
def test_a_status_that_nobody_knows_any_more_is_said_to_be_unknown(before, after, said):
    assert status_changed("Radar", before=before, after=after, cause="why") == said
