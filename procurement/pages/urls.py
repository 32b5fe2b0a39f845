"""Addresses of the pages, each in every language, and of files, which have none."""

from django.urls import path, re_path

from procurement.pages.chart_files import FORMS, timeline_file
from procurement.pages.portfolio import front
from procurement.pages.program import program

app_name = "pages"

#: Below the language: /en/, /ja/.
urlpatterns = [
    path("", front, name="front"),
    path("programs/<slug:code>/", program, name="program"),
    re_path(
        rf"^programs/(?P<code>[-a-zA-Z0-9_]{{1,60}})/timeline\.(?P<form>{'|'.join(FORMS)})$",
        timeline_file,
        name="timeline-file",
    ),
]
