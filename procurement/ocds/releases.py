"""The releases of a process: one for what one source told of one contract on one day. Pure.

The id of a release is made of its day and of the facts that it tells. Facts are never edited, so a release keeps its
id; a corrected fact is another one, and is told by another release.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import orjson

from procurement.common import ocds_extension as extension
from procurement.common.money import in_full
from procurement.ocds import mapping
from procurement.ocds.mapping import Json, moment, reference
from procurement.ocds.process import Agreement, Contract, Fact, Party, Process, Source, digest
from procurement.ocds.running import Roles, Running

#: States in which a contract has ended, or has never begun.
ENDED = frozenset({"terminated", "completed", "cancelled_before_signature"})
#: Measures whose movement changes what was agreed.
AGREED = frozenset({"commitment", "ceiling"})


@dataclass(frozen=True)
class Event:
    """What one source told of one contract on one day."""

    contract: Contract
    day: dt.date
    source: Source
    facts: tuple[Fact, ...]

    @cached_property
    def id(self) -> str:
        """The id of its release, the same for the same facts."""
        said = [each.table + _plain(mapping.fact(each, mapping.list_of(each), "")) for each in self.facts]
        content = "\n".join([self.contract.id, self.source.id, *sorted(said)])
        return f"{self.contract.ocid}-{self.day:%Y%m%d}-{digest(content)}"


def _plain(said: Json) -> str:
    """What a fact says as text, without names, which are labels and may be edited."""
    plain = {name: each["id"] if isinstance(each, dict) and "id" in each else each for name, each in said.items()}
    for name in (extension.ORDER, "counterpart"):  # they depend on other rows
        plain.pop(name, None)
    return orjson.dumps(plain, default=str, option=orjson.OPT_SORT_KEYS).decode()


def releases_of(process: Process) -> list[Json]:
    """The releases of a process in the order of their days; of one day those first that rest on a contract's source."""
    found = [event for each in process.agreements for event in events_of(each)]
    found.sort(key=lambda event: (event.day, event.source != event.contract.source, event.id))
    running = {each.contract.id: Running(each.contract) for each in process.agreements}
    roles = Roles()
    return [_release(event, running[event.contract.id], roles) for event in found]


def events_of(agreement: Agreement) -> list[Event]:
    """The events of a contract. One of which no fact is in view has one event: that it is on record."""
    contract = agreement.contract
    told: dict[tuple[dt.date, str], list[Fact]] = defaultdict(list)
    for each in agreement.facts:
        told[each.public_on, each.source.id].append(each)
    if not told:
        return [Event(contract, _own_day(contract), contract.source, ())]
    return [Event(contract, day, facts[0].source, tuple(facts)) for (day, _), facts in told.items()]


def _own_day(contract: Contract) -> dt.date:
    days = (contract.source.published_on, *(contract.columns[name] for name in ("signed_on", "starts_on", "ends_on")))
    return next((day for day in days if day), contract.recorded_on)


def _release(event: Event, running: Running, roles: Roles) -> Json:
    is_first = not running.has_begun
    running.take(event.facts)
    found: Json = {
        "ocid": event.contract.ocid,
        "id": event.id,
        "date": moment(event.day),
        "tag": tags(event.facts, running, is_first=is_first),
        "initiationType": "tender",
        "language": "en",
        extension.MARK: extension.VERSION,
        "parties": roles.take(_named(event, running)),
        "buyer": reference(event.contract.buyer),
    }
    found |= _programs(event, running) | _tender(event.contract)
    found |= _award(event, running, is_first=is_first)
    return found | {"contracts": [_contract(event, running, is_first=is_first)]} | _related(event)


def _named(event: Event, running: Running) -> Iterator[tuple[Party, str]]:
    """The organizations that a release names, with their roles."""
    yield event.contract.buyer, "buyer"
    yield from ((each, "supplier") for each in running.suppliers)
    for fact in event.facts:
        yield from mapping.parties_in(fact)
        if _is_transaction(fact):
            payer, payee = _ways(fact, running)
            yield from ((each, role) for each, role in ((payer, "payer"), (payee, "payee")) if each)


def tags(facts: Sequence[Fact], running: Running, *, is_first: bool) -> list[str]:
    """What kinds of release it is: the first of a contract, a change of what was agreed, its execution, its end."""
    found = {_tag(each, running) for each in facts}
    if is_first:  # it tells what was agreed, not how that changed
        found = found - {"contractAmendment", "contractUpdate"} | {"contract"}
    return sorted(found)


def _tag(fact: Fact, running: Running) -> str:
    columns = fact.columns
    if _amends(fact, running):
        return "contractAmendment"
    if fact.table == "ledger_entries" and columns["measure"] not in AGREED:
        return "implementation"
    is_end = fact.table == "contract_status_changes" and columns["status"] in ENDED
    return "contractTermination" if is_end else "contractUpdate"


def _amends(fact: Fact, running: Running) -> bool:
    """Whether a fact changes what was agreed: a commitment or ceiling that was not awarded, or a novation."""
    if fact.table == "ledger_entries":
        return fact.columns["measure"] in AGREED and fact.columns["reason"] != "award"
    return fact.table == "contract_parties" and fact in running.leads[1:]


# parts of a release


def _programs(event: Event, running: Running) -> Json:
    rows = [each.columns["program"] for each in event.facts if each.table == "allocations"]
    if not rows:
        return {}
    by_code = {each.code: each for each in rows}
    found: Json = {extension.PROGRAMS: [mapping.program(each) for _, each in sorted(by_code.items())]}
    if (largest := running.program) is not None:
        found["planning"] = {"budget": {"project": largest.name, "projectID": largest.code}}
    return found


def _tender(contract: Contract) -> Json:
    """How the contract came about, as far as it is on record: only sales between governments tell OCDS's method."""
    method = contract.columns["method"]
    direct = {"procurementMethod": "direct"} if method == "foreign_military_sale" else {}
    return {"tender": {"id": contract.ocid} | direct | {"procurementMethodDetails": method}}


def _award(event: Event, running: Running, *, is_first: bool) -> Json:
    """The award, with everybody who is or was a supplier: OCDS has them there."""
    if not is_first and not any(each.table == "contract_parties" for each in event.facts):
        return {}
    columns = event.contract.columns
    found: Json = {"id": event.contract.id, "title": columns["title"], "status": "active"}
    found |= {"date": moment(columns["signed_on"])} if columns["signed_on"] else {}
    found |= {"suppliers": [reference(each) for each in running.suppliers]} if running.suppliers else {}
    return {"awards": [found]}


def _contract(event: Event, running: Running, *, is_first: bool) -> Json:
    contract = event.contract
    found = mapping.described(contract) | running.status() | running.value()
    sources = [contract.source, *(each for fact in event.facts for each in mapping.sources_in(fact))]
    found |= mapping.documents(sources) | {"standing": running.standing()}
    amending = [] if is_first else [fact for fact in event.facts if _amends(fact, running)]
    found |= {"amendments": [_amendment(event, fact) for fact in amending]} if amending else {}
    lists = _fact_lists(event, running)
    implementation = lists.pop("implementation")
    return found | lists | ({"implementation": implementation} if implementation else {})


def _amendment(event: Event, fact: Fact) -> Json:
    """A change of what was agreed, as OCDS tells it: in words, with the release that tells it."""
    columns = fact.columns
    if fact.table == "ledger_entries":
        said = f"{columns['reason']}: {columns['measure']} {in_full(columns['amount'], event.contract.currency)}"
    else:
        said = f"novation: the lead supplier is {columns['organization'].name}"
    found = {"id": f"{fact.table} {fact.id}", "date": moment(fact.day), "description": said, "releaseID": event.id}
    return found | ({"rationale": columns["note"]} if columns["note"] else {})


def _fact_lists(event: Event, running: Running) -> Json:
    """The facts in their lists, those of the implementation apart."""
    found: Json = {"implementation": {}}
    for fact in sorted(event.facts, key=_place):
        listed = mapping.list_of(fact)
        place = found["implementation"] if listed.in_implementation else found
        said = mapping.fact(fact, listed, event.contract.currency) | _also(fact, running)
        place.setdefault(listed.name, []).append(said)
    for each in _met(event, running):
        found["implementation"].setdefault("milestones", []).append(each)
    return found


def _place(fact: Fact) -> tuple[dt.date, int, str]:
    """Where a fact stands in its list: by its day, and of one day by its order where that counts."""
    return fact.day, fact.order if mapping.list_of(fact).ordered else 0, fact.id


def _also(fact: Fact, running: Running) -> Json:
    """What OCDS itself has for a fact."""
    if fact.table == "milestones":
        return _milestone(fact, running)
    return _transaction(fact, running) if _is_transaction(fact) else {}


def _milestone(fact: Fact, running: Running) -> Json:
    columns = fact.columns
    title = columns["description"] or f"{columns['kind']} due"
    found = {"title": title, "type": mapping.MILESTONES[columns["kind"]], "dueDate": moment(columns["due_on"])}
    return found | (_as_met(running.met.get(fact.id)) or {"status": "scheduled"})


def _as_met(entry: Fact | None) -> Json:
    return {"status": "met", "dateMet": moment(entry.day)} if entry else {}


def _met(event: Event, running: Running) -> list[Json]:
    """The milestones of other releases that entries of this one meet."""
    own = {each.id for each in event.facts if each.table == "milestones"}
    entries = [each for each in event.facts if each.table == "ledger_entries"]
    met = {each.columns["milestone"] for each in entries if each.columns["milestone"]} - own
    return [{"id": each} | _as_met(running.met[each]) for each in sorted(met)]


def _transaction(fact: Fact, running: Running) -> Json:
    parties = zip(("payer", "payee"), _ways(fact, running), strict=True)
    found: Json = {"date": moment(fact.day)} | {name: reference(each) for name, each in parties if each}
    if milestone := fact.columns["milestone"]:
        found["relatedImplementationMilestone"] = {"id": milestone}
    return found


def _ways(fact: Fact, running: Running) -> tuple[Party | None, Party | None]:
    """Payer and payee: a payment goes from the buyer to the lead supplier of that day, a refund the other way."""
    buyer, supplier = running.contract.buyer, running.lead_on(fact)
    return (buyer, supplier) if fact.columns["measure"] == "payment" else (supplier, buyer)


def _is_transaction(fact: Fact) -> bool:
    return mapping.list_of(fact) is extension.TRANSACTIONS


def _related(event: Event) -> Json:
    """The processes from which or to which money was moved."""
    others = {each.ocid for fact in event.facts for each in fact.columns.values() if isinstance(each, Contract)}
    found: list[Any] = [
        {"id": ocid, "relationship": ["transfer"], "scheme": "ocid", "identifier": ocid}
        for ocid in sorted(others - {event.contract.ocid})
    ]
    return {"relatedProcesses": found} if found else {}


def ordered(facts: Sequence[Fact]) -> list[Fact]:
    """Facts of one table and contract, in the order in which they count, with the places of those of the same days."""
    alike: dict[tuple[Any, ...], list[Fact]] = defaultdict(list)
    for each in facts:
        among = mapping.list_of(each).among
        alike[each.day, each.public_on, each.columns[among].code if among else ""].append(each)
    found = [
        replace(each, order=place) for same in alike.values() if len(same) > 1 for place, each in enumerate(same, 1)
    ]
    return found + [same[0] for same in alike.values() if len(same) == 1]
