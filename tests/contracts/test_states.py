"""Which states of a contract are live."""

from decimal import Decimal

import pytest

from procurement.contracts.models import ContractStatusChange
from procurement.contracts.states import CLOSING, ENDED, LIVE, PENDING, is_live
from procurement.ledger.models import LedgerEntry

LIVES = [
    ("active", None, True),
    ("stop_work", None, True),
    ("suspended", "0", True),
    ("partially_terminated", "100", True),
    ("pending", None, False),
    ("pending", "0", False),
    ("pending", "0.01", True),
    ("terminated", "100", False),
    ("completed", "100", False),
    ("cancelled_before_signature", "100", False),
    (None, "100", False),
]


@pytest.mark.parametrize(("status", "committed", "live"), LIVES)
def test_a_contract_is_live(status, committed, live):
    assert is_live(status, Decimal(committed) if committed else None) is live


def test_every_state_is_live_pending_or_ended():
    assert sorted([*LIVE, PENDING, *ENDED]) == sorted(ContractStatusChange.Status.values)


def test_what_closes_an_account_are_reasons_of_entries():
    assert set(CLOSING) <= set(LedgerEntry.Reason.values)
