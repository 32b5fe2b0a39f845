"""The account of a load: the outcome of each row that was read. Pure."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

from procurement.imports.rows import Issue, Row

#: The outcomes of a row. A record that became several rows has the last of these outcomes that one of them has.
UNCHANGED, TAKEN, REFUSED = OUTCOMES = ("unchanged", "taken", "refused")


@dataclass
class Account:
    """The numbers of rows (by table) and records (of the files) by outcome; refusals with their reasons; remarks."""

    read: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    issues: list[Issue] = field(default_factory=list)
    remarks: list[Issue] = field(default_factory=list)
    _met: dict[Hashable, int] = field(default_factory=dict)

    @property
    def adds_up(self) -> bool:
        """Whether each row that was read was taken, unchanged or refused."""
        return self.read == self.taken + self.unchanged + self.refused

    def note(self, row: Row, outcome: str) -> None:
        """Count the outcome of a row."""
        getattr(self, outcome)[row.ref.table] += 1
        record = (row.file, row.record) if row.record else id(row)
        self._met[record] = max(self._met.get(record, 0), OUTCOMES.index(outcome))

    def close_portion(self) -> None:
        """Count the records of the rows so far. The next portion begins with a new record."""
        self.records.update(OUTCOMES[met] for met in self._met.values())
        self._met.clear()
