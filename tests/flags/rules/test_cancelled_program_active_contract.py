"""cancelled-program-active-contract: facts in, flags out; and the near miss."""

import pytest

from tests.flags.backtests import found
from tests.makers import decide, make_contract, make_program

pytestmark = pytest.mark.django_db

CODE = "cancelled-program-active-contract"


def test_opens_on_the_day_of_the_cancellation_and_is_always_high():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    decide(radar, "cancelled", "2020-12-18")
    kept = make_contract(radar, committed="100", paid="40")
    (flag,) = found(CODE, "2020-12-18")
    assert (flag.contract_id, flag.severity, flag.condition_since.isoformat()) == (kept.pk, "high", "2020-12-18")
    assert flag.evidence["stopped_on"] == "2020-06-15"
    assert flag.evidence["days_stopped"] == 186


def test_stays_closed_while_the_program_is_only_suspended():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    decide(radar, "cancelled", "2020-12-18")
    make_contract(radar, committed="100", paid="40")
    assert found(CODE, "2020-12-17") == []


def test_stays_closed_when_all_was_paid():
    radar = make_program("radar")
    decide(radar, "cancelled", "2020-06-15")
    make_contract(radar, committed="100", paid="100")
    assert found(CODE, "2020-06-25") == []
