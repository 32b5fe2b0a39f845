"""The login page of the admin: the password, and then what else this login needs."""

from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from procurement.access.sessions import changing_rights
from tracker.single_sign_on import PROVIDER_ID


class PasswordLogin(LoginView):
    """Asks for the password; a right one begins the login, which ends when its second factor is passed."""

    template_name = "procurement/admin/login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on with what this login needs."""
        answer: HttpResponse = perform_login(self.request, form.get_user(), redirect_url=self.get_success_url())
        return answer


@never_cache
def log_in(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
    """The page; in place of the one of Django's site, which would end the login with the password."""
    site = admin.site
    if request.method == "GET" and site.has_permission(request):
        return HttpResponseRedirect(reverse("admin:index"))
    context = {
        **site.each_context(request),
        "title": _("Log in"),
        "subtitle": None,
        "app_path": request.get_full_path(),
        "username": request.user.get_username(),
        "password_login": settings.PASSWORD_LOGIN,
        "provider_name": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "provider_id": PROVIDER_ID,
        **(extra_context or {}),
    }
    if request.method == "POST" and not settings.PASSWORD_LOGIN:
        raise PermissionDenied
    if REDIRECT_FIELD_NAME not in request.GET and REDIRECT_FIELD_NAME not in request.POST:
        context[REDIRECT_FIELD_NAME] = reverse("admin:index")
    return PasswordLogin.as_view(authentication_form=site.login_form, extra_context=context)(request)


#: The page of the theme's site.
_change_password = admin.site.password_change


def change_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """Change one's own password, which is noted and ends one's other sessions."""
    with transaction.atomic(), changing_rights(int(request.user.pk or 0), request=request):
        answer: HttpResponse = _change_password(request, extra_context)
        return answer
