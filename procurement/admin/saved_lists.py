"""Lists saved under a name: what is shown above a list, and what saves, renames and removes them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement.common.errors import Refused
from procurement.desk.models import SavedList, may_share
from procurement.desk.saving_lists import looked_for, remove_list, rename_list, save_list


def saved_lists(request: HttpRequest, model: type[models.Model]) -> dict[str, Any]:
    """The saved lists of a table for its page, and what the list looks for now."""
    table, query = model._meta.label_lower, looked_for(request.GET.urlencode())
    rows = list(SavedList.objects.visible_to(request.user).of_table(table).select_related("user"))
    shares = may_share(request.user)
    return {
        "saved": {
            "table": table,
            "rows": rows,
            "own": [row for row in rows if row.user_id == request.user.pk or (row.shared and shares)],
            "query": query,
            "may_share": shares,
        }
    }


def save(request: HttpRequest) -> HttpResponse:
    """Save what a list looks for."""
    given, shared = request.POST, request.POST.get("shared") == "on"

    def act() -> Any:
        named = {"name": given.get("name", ""), "query": given.get("query", "")}
        row = save_list(request.user, table=_table(request), shared=shared, **named)  # type: ignore[arg-type]
        return format_html(
            _("Saved as {}."), format_html('<a href="{}?{}">{}</a>', _list(request), row.query, row.name)
        )

    return _done(request, act)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a saved list, or remove it."""

    def act() -> Any:
        if "remove" in request.POST:
            return _("“%(name)s” is removed.") % {"name": remove_list(request.user, pk)}  # type: ignore[arg-type]
        row = rename_list(request.user, pk, name=request.POST.get("name", ""))  # type: ignore[arg-type]
        return _("It is called “%(name)s” now.") % {"name": row.name}

    return _done(request, act)


def _done(request: HttpRequest, act: Callable[[], Any]) -> HttpResponse:
    """Do it, say what was done or why not, and go back to the list as it was."""
    where = _list(request)
    try:
        messages.success(request, act())
    except Refused as refused:
        for said in refused.errors.values():
            messages.error(request, " ".join(said))
    query = looked_for(request.POST.get("query", ""))
    return HttpResponseRedirect(f"{where}?{query}" if query else where)


def _table(request: HttpRequest) -> str:
    """The table whose list is meant. Raises Http404 where there is no such list that the user may see."""
    table = request.POST.get("table", "")
    for model, its_admin in admin.site._registry.items():
        if model._meta.label_lower == table and its_admin.has_view_or_change_permission(request):
            return table
    raise Http404


def _list(request: HttpRequest) -> str:
    return reverse("admin:{}_{}_changelist".format(*_table(request).split(".")))


def addresses() -> list[URLPattern]:
    """Where lists are saved."""
    guarded = admin.site.admin_view
    return [
        path("saved-lists/", guarded(require_POST(save)), name="save_list"),
        path("saved-lists/<int:pk>/", guarded(require_POST(change)), name="change_saved_list"),
    ]
