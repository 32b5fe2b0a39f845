"""Reading processes: as many statements for a thousand contracts as for one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from procurement.common import ocds_extension as extension
from procurement.common.dates import Asked
from procurement.common.ocds_extension import FACT_LISTS, NOTE, OF_FACTS, Kind, Member
from procurement.contracts import models as contracts
from procurement.exposure.valuing import ages_of
from procurement.ocds.choosing import View, contracts_of
from procurement.ocds.process import Agreement, Contract, Fact, Party, Process, Program, Source, digest
from procurement.ocds.releases import ordered
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.naming import match_key
from procurement.programs import models as programs
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import PUBLISHED
from procurement.sources.models import Document

#: The kinds of columns that refer to other rows.
REFERENCES = frozenset({Kind.PARTY, Kind.PROGRAM, Kind.MILESTONE, Kind.CONTRACT})
#: Columns of a contract that OCDS has members for, or that its export needs.
OF_CONTRACTS = ("id", "ocid", "title", "description", "signed_on", "starts_on", "ends_on", "source_id", "created_at")
#: The members of a table's facts: of ledger entries there are two lists, with the same members.
MEMBERS: Mapping[str, tuple[Member, ...]] = {each.table: each.members for each in FACT_LISTS}

Row = Mapping[str, Any]


@dataclass
class Rows:
    """The rows that contracts and facts refer to, by their ids, as the export needs them."""

    sources: dict[int, Source] = field(default_factory=dict)
    parties: dict[int, Party] = field(default_factory=dict)
    programs: dict[int, Program] = field(default_factory=dict)
    contracts: dict[int, Contract] = field(default_factory=dict)
    milestones: dict[int, str] = field(default_factory=dict)

    def of(self, kind: Kind, pk: int | None) -> Any:
        """What a column refers to; None if nothing, or a milestone that is not in view."""
        by_kind: dict[Kind, Mapping[int, Any]] = {
            Kind.PARTY: self.parties,
            Kind.PROGRAM: self.programs,
            Kind.MILESTONE: self.milestones,
            Kind.CONTRACT: self.contracts,
        }
        return None if pk is None else by_kind[kind].get(pk)


def gather(view: View, ocids: list[str], *, with_ages: bool = False) -> list[Process]:
    """The processes with these ocids, in their order, with all facts in view about their contracts."""
    rows = list(contracts_of(view, ocids).order_by("pk").values(*_columns(OF_CONTRACTS, extension.OF_CONTRACTS)))
    ids = [row["id"] for row in rows]
    facts = {table: _facts(table, view.asked, ids) for table in MEMBERS}
    known = _known(view, rows, facts)
    ages = ages_of(view.asked, ids) if with_ages else {}
    told = _told(facts, known)
    found: dict[str, list[Agreement]] = defaultdict(list)
    for row in rows:
        contract, age = known.contracts[row["id"]], ages.get(row["id"], (None, False))
        found[contract.ocid].append(Agreement(contract, tuple(told[row["id"]]), *age))
    return [
        Process(ocid, tuple(sorted(found[ocid], key=lambda each: each.contract.id))) for ocid in ocids if found[ocid]
    ]


# facts


def _columns(own: Iterable[str], members: Iterable[Member]) -> list[str]:
    """The columns to read; of what refers to another row, its id."""
    return [*own, *(f"{each.column}_id" if each.kind in REFERENCES else each.column for each in members)]


def _facts(table: str, asked: Asked, contract_ids: Collection[int]) -> list[Row]:
    """The standing facts of a table about some contracts, in the order in which they count."""
    model = next(each.model for each in FACT_TABLES if each.name == table)
    columns = _columns(
        ("id", "contract_id", "source_id", "source_key", "recorded_at"), (*OF_FACTS, *MEMBERS[table], NOTE)
    )
    rows: Any = model._default_manager
    rows = rows.standing(asked).filter(contract__in=contract_ids).order_by("effective_on", PUBLISHED, "pk")
    return list(rows.values(*columns))


def _told(facts: Mapping[str, Sequence[Row]], known: Rows) -> dict[int, list[Fact]]:
    """The facts of each contract."""
    found: dict[int, list[Fact]] = defaultdict(list)
    for table, rows in facts.items():
        by_contract: dict[int, list[Fact]] = defaultdict(list)
        for row in rows:
            members = (*OF_FACTS, *MEMBERS[table], NOTE)
            fact = Fact(table, _id(row), _resolved(row, members, known), known.sources[row["source_id"]])
            by_contract[row["contract_id"]].append(fact)
        for contract, each in by_contract.items():
            found[contract] += ordered(each)
    return found


def _id(row: Row) -> str:
    """The id of a fact: its key, else its number here and when it was recorded, which no other service repeats."""
    return row["source_key"] or f"{row['id']}-{row['recorded_at']:%Y%m%dT%H%M%S%f}"


def _resolved(row: Row, members: Iterable[Member], known: Rows) -> dict[str, Any]:
    return {
        each.column: known.of(each.kind, row[f"{each.column}_id"]) if each.kind in REFERENCES else row[each.column]
        for each in members
    }


# what they refer to


def _known(view: View, rows: Sequence[Row], facts: Mapping[str, Sequence[Row]]) -> Rows:
    known = Rows(milestones={row["id"]: _id(row) for row in facts["milestones"]})
    others = _other_contracts(rows, facts["ledger_entries"])
    described = _described({row["program_id"] for row in facts["allocations"]})
    every = [*rows, *others, *described, *(row for each in facts.values() for row in each)]
    known.sources = _sources({row["source_id"] for row in every} - {None})
    known.parties = _parties(_named(rows, others, described, facts))
    for row in described:
        columns = _resolved(row, extension.OF_PROGRAMS, known)
        known.programs[row["id"]] = Program(row["code"], row["name"], columns, known.sources.get(row["source_id"]))
    known.contracts = dict(_contracts(view, [*rows, *others], known))
    return known


def _other_contracts(rows: Sequence[Row], entries: Sequence[Row]) -> list[Row]:
    """The contracts that money was moved to or from, beside those that are gathered."""
    ids = {row["counterpart_id"] for row in entries} - {None} - {row["id"] for row in rows}
    found = contracts.Contract.everything.filter(pk__in=ids).order_by("pk")
    return list(found.values(*_columns(OF_CONTRACTS, extension.OF_CONTRACTS)))


def _described(ids: Collection[int]) -> list[Row]:
    """The programs to which shares belong."""
    rows = programs.Program.everything.filter(pk__in=ids).order_by("code")
    return list(rows.values(*_columns(("id", "code", "source_id"), extension.OF_PROGRAMS)))


def _named(
    rows: Sequence[Row], others: Sequence[Row], described: Sequence[Row], facts: Mapping[str, Sequence[Row]]
) -> set[int]:
    """The organizations that anything names."""
    tables = [([*rows, *others], extension.OF_CONTRACTS), (described, extension.OF_PROGRAMS)]
    tables += [(each, MEMBERS[table]) for table, each in facts.items()]
    columns = [(each, f"{m.column}_id") for each, members in tables for m in members if m.kind is Kind.PARTY]
    return {row[column] for each, column in columns for row in each} - {None}


def _contracts(view: View, rows: Sequence[Row], known: Rows) -> Iterator[tuple[int, Contract]]:
    """Contracts with the ids that they have in their processes: their references, which are unique for each buyer."""
    own = (*extension.OF_CONTRACTS, *(Member(each, each) for each in OF_CONTRACTS[2:7]))
    columns = {row["id"]: _resolved(row, own, known) for row in rows}
    ocids = {row["id"]: view.ocids.of(row["ocid"], row["id"]) for row in rows}
    names: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows:
        names[ocids[row["id"]], row["reference"]].add(row["buyer_id"])
    for row in rows:
        ocid, recorded_on = ocids[row["id"]], timezone.localdate(row["created_at"])
        is_shared = len(names[ocid, row["reference"]]) > 1
        name = f"{row['reference']} {known.parties[row['buyer_id']].id}" if is_shared else row["reference"]
        yield row["id"], Contract(ocid, name, columns[row["id"]], known.sources[row["source_id"]], recorded_on)


def _sources(ids: Collection[int]) -> dict[int, Source]:
    rows = Document.everything.filter(pk__in=ids).order_by("pk")
    names = ("id", "url", "published_on", *(each.column for each in extension.OF_DOCUMENTS))
    found, same = {}, dict[str, Source]()
    for row in rows.values(*names):
        key = row["url"] or "\n".join([row["title"], row["publisher"], str(row["published_on"])])
        source = Source(digest(key), row["published_on"], row["url"], row)
        found[row["id"]] = same.setdefault(source.id, source)  # two of one name are one document
    return found


def _parties(ids: Collection[int]) -> dict[int, Party]:
    identifiers: dict[int, list[tuple[str, str]]] = defaultdict(list)
    pairs = OrganizationIdentifier.objects.filter(organization__in=ids).values_list("organization", "scheme", "value")
    for organization, scheme, value in pairs:
        identifiers[organization].append((scheme, value))
    rows = Organization.everything.filter(pk__in=ids).values("id", "name", "local_name", "kind", "country")
    return {row["id"]: _party(row, tuple(sorted(identifiers[row["id"]]))) for row in rows}


def _party(row: Row, identifiers: tuple[tuple[str, str], ...]) -> Party:
    """An organization, known by its first identifier or, without one, by its name and country."""
    name = f"{row['country'] or 'XX'}-{digest(match_key(row['name']))}"
    return Party("-".join(identifiers[0]) if identifiers else name, row["name"], row, identifiers)
