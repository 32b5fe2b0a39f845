"""Addresses of the pages, each in every language, and of files, which have none."""

from django.urls import path

from procurement.pages.figure import figure
from procurement.pages.portfolio import front

app_name = "pages"

#: Below the language: /en/, /ja/.
urlpatterns = [
    path("", front, name="front"),
    path("figures/<str:name>/", figure, name="figure"),
    path("programs/<slug:code>/", front, name="program"),
    path("contracts/<int:pk>/", front, name="contract"),
    path("organizations/<int:pk>/", front, name="organization"),
    path("countries/<str:code>/", front, name="country"),
    path("sources/<int:pk>/", front, name="source"),
]
