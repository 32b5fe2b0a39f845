"""Addresses of files that are the same in every language."""

from django.urls import path, re_path

from procurement.common.row_files import DOWNLOADS
from procurement.pages.chart_files import library_file
from procurement.pages.portfolio import portfolio_file
from procurement.pages.sitemap import robots, sitemap_index, sitemap_section
from procurement.pages.subscription_feeds import subscription_feed

app_name = "files"

urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemap_section, name="sitemap-section"),
    re_path(rf"^portfolio\.(?P<form>{'|'.join(DOWNLOADS)})$", portfolio_file, name="portfolio"),
    path("charts/<str:name>", library_file, name="chart-library"),
    path("feeds/<str:signed>.atom", subscription_feed, name="subscription-feed"),
]
