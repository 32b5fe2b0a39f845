"""Addresses of the pages, each in every language."""

from django.urls import path, re_path

from procurement.charts.all_charts import CHARTS
from procurement.pages.about import about
from procurement.pages.chart_files import FORMS, chart_file, timeline_file
from procurement.pages.charts import charts
from procurement.pages.contract import contract
from procurement.pages.country import country
from procurement.pages.feeds import flags_feed, status_feed
from procurement.pages.figure import figure
from procurement.pages.flags import flag, rule
from procurement.pages.front import front
from procurement.pages.glossary import glossary
from procurement.pages.organization import organization
from procurement.pages.program import program
from procurement.pages.sources import source, sources
from procurement.pages.unsubscribe import unsubscribe
from procurement.pages.verify import verify_address

app_name = "pages"
_FORMS = "|".join(FORMS)

#: Below the language: /en/, /ja/.
urlpatterns = [
    path("", front, name="front"),
    path("glossary/", glossary, name="glossary"),
    path("about/", about, name="about"),
    path("feeds/status.atom", status_feed, name="status-feed"),
    path("feeds/flags.atom", flags_feed, name="flags-feed"),
    path("programs/<slug:code>/status.atom", status_feed, name="program-status-feed"),
    path("programs/<slug:code>/flags.atom", flags_feed, name="program-flags-feed"),
    path("programs/<slug:code>/", program, name="program"),
    path("charts/", charts, name="charts"),
    re_path(rf"^charts/(?P<name>{'|'.join(CHARTS)})\.(?P<form>{_FORMS})$", chart_file, name="chart-file"),
    re_path(
        rf"^programs/(?P<code>[-a-zA-Z0-9_]{{1,60}})/timeline\.(?P<form>{_FORMS})$", timeline_file, name="timeline-file"
    ),
    path("figures/<str:name>/", figure, name="figure"),
    path("contracts/<int:pk>/", contract, name="contract"),
    path("organizations/<int:pk>/", organization, name="organization"),
    path("countries/<str:code>/", country, name="country"),
    path("flags/<int:pk>/", flag, name="flag"),
    path("rules/<slug:code>/", rule, name="rule"),
    path("sources/", sources, name="sources"),
    path("unsubscribe/<str:signed>/", unsubscribe, name="unsubscribe"),
    path("verify/<str:signed>/", verify_address, name="verify"),
    path("sources/<int:pk>/", source, name="source"),
]
