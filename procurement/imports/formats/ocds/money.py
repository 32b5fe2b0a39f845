"""The money of a contract as ledger entries: its value and how it changed, and what was paid. Pure."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from procurement.imports.files.json_values import Json, member, objects, text_of
from procurement.imports.formats.ocds.contracts import Taken
from procurement.imports.formats.ocds.processes import Said
from procurement.imports.formats.ocds.rows import Rows
from procurement.imports.formats.ocds.shapes import Money, digest, money_of, shortened
from procurement.imports.reading import Cell

#: The most of the id of a transaction or release in a key.
PAYMENT = 160


def value(rows: Rows, taken: Taken) -> None:
    """The value as it is now, committed on the first day; a change that the file tells moves its part to its own day.

    A change is two entries that add up to zero: so the whole is the same whether a file holds all releases or the last.
    """
    agreement, first = taken.agreement, taken.dated(rows)
    told = agreement.values(taken.currency)
    now = told[-1][1] if told else Money("", taken.currency)
    if fault := _fault(now, taken.currency):
        rows.refuse("ledger_entries", agreement, "value", f"value “{now.given}” {fault}")
        return
    if not now.amount:
        rows.remark("no value", agreement, f"has {'a value of 0' if told else 'no value'}: its commitment is unknown")
        return
    _remark_on_value(rows, taken, told[-1][0].what[1])
    rows.fact("ledger_entries", taken.agreement, "value", first | _committed(rows, taken, now, now.amount, "award"))
    for said, change in _changes(told, taken):
        then: dict[str, Cell] = {"effective_on": rows.word(said.day), "effective_precision": rows.word("by")}
        then["source"] = rows.source(said.day)
        release = shortened(said.release, PAYMENT)
        note = {"note": rows.word(f"the part of the value that release {release} changed")}
        before, after = (_committed(rows, taken, now, each, "modification") | note for each in (-change, change))
        rows.fact("ledger_entries", taken.agreement, f"value until {release}", first | before)
        rows.fact("ledger_entries", taken.agreement, f"value from {release}", then | after)


def _remark_on_value(rows: Rows, taken: Taken, currency: str) -> None:
    agreement = taken.agreement
    if "valueWithTax" in agreement.said and "value" not in agreement.said:
        rows.remark("value with tax", agreement, "has no value; its valueWithTax is taken")
    if not agreement.has_own_value:
        rows.remark("value of the award", agreement, "has no value; that of its award is taken")
    if currency != taken.currency:
        rows.remark("currency not as written", agreement, f"its value is taken in {taken.currency}")


def _committed(rows: Rows, taken: Taken, money: Money, amount: Decimal, reason: str) -> dict[str, Cell]:
    words = {"measure": rows.word("commitment"), "reason": rows.word(reason)}
    return words | _amount(rows, taken, money, amount)


def _changes(told: list[tuple[Said, Money]], taken: Taken) -> Iterator[tuple[Said, Decimal]]:
    """The later values by how much they changed, where both are known and the day is after the first."""
    for (_, before), (said, after) in pairwise(told):
        if _fault(before, taken.currency) or _fault(after, taken.currency):
            continue
        change = (after.amount or Decimal(0)) - (before.amount or Decimal(0))
        if change and said.day > taken.day:
            yield said, change


def payments(rows: Rows, taken: Taken) -> None:
    """The transactions as payments, each id once; those without id by their content and their number among equals."""
    contents: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for each in objects(member(taken.agreement.said, "implementation", "transactions")):
        key, content = text_of(each.get("id")), digest(repr(_content(each)))
        name = shortened(f"payment {key}", PAYMENT) if key else f"payment without id {content}"
        if key and contents.setdefault(key, content) != content:
            name += f" {content}"  # another payment of the same id
        number = numbers[name] = numbers.get(name, 0) + 1
        if key and number > 1:
            rows.remark("transaction twice", taken.agreement, f"{name} is listed twice with the same content")
            continue
        _payment(rows, taken, each, name if number == 1 else f"{name} {number}")


def _content(transaction: Json) -> tuple[str, ...]:
    money = money_of(_worth(transaction))
    return money.given, money.currency, text_of(transaction.get("date"))


def _worth(transaction: Json) -> object:
    """The value of a transaction, called amount in OCDS 1.0."""
    found = transaction.get("value") or transaction.get("amount")
    return {"amount": found} if isinstance(found, str) else found


def _payment(rows: Rows, taken: Taken, transaction: Json, key: str) -> None:
    agreement, money = taken.agreement, money_of(_worth(transaction), taken.currency)
    cell = agreement.place.cell("implementation.transactions.value.amount", money.given)
    if fault := _fault(money, taken.currency):
        rows.refuse("ledger_entries", agreement, key, f"amount “{money.given}” of a transaction {fault}")
    elif not money.amount:
        rows.remark("payment without amount", agreement, f"{key} has no amount, or 0; it is left out", cell)
    else:
        if not text_of(member(_worth(transaction), "currency")):
            said = f"{key} names no currency; it is taken in {taken.currency}, as its contract is"
            rows.remark("payment without currency", agreement, said, cell)
        cells = _paid_on(rows, taken, transaction, key) | _amount(rows, taken, money, money.amount)
        rows.fact("ledger_entries", taken.agreement, key, cells | {"measure": rows.word("payment")})


def _paid_on(rows: Rows, taken: Taken, transaction: Json, key: str) -> dict[str, Cell]:
    """The day of a payment and its source; without a day, that of the first release that has it, at the latest."""
    process, kind = taken.agreement.process, taken.agreement.kind
    known = process.seen.get((kind, taken.agreement.id, text_of(transaction.get("id"))), process.day)
    given = text_of(transaction.get("date"))
    if day := rows.day_of(given):
        cell = taken.agreement.place.cell("implementation.transactions.date", given, day)
        return {"source": rows.source(known), "effective_on": cell}
    rows.remark(
        "payment without date", taken.agreement, f"{key} has no day: it was paid by {known}, that of its release"
    )
    return {"source": rows.source(known), "effective_on": rows.word(known), "effective_precision": rows.word("by")}


def _fault(money: Money, currency: str) -> str:
    """Why an amount cannot be entered under a contract in this currency."""
    if money.fault:
        return money.fault
    if money.amount and money.currency != currency:
        return f"is in {money.currency} under a contract in {currency}; an amount in {currency} would be accepted"
    return "is below zero; an amount above zero would be accepted" if money.amount and money.amount < 0 else ""


def _amount(rows: Rows, taken: Taken, money: Money, amount: Decimal) -> dict[str, Cell]:
    """The cells of an amount that is one of the file, or a part of it."""
    cell = taken.agreement.place.cell("value.amount", money.given, f"{amount:f}")
    if not money.rounding:
        return {"amount": cell}
    said = f"has more decimals than {money.currency}; it is taken as {money.plain}"
    rows.remark("rounded", taken.agreement, said, cell)
    return {"amount": cell, "rounding": rows.word(f"{money.rounding:f}")}
