"""About the service: its method, its dates, what unknown means, licence, how to cite, and whom to tell of errors."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from procurement.common.data_version import data_version
from procurement.pages.dates import asked_in
from procurement.pages.reading import readable
from procurement.pages.rendering import page
from procurement.sources.horizon import horizon


@require_safe
@readable()
def about(request: HttpRequest) -> HttpResponse:
    """The page, with an address under which the front page can be cited as it is now."""
    asked = asked_in(request)
    version = data_version()
    moment = version.moment if version else horizon()
    as_now = {"as_of": asked.as_of.isoformat(), "recorded_by": moment.isoformat()}
    context = {
        "moment": moment,
        "permalink": request.build_absolute_uri(f"{reverse('pages:front')}?{urlencode(as_now)}"),
        "licence": settings.EXPORT_LICENCE,
        "attribution": settings.EXPORT_ATTRIBUTION,
        "publisher": settings.OCDS_PUBLISHER,
        "contact": settings.CONTACT,
        "contact_address": contact_address(settings.CONTACT),
    }
    return page(request, "pages/about.html", asked, context)


def contact_address(contact: str) -> str:
    """Where a link to the contact leads: a page, or a mail; nowhere where it is neither."""
    if contact.startswith(("https://", "http://")):
        return contact
    return f"mailto:{contact}" if "@" in contact and " " not in contact else ""
