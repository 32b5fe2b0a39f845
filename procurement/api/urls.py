"""Addresses of the API: adding a resource is adding it here."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from procurement.api.changes import Changes
from procurement.api.channels import Channels
from procurement.api.contracts import Contracts
from procurement.api.deliveries import Deliveries
from procurement.api.documents import Documents
from procurement.api.exchange_rates import ExchangeRates
from procurement.api.exposure import Exposure
from procurement.api.exposure_schedule import ExposureSchedule
from procurement.api.feeds import FACTS
from procurement.api.fiscal_years import FiscalYears
from procurement.api.flag_rules import FlagRules
from procurement.api.flags import Flags
from procurement.api.organizations import Organizations
from procurement.api.portfolio import Portfolio
from procurement.api.programs import Programs
from procurement.api.resources import Listing
from procurement.api.root import Description, Nothing, Root
from procurement.api.subscriptions import Subscriptions

app_name = "api"

RESOURCES: dict[str, type[Listing]] = {
    "organizations": Organizations,
    "documents": Documents,
    "programs": Programs,
    "contracts": Contracts,
    **FACTS,
    "exchange-rates": ExchangeRates,
    "fiscal-years": FiscalYears,
    "exposure": Exposure,
    "exposure/schedule": ExposureSchedule,
    "flags": Flags,
    "flag-rules": FlagRules,
    "portfolio": Portfolio,
    "subscriptions": Subscriptions,
    "channels": Channels,
    "deliveries": Deliveries,
    "changes": Changes,
}

router = SimpleRouter()
for name, resource in RESOURCES.items():
    router.register(name, resource, basename=name)

urlpatterns = [
    path("", Root.as_view(resources=list(RESOURCES)), name="root"),
    path("schema/", Description.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api:schema"), name="docs"),
    *router.urls,
    re_path(r"", Nothing.as_view()),
]
