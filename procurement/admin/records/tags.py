"""Links of the record pages: to rows and lists of the admin, and to forms that come back."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.db import models
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from procurement.admin.acting import page_of
from procurement.admin.records import fact_states, history
from procurement.admin.returning import with_return
from procurement.common import localized
from procurement.common.dating import Dated
from procurement.sources.models import Document

register = template.Library()
register.filter("with_states", fact_states.with_states)
register.filter("person", history.person)


@register.filter
def row_page(row: models.Model) -> str:
    """The address of a row's page in the admin."""
    return page_of(row)


@register.simple_tag
def row_address(table: str, pk: Any) -> str:
    """The same of a row of which only the id is known."""
    return reverse(f"admin:procurement_{table}_change", args=[pk])


@register.simple_tag(takes_context=True)
def past_page(context: Context, row: models.Model) -> str:
    """The address of another record's page at the same dates."""
    dates = context.get("dates", "")
    return page_of(row) + (f"?{dates}" if dates else "")


@register.simple_tag
def rows_list(table: str, **filters: Any) -> str:
    """The address of a table's list, filtered."""
    return f"{reverse(f'admin:procurement_{table}_changelist')}?{urlencode(filters)}"


@register.inclusion_tag("procurement/admin/records/add.html", takes_context=True)
def adds(context: Context, table: str, label: str, anchor: str, /, **filled_in: Any) -> dict[str, Any]:
    """A link to the form of a new row with fields filled in, which returns to a part of this page."""
    may = context["request"].user.has_perm(f"procurement.add_{table}")
    form = reverse(f"admin:procurement_{table}_add")
    address = with_return(form, f"{context['request'].path}#{anchor}", **filled_in)
    return {"address": address, "label": label, "may": may}


@register.simple_tag(takes_context=True)
def same_page(context: Context, anchor: str = "", **query: Any) -> str:
    """This page's own address with some parameters set, or removed where they are empty."""
    given = context["request"].GET.copy()
    for name, value in query.items():
        given.pop(name, None)
        if value not in (None, ""):
            given[name] = str(value)
    asked = f"?{given.urlencode()}" if given else context["request"].path
    return f"{asked}#{anchor}" if anchor else asked


@register.filter
def moment(at: dt.datetime | None) -> str:
    """A moment in the zone of the reader: 15 June 2020, 14:05 JST."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{localized.day(local.date())}, {local:%H:%M %Z}"


@register.filter
def plain_day(on: dt.date | None, precision: str = "day") -> str:
    """A stored day with its precision, as text."""
    return "" if on is None else localized.day(Dated(on, precision))


@register.simple_tag(takes_context=True)
def cited(context: Context, source_id: int | None) -> SafeString | str:
    """A document of `documents` that something rests on, as a link to its page."""
    documents: Mapping[int, Document] = context.get("documents") or {}
    document = documents.get(source_id or 0)
    return "" if document is None else document_link(document)


@register.filter
def document_link(document: Document) -> SafeString:
    """A document by its publisher and day, in full on hover."""
    shown = document.publisher or document.title
    day = f", {localized.day(document.published_on)}" if document.published_on else ""
    short = shown if len(shown) <= 40 else f"{shown[:39]}…"
    return format_html('<a href="{}" title="{}">{}</a>{}', page_of(document), document.title, short, day)
