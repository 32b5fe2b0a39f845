"""A flag's evidence as readable tables: figures, the rows behind them, documents, clauses, history."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from procurement.admin.listing import link_to, linked, unbroken
from procurement.common.localized import in_full_and_short
from procurement.common.words import CONTRACT_STATUS, FIGURE, MEASURE, METHOD, PROGRAM_STATUS, SIDE, Label
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.rule import Rule
from procurement.flags.rules import all_rules
from procurement.pages.evidence_words import LABELS, NULLS
from procurement.sources.models import Document

Table = Mapping[str, Sequence[Any]]
Titled = tuple[str, Table]

#: How many documents and rows of evidence a page shows.
SHOWN = 100
#: The names that people look for first, in this order; the others follow alphabetically, sources last. (The database
#: does not keep the order of names.)
FIRST = (
    "id", "as_of", "program", "reference", "title", "status", "status_since", "stopped_on", "days_stopped",
    "contract_status", "share", "committed", "paid", "outstanding", "unaccounted", "at_stake", "total", "amount",
    "effective_on", "due_on", "speaker", "role", "organization", "side", "term", "quotation",
)  # fmt: skip
PLACES = {name: place for place, name in enumerate(FIRST)}
#: Decimals in evidence are amounts, except those with these endings.
NO_AMOUNTS = ("share", "percent")
AMOUNT = re.compile(r"-?\d+\.\d{2,4}", re.ASCII)
WORD = re.compile(r"[a-z]+(_[a-z]+)+", re.ASCII)
#: Codes in evidence -> their words.
WORDS: Mapping[str, Mapping[str, Label]] = {
    "status": PROGRAM_STATUS,
    "contract_status": CONTRACT_STATUS,
    "side": SIDE,
    "measure": MEASURE,
    "method": METHOD,
}
#: Names of lists of documents have this ending.
SOURCES = ("source", "sources")
#: Lists of evidence whose rows are rows of a table, each by its id.
TABLES = {
    "entries": "ledgerentry",
    "decision": "statuschange",
    "positions": "statuschange",
    "milestones": "milestone",
    "figures": "reportedfigure",
}


def rule_of(flag: Flag) -> Rule | None:
    """The rule that found a flag; None if it no longer exists."""
    return next((rule for rule in all_rules() if rule.code == flag.rule), None)


def title_of(flag: Flag) -> str:
    """The title of a flag's rule."""
    rule = rule_of(flag)
    return _(rule.title) if rule else flag.rule


def tables_of(flag: Flag) -> list[Titled]:
    """All of a flag's evidence: figures, lists, clauses of law or contract, and documents."""
    documents = documents_of(flag.evidence)
    tables = [*evidence_tables(flag.evidence, flag.currency, documents), clauses(rule_of(flag)), sources(documents)]
    return [(title, table) for title, table in tables if table["rows"]]


# figures


def evidence_tables(
    evidence: Mapping[str, Any], currency: str = "", documents: Mapping[int, Document] | None = None
) -> list[Titled]:
    """The single figures of some evidence as one table, and each list of things in it as another."""
    currency = str(evidence.get("currency") or currency)
    known = documents or {}
    lists = [name for name in in_order(evidence) if _is_nested(evidence[name])]
    # the currency is shown with each amount
    left_out = {*lists, "currency"} | {name for name in evidence if name.endswith(SOURCES)}
    single = [name for name in in_order(evidence) if name not in left_out]
    rows = [[label(name), shown(name, evidence[name], currency, known)] for name in single]
    nested = [(label(name), _listed(name, evidence[name], currency, known)) for name in lists]
    return [(_("Figures"), {"headers": [_("Figure"), _("Value")], "rows": rows}), *nested]


def in_order(names: Iterable[str]) -> list[str]:
    """Names in evidence in reading order."""
    return sorted(set(names), key=lambda name: (name.endswith(SOURCES), PLACES.get(name, len(FIRST)), name))


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(each, Mapping) for each in value))


def _listed(kind: str, value: Any, currency: str, documents: Mapping[int, Document]) -> Table:
    """A list as a table: one row per item, with every column that any item has."""
    things = [each for each in ([value] if isinstance(value, Mapping) else value) if isinstance(each, Mapping)][:SHOWN]
    names = in_order(name for each in things for name in each)
    rows = [[_cell(kind, name, each, currency, documents) for name in names] for each in things]
    return {"headers": [label(name) for name in names], "rows": rows}


def _cell(
    kind: str, name: str, thing: Mapping[str, Any], currency: str, documents: Mapping[int, Document]
) -> SafeString | str:
    value = thing.get(name)
    if name == "id" and kind in TABLES and isinstance(value, int):
        return linked(reverse(f"admin:procurement_{TABLES[kind]}_change", args=[value]), value)
    return shown(name, value, str(thing.get("currency") or currency), documents, unknown="-")


def shown(
    name: str, value: Any, currency: str, documents: Mapping[int, Document], *, unknown: str = ""
) -> SafeString | str:
    """One value of evidence, for reading."""
    if value is None:
        return unknown or str(NULLS.get(name, _("unknown")))
    if name.endswith(SOURCES):
        return _cited(value, documents)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return _text(name, value, currency)
    if isinstance(value, list | Mapping):
        return format_html_join(", ", "{}", ((part,) for part in _parts(value, currency, documents)))
    return str(value)


def _text(name: str, text: str, currency: str) -> SafeString | str:
    if AMOUNT.fullmatch(text) and not name.endswith(NO_AMOUNTS):
        return unbroken(in_full_and_short(Decimal(text), currency))
    if name in WORDS and text in WORDS[name]:
        return str(WORDS[name][text])
    return text.replace("_", " ") if WORD.fullmatch(text) else text or "-"


def _parts(value: Any, currency: str, documents: Mapping[int, Document]) -> Iterator[SafeString | str]:
    if isinstance(value, Mapping):
        for name in in_order(value):
            yield format_html("{}: {}", label(name), shown(name, value[name], currency, documents))
    else:
        for each in value:
            yield shown("", each, currency, documents)


def label(name: str) -> str:
    """A name of the evidence in words."""
    return capfirst(str(LABELS.get(name) or FIGURE.get(name) or name.replace("_", " ")))


# documents


def documents_of(evidence: Mapping[str, Any]) -> dict[int, Document]:
    """The documents that some evidence names, in its order; one query."""
    ids = list(dict.fromkeys(_named(evidence)))[:SHOWN]
    found = Document.everything.in_bulk(ids)
    return {pk: found[pk] for pk in ids if pk in found}


def _named(value: Any) -> Iterator[int]:
    """The ids of documents anywhere in some evidence."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _ids(each) if name.endswith(SOURCES) else _named(each)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each)


def _ids(value: Any) -> list[int]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, int)]


def _cited(value: Any, documents: Mapping[int, Document]) -> SafeString:
    unread = _("document %(id)s")
    links = ((link_to(documents[pk]) if pk in documents else unread % {"id": pk},) for pk in _ids(value))
    return format_html_join(", ", "{}", links)


def sources(documents: Mapping[int, Document]) -> Titled:
    """The documents, each leading to its page here and to where it was published."""
    rows = [
        [link_to(each), each.publisher or "-", each.published_on or "-", each.get_grade_display(), elsewhere(each.url)]
        for each in documents.values()
    ]
    headers = [_("Document"), _("Publisher"), _("Published on"), _("Grade"), _("Address")]
    return _("Sources"), {"headers": headers, "rows": rows}


def elsewhere(url: str) -> SafeString | str:
    """A link to an external site; an address that a browser would run (such as javascript:) is only shown."""
    if not url.startswith(("http://", "https://")):
        return url or "-"
    link = '<a class="text-primary-600 dark:text-primary-500 break-all" href="{}" rel="noopener noreferrer">{}</a>'
    return format_html(link, url, url)


# clauses and history


def clauses(rule: Rule | None) -> Titled:
    """The clauses of law or contract that set a rule's deadlines and caps."""
    rows = [[each.reference, each.says, elsewhere(each.url)] for each in (rule.clauses if rule else ())]
    return _("Clauses"), {"headers": [_("Clause"), _("Says"), _("Address")], "rows": rows}


def history(events: Iterable[FlagEvent], currency: str) -> Table:
    """What happened to a flag, the latest first: who did what, when and why, and the figures at that time."""
    headers = [_("When"), _("What"), _("Severity"), _("Who"), _("Why"), _("Facts of"), _("As it was then")]
    return {"headers": headers, "rows": [_event_row(event, currency) for event in events]}


def _event_row(event: FlagEvent, currency: str) -> list[Any]:
    return [
        unbroken(f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}"),
        link_to_event(event),
        event.get_severity_display(),
        who(event),
        event.reason or "-",
        event.as_of or "-",
        snapshot(event, currency),
    ]


def link_to_event(event: FlagEvent) -> SafeString | str:
    """The kind of an event, leading to its own page."""
    kind = event.get_kind_display()
    return link_to(event, _("%(kind)s (replayed)") % {"kind": kind} if event.replayed else kind)


def who(event: FlagEvent) -> str:
    """Who acted, and the owner."""
    name = event.by.get_username() if event.by else _("screening")
    given = {"name": name, "owner": event.owner, "day": event.accepted_until}
    if event.owner and event.accepted_until:
        return _("%(name)s (for %(owner)s, through %(day)s)") % given
    return _("%(name)s (for %(owner)s)") % given if event.owner else name


def snapshot(event: FlagEvent, currency: str) -> SafeString:
    """The summary and the figures of an event, collapsed."""
    tables = evidence_tables(event.evidence, currency)
    lines = [(name, value) for name, value in tables[0][1]["rows"]]
    lines += [(title, _("%(count)s listed") % {"count": len(table["rows"])}) for title, table in tables[1:]]
    inner = format_html_join("", "<div>{}: {}</div>", lines)
    return format_html("<details><summary>{}</summary>{}</details>", event.summary or "-", inner)
