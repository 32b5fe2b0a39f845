"""Addresses of the pages, each in every language, and of files, which have none."""

from django.urls import path

from procurement.pages.portfolio import front
from procurement.pages.program import program

app_name = "pages"

#: Below the language: /en/, /ja/.
urlpatterns = [
    path("", front, name="front"),
    path("programs/<slug:code>/", program, name="program"),
]
