"""Addresses of the pages, each in every language."""

from django.urls import path

from procurement.pages.awaited import awaited
from procurement.pages.front import front

app_name = "pages"

#: Below the language: /en/, /ja/.
urlpatterns = [
    path("", front, name="front"),
    # pages that others link to already
    path("programs/<slug:code>/", awaited, name="program"),
    path("figures/<slug:name>/", awaited, name="figure"),
]
