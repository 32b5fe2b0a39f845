"""The account of a load: the outcome of each row that was read. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace

from procurement.imports.rows import Issue, Row

#: The outcomes of a row. A record that became several rows has the last of these outcomes that one of them has.
#: Those that wait are status changes that a second person must approve: no facts yet.
UNCHANGED, TAKEN, WAITING, REFUSED = OUTCOMES = ("unchanged", "taken", "waiting", "refused")
#: The kinds of remarks that do not come from a format: what the stored rows, or other rows of the file, made of a row.
DIFFERS, ODD, SAME, CORRECTED, KEPT_BACK, UPDATED, DOUBTFUL, HELD_BACK = (
    "differs from the stored row", "looks odd", "is one row with another", "corrected", "was taken back before",
    "updated", "doubtful match", "waits for approval",
)  # fmt: skip
#: The kind of those that a format gives without naming one.
LEFT_OUT = "said by the format"


@dataclass
class Account:
    """The numbers of rows (by table) and records (of the files) by outcome; refusals with their reasons; remarks.

    This one keeps all issues and remarks in memory. One for large files hands them on: see `complain` and `remark`.
    """

    read: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    issues: list[Issue] = field(default_factory=list)
    remarks: list[Issue] = field(default_factory=list)
    _met: dict[Hashable, int] = field(default_factory=dict)

    @property
    def adds_up(self) -> bool:
        """Whether each row that was read was taken, was unchanged, waits for approval or was refused."""
        return self.read == self.taken + self.unchanged + self.waiting + self.refused

    def complain(self, issues: Iterable[Issue]) -> None:
        """Add refusals."""
        self.issues += issues

    def queue(self, issues: Iterable[Issue]) -> None:
        """Add rows that are refused until a person decides."""
        self.issues += issues

    def remark(self, remarks: Iterable[Issue], kind: str = "") -> None:
        """Add remarks, counted by their kind; `kind` is that of those that have none."""
        for each in remarks:
            said = each if each.kind else replace(each, kind=kind or ODD)
            self.warnings[said.kind] += 1
            self.keep_remark(said)

    def keep_remark(self, remark: Issue) -> None:
        """Keep a remark that was counted."""
        self.remarks.append(remark)

    def note(self, row: Row, outcome: str) -> None:
        """Count the outcome of a row."""
        getattr(self, outcome)[row.ref.table] += 1
        record = (row.file, row.record) if row.record else id(row)
        self._met[record] = max(self._met.get(record, 0), OUTCOMES.index(outcome))

    def close_portion(self) -> None:
        """Count the records of the rows so far. The next portion begins with a new record."""
        self.records.update(OUTCOMES[met] for met in self._met.values())
        self._met.clear()
