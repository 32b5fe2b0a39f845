"""Loading files: reading each in its format, staging and posting."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from procurement.common.errors import BadSource
from procurement.common.options import chosen
from procurement.imports.account import LEFT_OUT, Account
from procurement.imports.format import File, Format
from procurement.imports.formats import format_named, format_of, suffixes
from procurement.imports.mappings import with_whole_mapping
from procurement.imports.offers import Offering, Portion
from procurement.imports.posting.attribution import Attribution
from procurement.imports.posting.lines import Lines, Remembering
from procurement.imports.posting.post import post
from procurement.imports.rows import BadFile, Issue, Parsed
from procurement.imports.staging import stage
from procurement.recorders import POSTING_ORDER
from procurement.sources.long_lists import not_collecting


@dataclass(frozen=True)
class Choice:
    """How to read files: the format (empty: the one that recognises the file) and its options."""

    format: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


def load_folder(folder: Path, *, check: bool = False, choice: Choice = Choice()) -> Account:
    """Load the files of a folder that have a suffix of a known format, sorted by name; see load_files.

    Raises BadSource when there is no such folder or no such file in it.
    """
    return load_files([File.at(path) for path in files_in(folder, choice)], check=check, choice=choice)


def files_in(folder: Path, choice: Choice = Choice()) -> list[Path]:
    """The files of a folder that have a suffix of a known format, or of the chosen one."""
    if not folder.is_dir():
        raise BadSource(f"there is no folder {folder}")
    ends = format_named(choice.format).suffixes if choice.format else suffixes()
    found = sorted(path for path in folder.iterdir() if path.name.lower().endswith(ends) and path.is_file())
    if not found:
        raise BadSource(f"there is no file {' or '.join('*' + end for end in ends)} in {folder}")
    return found


def load_files(files: Sequence[File], *, check: bool = False, choice: Choice = Choice()) -> Account:
    """Read, stage and post files, whose rows may refer to each other; returns their account, in memory.

    With `check`, everything is posted and rolled back, so that refusals are known and nothing has changed.
    Raises BadSource for an unknown format, Refused for an unknown option. Safe to repeat: see posting.post.
    """
    account = Account()
    portions = [each for file in files for each in _opened(file, choice, account)]
    with _taken_back(check):
        post_portions(portions, account, Attribution(is_preview=check))
    account.issues.sort(key=lambda issue: (issue.file, issue.line))
    return account


def post_offered(portions: Iterable[Portion], account: Account, lines: Lines) -> None:
    """Post the portions of a file as they are read, but for the records that stand as they were taken before."""
    for portion in portions:
        digests = [lines.digest(each.content) for each in portion.offers]
        standing = lines.standing(portion, digests)
        others = [place for place in range(len(digests)) if place not in standing.places]
        made = portion.made_whole() if len(others) == len(digests) else portion.made(others)
        standing.count(account, made.parsed.rows)
        apart = portion.told_apart()
        named = {portion.offers[place].record: digests[place] for place in others if apart[place]}
        remembering = Remembering(lines, made, named)
        remembering.begin()
        try:
            _post([made.parsed], account, lines.attribution, remembering)
        finally:
            remembering.close()


def post_portions(files: Iterable[tuple[Format, Iterator[Parsed]]], account: Account, attribution: Attribution) -> None:
    """Post the portions of files as they are read; those of formats that are not self-contained, all at the end."""
    together: list[Parsed] = []
    for found, read in files:
        for portion in read:
            if found.self_contained:
                _post([portion], account, attribution)
            else:
                together.append(portion)
    _post(together, account, attribution)


def load(parsed: Sequence[Parsed], *, check: bool = False) -> Account:
    """Stage and post parsed files; see load_files."""
    account = Account()
    with _taken_back(check):
        _post(parsed, account, Attribution(is_preview=check))
    account.issues.sort(key=lambda issue: (issue.file, issue.line))
    return account


@contextmanager
def _taken_back(check: bool) -> Iterator[None]:  # noqa: FBT001
    """For a check, one transaction that is rolled back; otherwise none, because posting uses short ones."""
    if not check:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _opened(file: File, choice: Choice, account: Account) -> list[tuple[Format, Iterator[Parsed]]]:
    """A file's format and its portions, which are not read yet. If no format recognises it, an issue instead."""
    try:
        found = format_named(choice.format) if choice.format else format_of(file)
    except BadFile as error:
        account.complain([_issue(file, error)])
        return []
    return [(found, portions(file, found, chosen(found.options, with_whole_mapping(choice.options))))]


def portions(file: File, found: Format, options: Mapping[str, Any]) -> Iterator[Parsed]:
    """The portions of a file; if it cannot be read to its end, the last one is an issue."""
    try:
        yield from found.read(file, options)
    except BadFile as error:
        yield Parsed(issues=(_issue(file, error),))


def offered(file: File, offering: Offering, lines: Lines) -> Iterator[Portion]:
    """The portions of a file; where most of the last one was new, made into rows here, beside the posting."""
    try:
        for portion in offering:
            if not lines.is_mostly_known:
                portion.made_whole()
            yield portion
    except BadFile as error:
        yield Portion(file.name, found=Parsed(issues=(_issue(file, error),)))


def _issue(file: File, error: BadFile) -> Issue:
    return Issue(file.name, error.line, "file", "", "", str(error))


def _post(
    portions: Sequence[Parsed], account: Account, attribution: Attribution, remembering: Remembering | None = None
) -> None:
    account.complain(issue for portion in portions for issue in portion.issues)
    account.remark((remark for portion in portions for remark in portion.remarks), LEFT_OUT)
    with not_collecting():
        post(stage(portions, POSTING_ORDER), account, attribution, remembering)
