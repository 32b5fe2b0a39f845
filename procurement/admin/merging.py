"""Merging an organization into another one, with both seen side by side, and undoing that."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.admin.acting import ActingForm, Doing, Table, act_page, day_field, reason_field, searched, sent
from procurement.admin.asking_back import ask_back, warn
from procurement.admin.facts import PUBLISHED_HELP
from procurement.admin.listing import link_to
from procurement.common.dates import Asked
from procurement.common.localized import country_name, in_full_and_short
from procurement.contracts.models import Contract, ContractParty
from procurement.exposure.answering import Question, answer
from procurement.flags.models import Flag
from procurement.parties.merging import ALWAYS, merge, merge_of, unmerge
from procurement.parties.models import Organization, OrganizationLink
from procurement.parties.reading import bodies_now
from procurement.sources.models import Document
from procurement.sources.recording import Amending

INTRO = gettext_lazy(
    "Two stored organizations are one. From then on everything recorded of this one is read as of the other one, which "
    "remains: exposure, filters, lists and matching. Nothing is rewritten, and “Undo the merge” takes it back."
)
UNDO_INTRO = gettext_lazy(
    "The two are read apart again. What was recorded meanwhile stays with the organization that it names."
)


class MergingForm(ActingForm):
    """The one that remains, since when the two are one, and on what ground."""

    other = forms.ModelChoiceField(
        Organization.objects,
        widget=searched(OrganizationLink, "other"),
        label=gettext_lazy("The organization that remains"),
    )
    effective_on = day_field(help_text=gettext_lazy("since when the two are one; two records of one body always were"))
    source = forms.ModelChoiceField(Document.objects, widget=searched(OrganizationLink, "source"))
    published_on = day_field(required=False, help_text=PUBLISHED_HELP)
    note = reason_field(required=False, label=gettext_lazy("Why they are one"))


class UndoingForm(ActingForm):
    """On what ground a merge is taken back."""

    source = forms.ModelChoiceField(Document.objects, widget=searched(OrganizationLink, "source"))
    published_on = day_field(required=False, help_text=PUBLISHED_HELP)
    note = reason_field(label=gettext_lazy("Why they are not one"))


def merging_page(model_admin: Any, request: HttpRequest, row: Organization) -> HttpResponse:
    """The page that merges: once another one is chosen both are shown, and the merge is to be confirmed."""
    form = MergingForm(sent(request), initial={"effective_on": ALWAYS})
    other = form.cleaned_data.get("other") if request.method == "POST" and form.is_valid() else None
    doing = Doing(
        title=_("Merge %(organization)s into another organization") % {"organization": row},
        button=_("Merge") if other else _("Compare the two"),
        intro=str(INTRO),
        tables=[(_("Side by side"), side_by_side(row, other))] if other else [],
        do=lambda given: _merge(request, row, given),
    )
    return act_page(model_admin, request, row, form, doing)


def _merge(request: HttpRequest, row: Organization, given: Mapping[str, Any]) -> str:
    """Merge on trial, and ask back. Raises Refused, Doubtful."""
    other = given["other"]
    recorded = merge(row, into=other, ground=_ground(request, given), since=given["effective_on"])
    two = {"one": f"{row} ({row.pk})", "other": f"{other} ({other.pk})"}
    meant = _("%(one)s is merged into %(other)s") % two
    warn(request, ask_back(request, [meant, *recorded.warnings])[1:])
    said = _("%(one)s is merged into %(other)s.") % {"one": "{one}", "other": "{other}"}
    return format_html(said, one=link_to(row), other=link_to(other))


def undoing_page(model_admin: Any, request: HttpRequest, row: Organization) -> HttpResponse:
    """The page that takes the merge of an organization back."""
    link = merge_of(row)
    doing = Doing(
        title=_("Undo the merge of %(one)s into %(other)s") % {"one": row, "other": link.other if link else "-"},
        button=_("Undo the merge"),
        intro=str(UNDO_INTRO),
        tables=[(_("Side by side"), side_by_side(row, link.other))] if link else [],
        do=lambda given: _unmerge(request, row, given),
    )
    return act_page(model_admin, request, row, UndoingForm(sent(request)), doing)


def _unmerge(request: HttpRequest, row: Organization, given: Mapping[str, Any]) -> str:
    recorded = unmerge(row, _ground(request, given))
    warn(request, ask_back(request, recorded.warnings))
    return format_html(_("%(one)s is an organization of its own again.") % {"one": "{}"}, link_to(row))


def _ground(request: HttpRequest, given: Mapping[str, Any]) -> Amending:
    by = request.user
    assert isinstance(by, User), "the admin is for users"
    return Amending(given["source"], note=given["note"], published_on=given["published_on"], by=by)


# side by side


def side_by_side(one: Organization, other: Organization) -> Table:
    """What is stored of two organizations, each with what is merged into it."""
    columns = [_described(one), _described(other)]
    rows = [[name, *(column[name] for column in columns)] for name in columns[0]]
    return {"headers": ["", link_to(one), link_to(other)], "rows": rows}


def _described(row: Organization) -> dict[str, Any]:
    own = _own(row)
    contracts = Contract.objects.filter(_of(own))
    return {
        _("Id"): row.pk,
        _("Name"): row.name,
        _("Local name"): row.local_name or "-",
        _("Kind"): row.get_kind_display(),
        _("Country"): country_name(row.country) if row.country else "-",
        _("Identifiers"): _listed(map(str, row.identifiers.order_by("scheme", "value"))),
        _("Merged into it"): _listed(map(str, Organization.everything.filter(pk__in=set(own) - {row.pk}))),
        _("Contracts"): contracts.count(),
        _("Outstanding as buyer"): _outstanding("buyer", row),
        _("Outstanding as lead supplier"): _outstanding("supplier", row),
        _("Flags to be dealt with"): Flag.objects.unresolved().filter(contract__in=contracts.values("pk")).count(),
    }


def _own(row: Organization) -> Sequence[int]:
    """The organization and those that were merged into it, whatever it is merged into."""
    return [row.pk, *bodies_now().also.get(row.pk, ())]


def _of(organizations: Sequence[int]) -> Q:
    """The condition that a contract is of a buyer or has a party."""
    parties = ContractParty.objects.unreversed().filter(organization__in=organizations)
    return Q(buyer__in=organizations) | Q(pk__in=parties.values("contract"))


def _outstanding(name: str, row: Organization) -> str:
    """What is still owed under its contracts as they are counted today."""
    found = answer(Question(Asked(timezone.localdate()), (name,), {name: [row.pk]}))
    rows = [each for each in found.rows if each.keys[name] == row.pk]
    return _listed(in_full_and_short(each.figures["outstanding"], each.currency or "") for each in rows)


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(texts) or "-"
