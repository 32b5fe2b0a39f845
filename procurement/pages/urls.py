"""Addresses of the pages."""

from django.urls import path, re_path

from procurement.common.row_files import DOWNLOADS
from procurement.pages.portfolio import portfolio_file, portfolio_page

app_name = "pages"

urlpatterns = [
    path("", portfolio_page, name="portfolio"),
    re_path(rf"^portfolio\.(?P<form>{'|'.join(DOWNLOADS)})$", portfolio_file, name="portfolio-file"),
]
