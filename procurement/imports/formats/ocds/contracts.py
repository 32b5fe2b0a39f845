"""Contracts as rows: their names and dates, suppliers, states, milestones, and the program they serve. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from procurement.imports.files.json_values import member, objects, text_of
from procurement.imports.formats.ocds.agreements import Agreement
from procurement.imports.formats.ocds.parties import Parties
from procurement.imports.formats.ocds.processes import Said
from procurement.imports.formats.ocds.rows import TITLE, Rows
from procurement.imports.formats.ocds.shapes import Place, currency_fault_of, money_of, shortened, text_in
from procurement.imports.reading import Cell
from procurement.imports.rows import Ref

#: The most of a description that is kept.
DESCRIPTION = 5000
#: A title that is only a number of the publisher's: 5700027469, A-013/2016.
BARE = re.compile(r"\S*\d\S*")
#: States of an award in which there is no contract.
NOT_AWARDED = frozenset({"pending", "cancelled", "unsuccessful"})
#: Types of milestones for which we have a kind.
MILESTONES = {"delivery": "delivery", "financing": "payment", "payment": "payment"}
#: The length of a program's code, and what may stand in it.
CODE = 50
NOT_IN_CODE = re.compile("[^a-z0-9]+")


@dataclass(frozen=True)
class Taken:
    """A contract that became a row, with the day and precision from which its first facts hold."""

    agreement: Agreement
    currency: str
    day: str
    precision: str
    source: Ref

    def dated(self, rows: Rows) -> dict[str, Cell]:
        """The cells of a fact that holds from that day."""
        return {
            "effective_on": rows.word(self.day),
            "effective_precision": rows.word(self.precision),
            "source": self.source,
        }


def is_left_out(rows: Rows, agreement: Agreement) -> bool:
    """Whether an award stands for no contract; says why."""
    if not agreement.is_award:
        return False
    status = text_of(agreement.said.get("status")).lower()
    if status in NOT_AWARDED:
        rows.remark("award without contract", agreement, f"the award is {status}; it is left out")
    elif rows.options["awards"] == "ignore":
        rows.remark("award without contract", agreement, "the award has no contract; it is left out, as was chosen")
    else:
        rows.remark("contract made from an award", agreement, "the release has no contract for this award")
        return False
    return True


def contract(rows: Rows, parties: Parties, agreement: Agreement) -> Taken | None:
    """Add a contract with its parties, states, milestones and program; None if it is refused."""
    currency = agreement.currency(rows.options["currency"])
    buyer = parties.buyer(agreement.said)
    if fault := _fault(buyer, currency):
        rows.reading.refuse(agreement.ref, agreement.place.line, fault, record=agreement.process.ocid)
        return None
    day, precision = first_day(rows, agreement)
    source = rows.source(agreement.process.seen.get((agreement.kind, agreement.id), agreement.process.day))
    cells = _named(rows, agreement) | _dates(rows, agreement)
    cells["currency"] = rows.word(currency)
    known = {"source": source} | ({"buyer": buyer} if buyer else {})
    rows.reading.row(agreement.ref, cells | known, line=agreement.place.line, record=agreement.process.ocid)
    taken = Taken(agreement, currency, day, precision, source)
    _suppliers(rows, parties, taken)
    _statuses(rows, taken)
    _milestones(rows, taken)
    _program(rows, taken)
    return taken


def _fault(buyer: Ref | None, currency: str) -> str:
    if buyer is None:
        return "names no buyer; a buyer, or a party with the role buyer or procuringEntity, would be accepted"
    if not currency:
        return "names no currency, and nor does its process; the option currency would give it one"
    return currency_fault_of(currency)


def first_day(rows: Rows, agreement: Agreement) -> tuple[str, str]:
    """The day from which a contract holds, and its precision: signature, award, else at the latest start or release."""
    signed = agreement.day("dateSigned", zone=rows.zone)
    awarded = agreement.day("date", zone=rows.zone)
    starts = rows.day_of(agreement.period().get("startDate"))
    if signed or awarded:
        return signed or awarded, "day"
    return starts or agreement.process.seen.get((agreement.kind, agreement.id), "") or agreement.process.day, "by"


def _named(rows: Rows, agreement: Agreement) -> dict[str, Cell]:
    place, description = agreement.place, agreement.text("description")
    title = agreement.text("title")
    if description and (not title or BARE.fullmatch(title)):
        title = description
    title = title or agreement.id or agreement.process.ocid
    if not agreement.id:
        rows.remark("no id", agreement, "has no id; it is known by a hash of its content, and will not be recognised")
    return {
        "reference": place.cell("id", agreement.reference),
        "generated": rows.word("" if agreement.id else "true"),
        "ocid": rows.word(agreement.process.ocid),
        "title": place.cell("title", title if len(title) <= TITLE else title[: TITLE - 1] + "…"),
        "description": place.cell("description", description[:DESCRIPTION] if description != title else ""),
    }


def _dates(rows: Rows, agreement: Agreement) -> dict[str, Cell]:
    """The days of signature, start and end; one that is no day, or an end before the start, is left out."""
    period = agreement.period()
    found = {"signed_on": agreement.said.get("dateSigned")} | {
        name: period.get(given) for name, given in (("starts_on", "startDate"), ("ends_on", "endDate"))
    }
    days = {name: rows.day_of(given) for name, given in found.items()}
    for name, given in found.items():
        if text_of(given) and not days[name]:
            cell = agreement.place.cell(name, text_of(given))
            rows.remark("not a day", agreement, "is not a day; it is left out", cell)
    if days["ends_on"] and days["ends_on"] < days["starts_on"]:
        cell = agreement.place.cell("period.endDate", days["ends_on"])
        rows.remark("end before start", agreement, f"is before the start, {days['starts_on']}; it is left out", cell)
        days["ends_on"] = ""
    return {
        name: agreement.place.cell(name, text_of(found[name]), day) if day else rows.word("")
        for name, day in days.items()
    } | {"said_on": rows.word(agreement.process.day)}


def _suppliers(rows: Rows, parties: Parties, taken: Taken) -> None:
    """The suppliers from the first day on; the first one named leads."""
    said, award = taken.agreement.said, taken.agreement.award
    named = (("contracts.suppliers", said.get("suppliers")), ("awards.suppliers", award.get("suppliers")))
    found = next((found for path, each in named if (found := parties.suppliers(path, each))), {})
    for number, (ref, key) in enumerate(found.items()):
        role = "supplier" if number else "lead_supplier"
        cells: dict[str, Cell] = {"organization": ref, "role": rows.word(role)}
        rows.fact("contract_parties", taken.agreement, f"{role} {key}", cells | taken.dated(rows))


def _statuses(rows: Rows, taken: Taken) -> None:
    """A row for each state that the releases tell one after another, and that we have a word for."""
    states = [found for each in taken.agreement.statuses() if (found := _state(rows, taken, each))]
    for status, day, precision in dict.fromkeys(states):
        cells: dict[str, Cell] = {"status": rows.word(status), "source": taken.source}
        cells |= {"effective_on": rows.word(day), "effective_precision": rows.word(precision)}
        rows.fact("contract_status_changes", taken.agreement, f"status {status} {day}", cells)


def _state(rows: Rows, taken: Taken, said: Said) -> tuple[str, str, str] | None:
    """Our word for a status, and from when it holds; None where the file's one is not clear."""
    word = text_of(said.what).lower()
    signed = taken.agreement.day("dateSigned", zone=rows.zone)
    ends = rows.day_of(taken.agreement.period().get("endDate"))
    if word == "active":
        return "active", taken.day, taken.precision
    if word == "pending" and not taken.agreement.is_award:
        return "pending", taken.day, taken.precision
    if word == "terminated" and ends and said.day and ends <= said.day:
        return "completed", ends, "day"
    if word == "cancelled" and not signed:
        return "cancelled_before_signature", said.day, "by"
    reason = {
        "terminated": "may mean that it was fulfilled or cut short, and its period does not tell; no status is taken",
        "cancelled": f"would mean that it was never signed, but it was on {signed}; no status is taken",
    }.get(word, "is no status of OCDS; active, pending, cancelled or terminated would be accepted")
    rows.remark("status not clear", taken.agreement, reason, taken.agreement.place.cell("status", text_of(said.what)))
    return None


def _milestones(rows: Rows, taken: Taken) -> None:
    """Milestones of a type that we have, with a due date; others are left out."""
    said = taken.agreement.said
    for each in (*objects(said.get("milestones")), *objects(member(said, "implementation", "milestones"))):
        kind, due = MILESTONES.get(text_of(each.get("type"))), rows.day_of(each.get("dueDate"))
        if not (kind and due and text_of(each.get("id"))):
            reason = "only milestones of type delivery or financing, with an id and a due date, are taken"
            rows.remark("milestone left out", taken.agreement, reason)
            continue
        money, place = money_of(each.get("value"), taken.currency), taken.agreement.place
        fits = money.amount is not None and money.amount > 0 and money.currency == taken.currency
        text = shortened(text_in(each, "title", "description"), TITLE)
        cells: dict[str, Cell] = {"kind": rows.word(kind)}
        cells["due_on"] = place.cell("milestones.dueDate", text_of(each["dueDate"]), due)
        cells |= {"description": place.cell("milestones.title", text), "amount": rows.word(money.plain if fits else "")}
        rows.fact("milestones", taken.agreement, f"milestone {text_of(each['id'])}", cells | taken.dated(rows))


def _program(rows: Rows, taken: Taken) -> None:
    """The project of the budget as program, if that was chosen."""
    budget: Any = member(taken.agreement.process.whole, "planning", "budget")
    project = text_of(member(budget, "projectID"))
    name = text_in(budget, "project") or project
    if not name:
        return
    code = NOT_IN_CODE.sub("-", project.lower()).strip("-")[:CODE]
    cell = Place("planning.budget", taken.agreement.place.line).cell("projectID" if project else "project", name)
    if rows.options["programs"] == "ignore" or not code:
        rows.remark("project left out", taken.agreement, "names a project, which is not taken as a program", cell)
        return
    record, line = taken.agreement.process.ocid, taken.agreement.place.line
    cells: dict[str, Cell] = {"name": rows.word(shortened(name, 300)), "source": taken.source}
    program = rows.reading.row(Ref("programs", code), cells, line=line, record=record)
    dated = taken.dated(rows)
    dated["from"] = dated.pop("effective_on")
    rows.fact("allocations", taken.agreement, f"project {code}", {"program": program, "share": rows.word("1")} | dated)
