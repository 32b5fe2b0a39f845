"""The account of a batch: its counts, and what it says of rows, are stored as they come and not kept in memory."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from procurement.imports.account import OUTCOMES, WAITING, Account
from procurement.imports.batches.kept_files import Progress
from procurement.imports.models import ImportBatch, ImportIssue
from procurement.imports.rows import Issue

#: Of each kind of warning so many examples are stored; all are counted.
EXAMPLES = 100
#: How many issues are written at once.
AT_ONCE = 1000
#: The longest value that an issue shows, and the longest other text.
LONGEST_VALUE, LONGEST_TEXT = 500, 2000


@dataclass
class StoredAccount(Account):
    """Writes issues portion by portion. It must be closed at the end."""

    batch: ImportBatch = field(default_factory=ImportBatch)
    progress: Progress = field(default_factory=Progress)
    refusals: int = 0
    queued: int = 0
    _waiting: list[ImportIssue] = field(default_factory=list)

    def complain(self, issues: Iterable[Issue]) -> None:
        """Store refusals."""
        for each in issues:
            self.refusals += 1
            self._put(ImportIssue.Kind.REFUSAL, each)

    def queue(self, issues: Iterable[Issue]) -> None:
        """Store what waits for a person."""
        for each in issues:
            self.queued += 1
            self._put(ImportIssue.Kind.QUEUED, each)

    def keep_remark(self, remark: Issue) -> None:
        """Store the first of each kind."""
        if self.warnings[remark.kind] <= EXAMPLES:
            self._put(ImportIssue.Kind.WARNING, remark)

    def close_portion(self) -> None:
        """Store what is known so far."""
        super().close_portion()
        self.store()

    def store(self) -> None:
        """Write the counts and the waiting issues. Whoever reads the batch meanwhile sees how far it is."""
        ImportIssue.objects.bulk_create(self._waiting, batch_size=AT_ONCE)
        self._waiting.clear()
        columns = {
            "bytes_read": self.progress.reached,
            "tables": self.by_table(),
            "records": dict(self.records),
            "warnings": dict(self.warnings),
            "refusals": self.refusals,
            "queued": self.queued,
        }
        for name, value in columns.items():
            setattr(self.batch, name, value)
        ImportBatch.objects.filter(pk=self.batch.pk).update(**columns)

    def by_table(self) -> Mapping[str, Mapping[str, int]]:
        """The rows of each table by outcome; `read` is their sum. `waiting` is named only where any wait."""
        counted: dict[str, Counter[str]] = {"read": self.read, **{name: getattr(self, name) for name in OUTCOMES}}
        return {
            table: {name: found[table] for name, found in counted.items() if name != WAITING or found[table]}
            for table in self.read
        }

    def _put(self, kind: ImportIssue.Kind, issue: Issue) -> None:
        self._waiting.append(stored_issue(self.batch, kind, issue))
        if len(self._waiting) >= AT_ONCE and not self.batch.dry_run:
            ImportIssue.objects.bulk_create(self._waiting)
            self._waiting.clear()


def stored_issue(batch: ImportBatch, kind: ImportIssue.Kind, issue: Issue) -> ImportIssue:
    """An issue of a file as a row; texts that no column can hold are written out."""
    return ImportIssue(
        batch=batch,
        kind=kind,
        line=issue.line,
        # a file within the file, of a compressed one
        label=shown(issue.label if issue.file in {"", batch.file_name} else f"{issue.file}: {issue.label}"),
        column=shown(issue.field),
        value=shown(issue.value, LONGEST_VALUE),
        reason=shown(issue.reason),
        warning=shown(issue.kind, 80),
    )


def shown(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text that can be stored: with signs in place of what cannot, and cut."""
    sound = text.replace("\x00", "␀").encode("utf-8", "replace").decode("utf-8")
    return sound if len(sound) <= longest else sound[: longest - 1] + "…"
