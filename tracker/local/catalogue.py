"""The catalogue of Japanese words: gathered from code and templates, kept in locale/, compiled beside it (make words).

Without gettext's programs, which a bare machine lacks: Babel reads Python, and Django turns a template into what reads
as Python. What tables and columns are called is asked of the models; of the admin's theme, which knows no Japanese, it
has what Django does not say too. Needs the development lock.
"""

import datetime as dt
import gettext
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import template

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGE = "ja"
SOURCES = ("procurement", "tracker")
PO = ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
#: What of the theme this service shows.
THEME = ("admin.py", "forms.py", "widgets.py", "mixins", "templates", "contrib/filters")
#: Where a text stands; the text, or its singular and plural; and its context.
Found = tuple[str, tuple[str | tuple[str, ...], str | None]]
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


def _messages() -> Iterator[Found]:
    yield from _written_in(ROOT, SOURCES)
    yield from ((f"procurement/models.py ({table})", (text, None)) for table, text in _of_tables())
    yield from ((f"procurement/flags ({code})", (text, None)) for code, text in _of_rules())
    yield from ((f"procurement/imports/formats ({name})", (text, None)) for name, text in _of_imports())
    yield from ((f"procurement/alerts/events.py ({event})", (text, None)) for event, text in _of_events())
    theme, known = _folder_of("unfold"), _said_by_django()
    for name, (message, context) in _written_in(theme, THEME):
        if (message if isinstance(message, str) else message[0]) not in known:
            yield f"unfold/{name}", (message, context)


def _written_in(root: Path, parts: Sequence[str]) -> Iterator[Found]:
    """The texts that code and templates mark, in the order of the files."""
    paths = [each for part in parts for each in ((root / part).rglob("*") if (root / part).is_dir() else [root / part])]
    for path in sorted(paths):
        if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts:
            continue
        text = path.read_text()
        if path.suffix != ".py":
            text = "\n".join(CALL.findall(template.templatize(text)))
        for _, message, _, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
            if message:
                yield str(path.relative_to(root)), (message, context)


def _of_tables() -> Iterator[tuple[str, str]]:
    """What the tables of the admin, their columns and choices are called. Needs Django to be set up."""
    from django.contrib import admin

    from procurement.model_words import texts_of

    ours = [model for model in admin.site._registry if model._meta.app_label == "procurement"]
    return texts_of(sorted(ours, key=lambda model: model.__name__))


def _of_rules() -> Iterator[tuple[str, str]]:
    """What rules are called, and why their thresholds are what they are."""
    from procurement.flags.rule import Group, Rule
    from procurement.flags.rules import all_rules
    from procurement.flags.selects.presumption import PRESUMPTION

    rules: list[Rule | Group] = [*all_rules(), PRESUMPTION]
    for rule in rules:
        yield rule.code, rule.title
        yield from ((rule.code, threshold.reason) for threshold in rule.thresholds)


def _of_imports() -> Iterator[tuple[str, str]]:
    """What formats, channels and their options say of themselves, and what the columns of a list can be."""
    from procurement.delivery.channels import carriers
    from procurement.imports.formats import all_formats
    from procurement.imports.mapped.targets import PARTS, TARGETS

    for found in all_formats():
        yield found.name, found.title
        for option in found.options:
            yield found.name, option.name.replace("_", " ")
            yield found.name, option.says
    yield from ((kind, option.says) for kind, carrier in carriers().items() for option in carrier.options)
    yield from (("mapped", part.title) for part in PARTS.values())
    yield from (("mapped", target.partition(".")[2].replace("_", " ")) for target in TARGETS)


def _of_events() -> Iterator[tuple[str, str]]:
    from procurement.alerts.events import NAMES

    yield from NAMES.items()


def _said_by_django() -> set[str]:
    """The texts that Django itself has in this language."""
    django = _folder_of("django")
    found: set[str] = set()
    for part in ("conf", "contrib/admin", "contrib/auth"):
        with (django / part / "locale" / LANGUAGE / "LC_MESSAGES" / "django.mo").open("rb") as file:
            ids = vars(gettext.GNUTranslations(file))["_catalog"]
        found |= {each if isinstance(each, str) else each[0] for each in ids}
    return found


def _folder_of(package: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(package)
    return Path(found.origin).parent


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


def set_up(home: str) -> None:
    """Let Django read the models, with settings that keep nothing and need no database."""
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tracker.settings", "TRACKER_HOME": home}
    django.setup()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        missing = update()
    sys.stdout.write(f"{PO.relative_to(ROOT)} is up to date; texts without a translation: {missing}\n")
