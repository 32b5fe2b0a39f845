"""The glossary: this service's own words, and those of officials with their sources."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from procurement.pages.dates import asked_in
from procurement.pages.reading import readable
from procurement.pages.rendering import page
from procurement.pages.terms import OFFICIAL, OWN


@require_safe
@readable()
def glossary(request: HttpRequest) -> HttpResponse:
    """All words on one page. It reads nothing of the record."""
    return page(request, "pages/glossary.html", asked_in(request), {"own": OWN, "official": OFFICIAL})
