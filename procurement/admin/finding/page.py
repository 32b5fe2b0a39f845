"""The page of the search over everything."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procurement.admin.finding.results import found

LONGEST = 200


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """What the text in the box above every page finds."""
    text = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST]
    groups = found(request, text) if text else []
    title = _("Search: %(text)s") % {"text": text} if text else _("Search")
    context = admin.site.each_context(request) | {
        "title": title,
        "text": text,
        "groups": [group for group in groups if group.rows],
        "given_up": [group.title for group in groups if group.given_up],
        "nothing_in": [group.title for group in groups if not group.rows and not group.given_up],
    }
    return TemplateResponse(request, "procurement/admin/find.html", context)
