"""Addresses of the pages, each in every language."""

from django.urls import path

from procurement.pages.about import about
from procurement.pages.awaited import awaited
from procurement.pages.contract import contract
from procurement.pages.country import country
from procurement.pages.feeds import flags_feed, status_feed
from procurement.pages.figure import figure
from procurement.pages.flags import flag, rule
from procurement.pages.front import front
from procurement.pages.glossary import glossary
from procurement.pages.organization import organization
from procurement.pages.sources import source, sources

app_name = "pages"

#: Below the language: /en/, /ja/.
urlpatterns = [
    path("", front, name="front"),
    path("glossary/", glossary, name="glossary"),
    path("about/", about, name="about"),
    path("feeds/status.atom", status_feed, name="status-feed"),
    path("feeds/flags.atom", flags_feed, name="flags-feed"),
    path("programs/<slug:code>/status.atom", status_feed, name="program-status-feed"),
    path("programs/<slug:code>/flags.atom", flags_feed, name="program-flags-feed"),
    # pages that others link to already
    path("programs/<slug:code>/", awaited, name="program"),
    path("charts/", awaited, name="charts"),
    path("figures/<str:name>/", figure, name="figure"),
    path("contracts/<int:pk>/", contract, name="contract"),
    path("organizations/<int:pk>/", organization, name="organization"),
    path("countries/<str:code>/", country, name="country"),
    path("flags/<int:pk>/", flag, name="flag"),
    path("rules/<slug:code>/", rule, name="rule"),
    path("sources/", sources, name="sources"),
    path("sources/<int:pk>/", source, name="source"),
]
