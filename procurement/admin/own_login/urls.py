"""Which pages of django-allauth there are: what second factors and a provider need. It reaches them by these names."""

from allauth.account.views import reauthenticate
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount.providers.openid_connect import views as oidc
from axes.decorators import axes_dispatch
from django.urls import path
from django.views.generic import RedirectView, TemplateView

from procurement.admin.own_login.link import login_link
from procurement.admin.own_login.sessions import own_sessions
from tracker.single_sign_on import PROVIDER_ID

urlpatterns = [
    path("", factors.index, name="mfa_index"),
    path("sessions/", own_sessions, name="own_sessions"),
    path("code/", axes_dispatch(factors.authenticate), name="mfa_authenticate"),
    path("confirm/", axes_dispatch(reauthenticate), name="account_reauthenticate"),
    path("confirm/code/", axes_dispatch(factors.reauthenticate), name="mfa_reauthenticate"),
    path("two-factor/", totp.activate_totp, name="mfa_activate_totp"),
    path("two-factor/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    # where the library sends whoever must begin anew
    path("login/", RedirectView.as_view(pattern_name="admin:login", query_string=True), name="account_login"),
    path("inactive/", RedirectView.as_view(pattern_name="admin:login"), name="account_inactive"),
    path("link/<str:link>/", login_link, name="login_link"),
    # without a provider they answer 404
    path("oidc/login/", oidc.login, {"provider_id": PROVIDER_ID}, name="openid_connect_login"),
    path("oidc/callback/", oidc.callback, {"provider_id": PROVIDER_ID}, name="openid_connect_callback"),
    path(
        "oidc/cancelled/",
        TemplateView.as_view(template_name="socialaccount/authentication_error.html"),
        name="socialaccount_login_cancelled",
    ),
]
