"""What one search finds, by kind: first what was meant exactly, then what has every word, then what resembles it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement.admin.finding.conditions import KEY, finding
from procurement.admin.finding.kinds import KINDS, Kind, referred_to, told_fact
from procurement.admin.finding.similar import Patience, resembling
from procurement.admin.paging import COUNTED
from procurement.common.searching import folded
from procurement.contracts.models import Contract
from procurement.programs.models import StatusChange
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import is_about

#: So many rows of a kind are shown; the list has the rest.
SHOWN = 10
#: Of so many that have every word, those whose names begin with the text come first.
LOOKED_AT = 200
SECONDS_FOR_SIMILAR = 0.25


@dataclass(frozen=True)
class Row:
    """One row that was found, and its state in words."""

    row: Any
    told: str

    @property
    def address(self) -> str:
        """Its page."""
        return reverse(f"admin:{self.row._meta.app_label}_{self.row._meta.model_name}_change", args=[self.row.pk])

    @property
    def kind(self) -> str:
        """What it is a row of."""
        return str(self.row._meta.verbose_name)


@dataclass(frozen=True)
class Group:
    """What was found of a kind."""

    title: str
    rows: Sequence[Row]
    #: how many there are; beyond so many they are not counted
    number: int
    #: where all of them are listed
    everything: str
    #: whether the rows only resemble what was looked for
    similar: bool = False
    #: whether so much may resemble it that nothing was looked for
    given_up: bool = False
    parts: Sequence["Group"] = field(default_factory=tuple)

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.number > len(self.rows) and not self.similar

    @property
    def counted(self) -> str:
        """How many there are, in words."""
        if self.number <= COUNTED:
            return f"{self.number:,}"
        return _("more than %(number)s") % {"number": f"{COUNTED:,}"}


def found(request: HttpRequest, text: str) -> list[Group]:
    """What a text finds, of each kind that the user may see."""
    patience = Patience(SECONDS_FOR_SIMILAR)
    kinds = [kind for kind in KINDS if _may_see(request, kind.model)]
    groups = [_or_similar(request, kind, text, _of_words(request, kind, text), patience) for kind in kinds]
    return [*groups, _facts(request, text)]


def _may_see(request: HttpRequest, model: Any) -> bool:
    return bool(admin.site.get_model_admin(model).has_view_or_change_permission(request))


def _rows(request: HttpRequest, model: Any, related: Sequence[str] = ()) -> "QuerySet[Any]":
    rows: QuerySet[Any] = admin.site.get_model_admin(model).get_queryset(request)
    return rows.select_related(*related).order_by()


def _list(model: Any, text: str) -> str:
    """The address of a table's list, with what was looked for."""
    more = {"state": "all"} if model._meta.model_name == "flag" else {}
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode({'q': text} | more)}"


# by words


def _of_words(request: HttpRequest, kind: Kind, text: str) -> Group:
    rows, paths = _rows(request, kind.model, kind.related), admin.site.get_model_admin(kind.model).search_fields
    having = rows.filter(finding(kind.model, paths, text))
    first = list(rows.filter(kind.exactly(text))[:SHOWN])
    known = {row.pk for row in first}
    others = [row for row in having[:LOOKED_AT] if row.pk not in known]
    shown = [*first, *sorted(others, key=lambda row: (_rank(kind, row, text), row.pk))][:SHOWN]
    number = len(shown) if len(first) + len(others) <= SHOWN else max(_counted(having), len(shown))
    return Group(str(kind.title), _told(kind, shown), number, _list(kind.model, text))


def _rank(kind: Kind, row: Any, text: str) -> int:
    names = [folded(str(getattr(row, name))) for name in kind.names]
    wanted = folded(text)
    if wanted in names:
        return 0
    return 1 if any(name.startswith(wanted) for name in names) else 2


def _told(kind: Kind, rows: Sequence[Any]) -> list[Row]:
    texts = kind.told(rows) if rows else {}
    return [Row(row, texts[row.pk]) for row in rows]


def _counted(rows: "QuerySet[Any]") -> int:
    return rows[: COUNTED + 1].count()


# by likeness


def _or_similar(request: HttpRequest, kind: Kind, text: str, group: Group, patience: Patience) -> Group:
    """What resembles the text, where nothing of a kind has its words."""
    if group.rows or not kind.resembles:
        return group
    ids = resembling(kind.model, text, kind.names, most=SHOWN, patience=patience)
    if ids is None:
        return Group(group.title, (), 0, group.everything, given_up=True)
    rows = _rows(request, kind.model, kind.related).in_bulk(ids)
    shown = _told(kind, [rows[pk] for pk in ids if pk in rows])
    return Group(group.title, shown, len(shown), group.everything, similar=True)


# facts


def _facts(request: HttpRequest, text: str) -> Group:
    """Facts by number, key and quotation, and those about the contract that has the text as its reference."""
    contracts = list(Contract.objects.filter(referred_to(text)).values_list("pk", flat=True)[:SHOWN])
    tables = [table.model for table in FACT_TABLES if _may_see(request, table.model)]
    parts = [part for model in tables if (part := _of_table(request, model, text, contracts)).rows]
    rows = [row for part in parts for row in part.rows][:SHOWN]
    return Group(_("Facts"), rows, sum(part.number for part in parts), "", parts=parts)


def _of_table(request: HttpRequest, model: Any, text: str, contracts: Sequence[int]) -> Group:
    related = [
        each for each in ("contract", "program", "reversed_by") if each == "reversed_by" or is_about(model, each)
    ]
    having = _rows(request, model, related).filter(pk__in=[*_fact_ids(model, text, contracts)])
    rows = list(having.order_by("-pk")[:SHOWN])
    number = len(rows) if len(rows) < SHOWN else _counted(having)
    title = str(model._meta.verbose_name_plural)
    return Group(title, [Row(row, told_fact(row)) for row in rows], number, _list(model, text))


def _fact_ids(model: Any, text: str, contracts: Iterable[int]) -> Iterator[int]:
    """Each condition by itself, as each has an index of its own."""
    conditions = [~Q(**{KEY: ""}) & Q(**{f"{KEY}__startswith": text})]
    if text.isascii() and text.isdigit() and len(text) < 18:
        conditions.append(Q(pk=int(text)))
    if is_about(model, "contract"):
        conditions.append(Q(contract__in=list(contracts)))
    if model is StatusChange:
        conditions.append(finding(model, ("quotation", "speaker", "term"), text))
    for condition in conditions:
        yield from model._base_manager.filter(condition).order_by().values_list("pk", flat=True)[: COUNTED + 1]
