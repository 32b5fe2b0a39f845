"""Leaving a subscription by the link in its mails: the page asks, and only a POST acts.

Programs that look at links in mails, such as virus scanners, open them; so nothing is switched off by a GET. Mail
programs post to the same address when their reader clicks on "unsubscribe" (RFC 8058), without cookies and so without a
CSRF token: what allows it is the signature in the address, which only the reader of a mail has.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from procurement.alerts.leaving import switch_off
from procurement.alerts.models import Subscription
from procurement.common.dates import Asked
from procurement.delivery.unsubscribing import subscription_in
from procurement.pages.rendering import page


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask whether to switch a subscription off; switch it off. Open to everybody who has the address."""
    row = Subscription.everything.filter(pk=subscription_in(signed) or 0).first()
    if row is None:
        raise Http404(_("This address is not complete. Copy the whole link from the message."))
    if request.method == "POST":
        switch_off(row.pk)
        row.active = False
    response = page(request, "pages/unsubscribe.html", Asked(timezone.localdate()), {"subscription": row})
    response["X-Robots-Tag"] = "noindex"
    return response
