"""Verifying an address by the link in a mail: the page asks, and only a POST acts.

Programs that look at links in mails, such as virus scanners, open them; so nothing is verified by a GET. What allows it
is the signature in the address, which only who reads at that address has; no cookie is set or asked for.
"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from procurement.common.clock import database_now
from procurement.common.dates import Asked
from procurement.delivery.verifying import channel_in, verify
from procurement.pages.rendering import page
from procurement.tasks import nudge


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_address(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask whether messages may go to an address; let them. Open to everybody who has the link."""
    if request.method == "POST":
        with transaction.atomic():
            channel = verify(signed, now=database_now())
            transaction.on_commit(lambda: nudge("deliver"))
    else:
        channel = channel_in(signed)
    status = 200 if channel else 410
    response = page(request, "pages/verify.html", Asked(timezone.localdate()), {"channel": channel}, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
