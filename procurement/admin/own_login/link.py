"""The page of a link that lets one administrator in: it asks first, so that nothing that looks at links uses it."""

from allauth.account.utils import perform_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from procurement.access.login_links import user_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def login_link(request: HttpRequest, link: str) -> HttpResponse:
    """Ask, and log in; the second factor is asked for as always."""
    user = user_of(link, for_use=request.method == "POST")
    if user is None:
        said = _("This link is not valid: it is older than 15 minutes, was used, or is not whole.")
        return render(request, "procurement/account/refused.html", {"said": said}, status=403)
    if request.method == "POST":
        answer: HttpResponse = perform_login(request, user)
        return answer
    return render(request, "procurement/account/link.html", {"account": user})
