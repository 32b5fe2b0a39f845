"""Addresses of the service."""

from django.contrib import admin
from django.urls import include, path

from tracker.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("admin/", admin.site.urls),
    path("api/v1/", include("procurement.api.urls")),
    path("", include("procurement.pages.urls")),
]
