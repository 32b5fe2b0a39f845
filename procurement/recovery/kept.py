"""The kept files that rows of the database name: archived copies of documents, and imported files."""

from collections.abc import Callable
from dataclasses import dataclass

from procurement.common.kept_files import Shelf
from procurement.imports.assignment.rules import FORMAT as ASSIGNING
from procurement.imports.batches.kept_files import shelf as imports
from procurement.sources.archiving import shelf as copies


@dataclass(frozen=True)
class KeptKind:
    """One folder of kept files: its name in a backup, and the hashes of all that rows name."""

    name: str
    shelf: Callable[[], Shelf]
    named: str
    values: tuple[str, ...] = ()


KINDS = (
    KeptKind("documents", copies, "SELECT DISTINCT sha256 FROM procurement_documentcopy ORDER BY 1"),
    # a rule of assignment is a batch without a file
    KeptKind(
        "imports",
        imports,
        "SELECT DISTINCT sha256 FROM procurement_importbatch WHERE file_deleted_at IS NULL AND format <> %s ORDER BY 1",
        (ASSIGNING,),
    ),
)
