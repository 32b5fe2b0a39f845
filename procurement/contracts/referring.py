"""References of contracts: unique per buyer, also one of several stored rows, whatever their case, width or dashes."""

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Conflict
from procurement.contracts.models import Contract
from procurement.parties.naming import match_key
from procurement.parties.reading import bodies_now


def refer(row: Contract) -> list[str]:
    """Set the match key of a new or changed reference; returns the columns to save, none if it is unchanged.

    Raises Conflict when its buyer has another contract with it. Safe to race: two writers of one reference take turns
    under a lock on it, held to the end of the transaction.
    """
    if Contract.objects.filter(pk=row.pk, reference=row.reference).exists():
        return []
    row.reference_key = match_key(row.reference)
    bodies = bodies_now()
    lock_keys([reference_lock(bodies.one(row.buyer_id), row.reference_key)])
    of_buyer = Contract.objects.filter(buyer__in=bodies.all_of([row.buyer_id]), reference_key=row.reference_key)
    taken = of_buyer.exclude(pk=row.pk).first()
    if taken is not None:
        same = "" if taken.reference == row.reference else f", as “{taken.reference}”"
        said = f"“{row.reference}” is contract {taken.pk} of this buyer{same}; choose another or change it"
        raise Conflict({"reference": said}, existing=taken.pk)
    return ["reference", "reference_key"]


#: How keys begin that a publisher made unique for all buyers: those of USAspending.gov name the agency themselves.
UNIQUE_EVERYWHERE = ("cont_awd_", "cont_idv_")


def is_unique_everywhere(key: str) -> bool:
    """Whether a reference names one contract whoever is said to be its buyer."""
    return key.startswith(UNIQUE_EVERYWHERE)


def reference_lock(buyer_id: int, key: str) -> str:
    """The lock under which a reference of a buyer, or of the one that remains of it, is assigned."""
    return f"contract:{buyer_id}:{key}"
