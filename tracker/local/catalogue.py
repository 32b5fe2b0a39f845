"""The catalogue of Japanese words: gathered from code and templates, kept in locale/, compiled beside it (make words).

Without gettext's programs, which a bare machine lacks: Babel reads Python, and Django turns a template into what reads
as Python. Needs the development lock.
"""

import datetime as dt
import re
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import template

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGE = "ja"
SOURCES = ("procurement", "tracker")
PO = ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
#: Beside gettext's own names, those under which code imports them lazily.
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "gettext_noop": None,
}
HEAD = "# Japanese, in the words of officials and auditors (docs/pages.md). `make words` gathers the texts."
#: When it was made would be in what is compiled, and the same texts would be another file each time.
UNCHANGING = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
#: A call of gettext in what Django makes of a template, whose other parts are no Python.
CALL = re.compile(r"""\b(?:_|n?p?gettext)\((?:[^()'"]|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")*\)""")


def empty() -> Catalog:
    """A catalogue without texts."""
    return Catalog(locale=LANGUAGE, fuzzy=False, header_comment=HEAD, project="tracker", version="1")


def gathered() -> Catalog:
    """Every text that is translated, in the order of the files; none has a translation yet."""
    found = empty()
    for name, (message, context) in _messages():
        found.add(message, context=context, locations=[(name, 0)])
    return found


def _messages() -> Iterator[tuple[str, tuple[str | tuple[str, ...], str | None]]]:
    for path in sorted(each for source in SOURCES for each in (ROOT / source).rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts:
            continue
        text = path.read_text()
        if path.suffix != ".py":
            text = "\n".join(CALL.findall(template.templatize(text)))
        for _, message, _, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
            if message:
                yield str(path.relative_to(ROOT)), (message, context)


def kept() -> Catalog:
    """The catalogue as it is kept; an empty one where there is none."""
    if not PO.exists():
        return empty()
    with PO.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def compiled(catalogue: Catalog) -> bytes:
    """What Django reads of it."""
    catalogue.creation_date = catalogue.revision_date = UNCHANGING
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def text_of(catalogue: Catalog) -> bytes:
    """The catalogue as a file that people edit: files are named, lines are not, as they move with every change."""
    written = BytesIO()
    write_po(written, catalogue, width=120, include_lineno=False, omit_header=False, ignore_obsolete=True)
    lines = written.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(DATED)).encode()


#: Lines of the head that change with each writing.
DATED = (
    '"POT-Creation-Date:', '"PO-Revision-Date:', '"Generated-By:', '"Report-Msgid-Bugs-To:', '"Last-Translator:',
    '"Language-Team:',
)  # fmt: skip


def untranslated(catalogue: Catalog) -> list[str]:
    """Texts without a translation, and those of which it is a guess."""
    return [str(each.id) for each in catalogue if each.id and (each.fuzzy or not _is_translated(each.string))]


def _is_translated(string: str | Sequence[str] | None) -> bool:
    return bool(string) if isinstance(string, str) or string is None else all(string)


def update() -> int:
    """Add what is new, drop what is gone, keep the translations; gives how many texts have none."""
    catalogue = kept()
    catalogue.update(gathered(), no_fuzzy_matching=True)
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(text_of(catalogue))
    MO.write_bytes(compiled(kept()))
    return len(untranslated(kept()))


if __name__ == "__main__":
    settings.configure(USE_I18N=True)
    missing = update()
    sys.stdout.write(f"{PO.relative_to(ROOT)} is up to date; texts without a translation: {missing}\n")
