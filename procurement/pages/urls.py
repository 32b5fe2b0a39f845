"""Addresses of the pages, each in every language, and of files, which have none."""

from django.urls import path, re_path

from procurement.charts.all_charts import CHARTS
from procurement.pages.chart_files import FORMS, chart_file, timeline_file
from procurement.pages.charts import charts
from procurement.pages.portfolio import front

app_name = "pages"

#: Below the language: /en/, /ja/.
urlpatterns = [
    path("charts/", charts, name="charts"),
    re_path(rf"^charts/(?P<name>{'|'.join(CHARTS)})\.(?P<form>{'|'.join(FORMS)})$", chart_file, name="chart-file"),
    path("", front, name="front"),
    re_path(
        rf"^programs/(?P<code>[-a-zA-Z0-9_]{{1,60}})/timeline\.(?P<form>{'|'.join(FORMS)})$",
        timeline_file,
        name="timeline-file",
    ),
]
