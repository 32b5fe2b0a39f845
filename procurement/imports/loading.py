"""Loading a folder of files: read, staged, posted."""

from pathlib import Path

from django.db import transaction

from procurement.common.errors import BadSource
from procurement.imports.formats import portfolio
from procurement.imports.posting import Summary, post
from procurement.imports.rows import Issue, Parsed
from procurement.imports.staging import stage
from procurement.recorders import POSTING_ORDER


def load_folder(folder: Path, *, check: bool = False) -> Summary:
    """Load every portfolio file of a folder, whose names may point to one another.

    With `check`, everything is posted and rolled back, so that refusals are known and nothing has changed. Raises
    BadSource when there is no such folder or no file in it. Safe to repeat: see posting.post.
    """
    files = portfolio_files(folder)
    parsed = [read_file(path) for path in files]
    return load(parsed, check=check)


def load(parsed: list[Parsed], *, check: bool = False) -> Summary:
    """Stage and post what was read; see load_folder."""
    staged = stage(parsed, POSTING_ORDER)
    summary = Summary(issues=[issue for each in parsed for issue in each.issues])
    if not check:
        post(staged, summary)
        return summary
    with transaction.atomic():
        post(staged, summary)
        transaction.set_rollback(True)
    return summary


def portfolio_files(folder: Path) -> list[Path]:
    """The portfolio files of a folder, by name."""
    if not folder.is_dir():
        raise BadSource(f"there is no folder {folder}")
    found = sorted(path for path in folder.iterdir() if path.suffix in portfolio.SUFFIXES)
    if not found:
        raise BadSource(f"there is no file {' or '.join('*' + s for s in portfolio.SUFFIXES)} in {folder}")
    return found


def read_file(path: Path) -> Parsed:
    """Read one file; one that is not UTF-8 text is refused as a whole."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8 text: byte {error.start} cannot be read; save the file as UTF-8"
        return Parsed(issues=(Issue(path.name, 1, "file", "", "", reason),))
    return portfolio.parse(path.name, text)
