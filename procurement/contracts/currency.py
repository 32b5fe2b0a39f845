"""A contract's currency: the amounts of its facts are in it, so it cannot change once there is one.

Amounts have no currency of their own. Storing an amount locks the contract's row FOR KEY SHARE, as the foreign key does
anyway, and checks that the currency is still the one by which the amount was validated. Changing the currency takes a
lock that conflicts with this. So if a change and an amount come at the same moment, one of them is refused.
"""

from collections.abc import Iterable

import pgtrigger
from django.db import connection

from procurement.common.errors import Conflict, Refused
from procurement.common.prepared_statements import any_of, ask, ids

#: The tables with amounts of a contract, and which of their rows have one. Reversed rows count, because earlier views
#: show them. A reported figure has a currency of its own, and only prevents changing that one.
HOLDING = {
    "ledger entries": ("procurement_ledgerentry", "true"),
    "milestones": ("procurement_milestone", "f.amount IS NOT NULL"),
    "liability estimates": ("procurement_liabilityestimate", "num_nonnulls(f.low, f.point, f.high) > 0"),
    "guarantees": ("procurement_guarantee", "true"),
    "reported figures": (
        "procurement_reportedfigure",
        "num_nonnulls(f.amount, f.low, f.high) > 0 AND f.currency = c.currency",
    ),
}
HELD = "\nUNION ALL ".join(
    f"SELECT '{name}' WHERE EXISTS (SELECT FROM {table} f WHERE f.contract_id = c.id AND {holds})"  # noqa: S608
    for name, (table, holds) in HOLDING.items()
)
WHAT_HOLDS = "SELECT h.name FROM procurement_contract c CROSS JOIN LATERAL ({held}) h (name) WHERE c.id = {id}"

HOLD = f"SELECT id, currency FROM procurement_contract WHERE id = {any_of(1)} ORDER BY id FOR KEY SHARE".encode()  # noqa: S608
#: The row is locked against new facts first: this waits for a fact that is being stored, so that it is seen.
KEEP_CURRENCY = """
IF NEW.currency IS DISTINCT FROM OLD.currency THEN
    PERFORM FROM procurement_contract WHERE id = OLD.id FOR UPDATE;
    IF EXISTS ({holds}) THEN
        RAISE EXCEPTION 'contract {sign} holds amounts in {sign}; its currency cannot change', OLD.id, OLD.currency
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'contract_keeps_its_currency';
    END IF;
END IF;
RETURN NEW;
"""


def keep_currency_trigger() -> pgtrigger.Trigger:
    """The trigger that refuses to change the currency of a contract with amounts, for any SQL."""
    update: pgtrigger.UpdateOf = pgtrigger.UpdateOf("currency")  # type: ignore[no-untyped-call]
    holds = WHAT_HOLDS.format(held=HELD, id="OLD.id")
    return pgtrigger.Trigger(
        name="keep_currency",
        when=pgtrigger.Before,
        operation=update,
        func=KEEP_CURRENCY.format(holds=holds, sign="%"),
    )


def refuse_changed_currency(contract_id: int, currency: str) -> None:
    """Raise Refused when a contract that has amounts would get another currency.

    It locks the contract to the end of the transaction, so that no amount comes in between.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT currency FROM procurement_contract WHERE id = %s FOR UPDATE", [contract_id])
        ((stored,),) = cursor.fetchall()
        if stored == currency:
            return
        names = what_holds(contract_id)
    if names:
        said = f"contract {contract_id} holds amounts in {stored} ({', '.join(names)}); its currency cannot change"
        raise Refused(
            {"currency": f"{said}; create a contract in the right currency and reverse what was entered here"}
        )


def what_holds(contract_id: int) -> list[str]:
    """The kinds of facts with amounts in a contract's currency."""
    with connection.cursor() as cursor:
        cursor.execute(WHAT_HOLDS.format(held=HELD, id="%s"), [contract_id])
        return [name for (name,) in cursor.fetchall()]


def hold_currencies(read: Iterable[tuple[int, str]]) -> None:
    """Keep contracts from changing their currency before the transaction ends.

    `known` has the currency by which amounts were validated. Raises Conflict when one has changed since: the amount may
    no longer be meant.
    """
    known = dict(read)
    if not known:
        return
    (found,) = ask([(HOLD, [ids(known)])])
    changed = [(pk, now) for pk, now in found if now != known[pk]]
    if changed:
        ((pk, now), *_) = changed
        said = f"contract {pk} has just changed from {known[pk]} to {now}; check whether the amount is in {now}"
        raise Conflict({"contract": f"{said}, and send it again"}, existing=pk)
