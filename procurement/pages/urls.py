"""Addresses of the pages, each in every language, and of files, which have none."""

from django.urls import path

from procurement.pages.contract import contract
from procurement.pages.country import country
from procurement.pages.figure import figure
from procurement.pages.flags import flag, rule
from procurement.pages.organization import organization
from procurement.pages.portfolio import front
from procurement.pages.sources import source, sources

app_name = "pages"

#: Below the language: /en/, /ja/.
urlpatterns = [
    path("", front, name="front"),
    path("figures/<str:name>/", figure, name="figure"),
    path("programs/<slug:code>/", front, name="program"),
    path("contracts/<int:pk>/", contract, name="contract"),
    path("organizations/<int:pk>/", organization, name="organization"),
    path("countries/<str:code>/", country, name="country"),
    path("flags/<int:pk>/", flag, name="flag"),
    path("rules/<slug:code>/", rule, name="rule"),
    path("sources/", sources, name="sources"),
    path("sources/<int:pk>/", source, name="source"),
]
