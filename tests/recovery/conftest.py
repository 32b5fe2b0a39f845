"""A database with facts, an archived copy and an imported file, and an empty one to restore into."""

import pytest

from procurement.imports.batches.kept_files import keep
from procurement.imports.models import ImportBatch
from procurement.sources.archiving import archive_copy
from tests.makers import make_contract, make_program, make_source

PDF = b"%PDF-1.7\nthe text of a document"
LIST = b"reference,title\n1,Radar\n"


@pytest.fixture
def folders(settings, tmp_path):
    """Where kept files are, of this test alone."""
    settings.DOCUMENT_FOLDER, settings.IMPORT_FOLDER = tmp_path / "documents", tmp_path / "imports"
    settings.MIRROR_FOLDER = tmp_path / "mirror"


@pytest.fixture
def filled(transactional_db, folders):
    """What is backed up."""
    make_contract(make_program("radar"), committed="100")
    archive_copy(make_source().pk, [PDF], file_name="contract.pdf", by=None)
    kept = keep([LIST])
    ImportBatch.objects.create(file_name="list.csv", sha256=kept.sha256, size=kept.size, format="csv")
