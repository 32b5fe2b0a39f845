"""Assignment rules in the admin: entered, tried, applied."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from procurement.access.roles import ANALYST, reaches, role_of
from procurement.admin.acting import ActingForm, Doing, Table, act_page, sent
from procurement.admin.batch_page import named
from procurement.admin.editable import EditableAdmin
from procurement.admin.listing import link_to
from procurement.common.errors import Refused
from procurement.contracts.models import Contract
from procurement.imports.assignment.models import AssignmentRule
from procurement.imports.assignment.rules import LISTED, Trial, create_rule, refuse_bad_rule, request_assignment, tried
from procurement.tasks import nudge

INTRO = gettext_lazy(
    "It would assign %(count)s contracts to %(program)s. Contracts that have a program stay as they are. What is "
    "assigned can be taken back, under Imports: Files."
)


@admin.register(AssignmentRule)
class AssignmentRuleAdmin(EditableAdmin):
    """By which texts contracts without a program belong to one."""

    list_display = ("id", "program", "field", "test", "text", "from_on", "is_on", "created_at")
    list_select_related = ("program",)
    list_filter = ("is_on", "field")
    search_fields = ("text", "program__name", "program__code")
    actions_detail = ("try_and_apply",)
    fieldsets = (
        (gettext_lazy("Which contracts"), {"fields": (("field", "test"), "text")}),
        (gettext_lazy("Whose they are"), {"fields": (("program", "from_on"), "source")}),
        (None, {"fields": ("is_on", "note", ("created_at", "entered_by"))}),
    )

    def create(self, request: HttpRequest, row: AssignmentRule, form: "ModelForm[Any]") -> models.Model:  # noqa: ARG002
        """Enter a rule."""
        return create_rule(row)

    def keep(self, row: AssignmentRule, changed: Sequence[str]) -> None:
        """Keep what was edited."""
        refuse_bad_rule(row)
        row.save(update_fields=changed)

    @action(description=gettext_lazy("Try, and apply"), icon="rule")  # type: ignore[untyped-decorator]
    def try_and_apply(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what it would assign; on confirmation a worker assigns it, as a batch."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not reaches(role_of(request.user), ANALYST):
            raise PermissionDenied

        def do(_given: Mapping[str, Any]) -> str:
            batch = request_assignment(row, by=request.user)  # type: ignore[arg-type]
            transaction.on_commit(lambda: nudge("imports"), robust=True)
            said = _("The rule is being applied as %(import)s, which says what became of each contract.")
            return format_html(said % {"import": "{}"}, link_to(batch, named(batch)))

        intro, tables = _shown(row)
        doing = Doing(title=str(row), button=_("Apply"), intro=intro, do=do, tables=tables)
        return act_page(self, request, row, ActingForm(sent(request)), doing)


def _shown(rule: AssignmentRule) -> tuple[str, list[tuple[str, Table]]]:
    """What a trial comes to: a sentence and tables."""
    try:
        found = tried(rule)
    except Refused as refused:
        return str(refused), []
    count = len(found.contracts)
    shown = _("%(shown)s of %(all)s") % {"shown": min(count, LISTED), "all": count}
    return INTRO % {"count": count, "program": rule.program}, [(shown, _contracts(found)), *_contested(found)]


def _contracts(found: Trial) -> Table:
    rows = Contract.objects.select_related("buyer").filter(pk__in=found.contracts[:LISTED]).order_by("pk")
    return {
        "headers": [_("Contract"), _("Title"), _("Buyer"), _("Signed")],
        "rows": [[link_to(row, row.reference), row.title, str(row.buyer), row.signed_on or "-"] for row in rows],
    }


def _contested(found: Trial) -> list[tuple[str, Table]]:
    """The contracts that other rules would assign as well, if there are any."""
    rules = AssignmentRule.objects.select_related("program").in_bulk(found.contested)
    rows = [[link_to(rules[pk]), str(rules[pk].program), len(ids)] for pk, ids in found.contested.items()]
    headers = [_("Rule"), _("Program"), _("Contracts")]
    return [(_("Other rules fit some of them too"), {"headers": headers, "rows": rows})] if rows else []
