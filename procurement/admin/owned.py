"""Rows that belong to one user."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from procurement.access.roles import ADMINISTRATOR, reaches, role_of
from procurement.admin.acting import ActingForm, Doing, acting_page, sent
from procurement.admin.entering import EnteringAdmin


class Owned(EnteringAdmin):
    """Rows that belong to a user, who may delete them; administrators see everybody's."""

    actions_detail: Sequence[str] = ("leave",)
    #: What deleting means.
    leaving: "str | Promise" = ""

    def end(self, row: Any) -> None:
        """Delete a row with the verb for it."""
        raise NotImplementedError

    def has_leave_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Everybody may delete what is their own, readers too."""
        return bool(self.has_view_permission(request))

    @action(description=gettext_lazy("Delete"), icon="delete", permissions=["leave"])  # type: ignore[untyped-decorator]
    def leave(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Delete a row, after saying what that means."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404

        def do(_given: Mapping[str, Any]) -> str:
            self.end(row)
            return _("“%(name)s” is deleted.") % {"name": row}

        title = _("Delete “%(name)s”") % {"name": row}
        doing = Doing(title=title, button=_("Delete"), intro=str(self.leaving), do=do)
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return acting_page(self, request, ActingForm(sent(request)), doing, back=back, row=row)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """A user's own rows."""
        rows = self.model.objects.all()
        everything = reaches(role_of(request.user), ADMINISTRATOR)
        return (rows if everything else rows.visible_to(request.user)).order_by(*self.ordering)  # type: ignore[no-any-return]
