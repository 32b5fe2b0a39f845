"""References of contracts: each is one contract of its buyer, however it is typed."""

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Conflict
from procurement.contracts.models import Contract
from procurement.parties.naming import match_key


def refer(row: Contract) -> list[str]:
    """Set what a new or changed reference is compared by; returns the columns that hold it, none where it is as it was.

    Raises Conflict when its buyer has another contract with it. Safe to race: a lock on the reference makes two
    writers one to the end of their transaction.
    """
    if Contract.objects.filter(pk=row.pk, reference=row.reference).exists():
        return []
    row.reference_key = match_key(row.reference)
    lock_keys([f"contract:{row.buyer_id}:{row.reference_key}"])
    taken = Contract.objects.referred_to(row.buyer_id, row.reference).exclude(pk=row.pk).first()
    if taken is not None:
        same = "" if taken.reference == row.reference else f", as “{taken.reference}”"
        said = f"“{row.reference}” is contract {taken.pk} of this buyer{same}; choose another or change it"
        raise Conflict({"reference": said}, existing=taken.pk)
    return ["reference", "reference_key"]
