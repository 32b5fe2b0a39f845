"""Addresses of the service."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from procurement.api.watched import readyz, show_metrics
from tracker.health import healthz, livez

urlpatterns = [
    path("livez", livez, name="livez"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", show_metrics, name="metrics"),
    path("i18n/", include("django.conf.urls.i18n")),  # the language that a user chooses in the admin
    path("admin/", admin.site.urls),
    path("account/", include("procurement.admin.own_login.urls")),
    path("api/v1/", include("procurement.api.urls")),
    path("", include("procurement.pages.file_urls")),
    # /en/... and /ja/...; an address without a language is redirected to the reader's
    *i18n_patterns(path("", include("procurement.pages.urls"))),
]
