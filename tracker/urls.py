"""Addresses of the service."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from tracker.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("i18n/", include("django.conf.urls.i18n")),  # the language that a user chooses in the admin
    path("admin/", admin.site.urls),
    path("api/v1/", include("procurement.api.urls")),
    path("", include("procurement.pages.file_urls")),
    # /en/... and /ja/...; an address without a language is redirected to the reader's
    *i18n_patterns(path("", include("procurement.pages.urls"))),
]
