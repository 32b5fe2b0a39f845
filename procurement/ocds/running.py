"""What the releases of a process have told so far: sums, states, suppliers and roles, release by release. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from procurement.common.ocds_extension import Kind
from procurement.ocds.mapping import STATUSES, Json, party, value, written
from procurement.ocds.process import Contract, Fact, Party, Program

#: Roles whose organizations OCDS calls suppliers.
SUPPLIERS = frozenset({"lead_supplier", "supplier"})


@dataclass
class Roles:
    """Which organizations a process has named, and in which roles."""

    by_id: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, named: Iterable[tuple[Party, str]]) -> list[Json]:
        """Add those that a release names; returns them, each once, with all roles so far."""
        found: dict[str, Party] = {}
        for each, role in named:
            found.setdefault(each.id, each)
            self.by_id[each.id].add(role)
        return [party(each, self.by_id[key]) for key, each in sorted(found.items())]


@dataclass
class Running:
    """One contract, as far as its releases have told of it.

    Its entries, of which there may be thousands, are summed; of those that meet a milestone the last one is kept. Its
    other facts are kept by table, in the order in which they count.
    """

    contract: Contract
    has_begun: bool = False
    sums: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    met: dict[str, Fact] = field(default_factory=dict)
    told: dict[str, list[Fact]] = field(default_factory=lambda: defaultdict(list))

    def take(self, facts: Sequence[Fact]) -> None:
        """Add the facts of the next release."""
        self.has_begun = True
        for fact in facts:
            if fact.table == "ledger_entries":
                self._take_entry(fact)
            else:
                self.told[fact.table].append(fact)
        for table in {fact.table for fact in facts} & self.told.keys():
            self.told[table].sort(key=lambda each: each.rank)

    def _take_entry(self, fact: Fact) -> None:
        self.sums[fact.columns["measure"]] += fact.columns["amount"]
        if milestone := fact.columns["milestone"]:
            self.met[milestone] = max(fact, self.met.get(milestone, fact), key=lambda each: each.day)

    # what is told

    @property
    def state(self) -> Fact | None:
        """The latest change of state."""
        changes = reversed(self.told["contract_status_changes"])
        return next((each for each in changes if each.columns["act"] == "state"), None)

    @property
    def leads(self) -> list[Fact]:
        """The lead suppliers, one after the other."""
        return [each for each in self.told["contract_parties"] if each.columns["role"] == "lead_supplier"]

    @property
    def suppliers(self) -> list[Party]:
        """Everybody who is or was a supplier, those that led first."""
        others = [each for each in self.told["contract_parties"] if each.columns["role"] == "supplier"]
        return list({p.id: p for p in (each.columns["organization"] for each in (*self.leads, *others))}.values())

    def lead_on(self, fact: Fact) -> Party | None:
        """The lead supplier on the day of a fact."""
        found: Party | None = next(
            (each.columns["organization"] for each in reversed(self.leads) if each.day <= fact.day), None
        )
        return found

    @property
    def program(self) -> Program | None:
        """The program that has the largest share; of several the first by code."""
        shares = {each.columns["program"].code: each.columns for each in self.told["allocations"]}
        held = [each for _, each in sorted(shares.items()) if each["share"]]
        return max(held, key=lambda each: each["share"])["program"] if held else None

    # as OCDS and the extension say it

    def status(self) -> Json:
        """Its status in the closed list of OCDS; nothing where no state is on record."""
        return {"status": STATUSES[self.state.columns["status"]]} if self.state else {}

    def value(self) -> Json:
        """What is committed so far; nothing where no commitment is on record."""
        if "commitment" not in self.sums:
            return {}
        return {"value": value(self.sums["commitment"], self.contract.currency)}

    def standing(self) -> Json:
        """The exact state and the sums of the ledger: derived, for those who do not read the histories.

        What the state does not have is null, so that it takes back what an earlier release told.
        """
        columns = self.state.columns if self.state else {}
        found: Json = {
            name: written(kind, columns.get(column))
            for name, column, kind in (
                ("status", "status", Kind.TEXT),
                ("since", "effective_on", Kind.DAY),
                ("suspends", "suspends", Kind.TEXT),
                ("until", "until", Kind.DAY),
                ("terminationGround", "termination_ground", Kind.TEXT),
            )
        }
        sums = {measure: value(amount, self.contract.currency) for measure, amount in sorted(self.sums.items())}
        return found | ({"sums": sums} if sums else {})
