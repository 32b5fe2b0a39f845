"""Addresses of the pages."""

from django.urls import path

from procurement.pages.portfolio import portfolio_file, portfolio_page

app_name = "pages"

urlpatterns = [
    path("", portfolio_page, name="portfolio"),
    path("portfolio.csv", portfolio_file, name="portfolio-file"),
]
