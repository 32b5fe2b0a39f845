"""Addresses of the API: adding a resource is adding it here."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from procurement.api.alerts.channels import Channels
from procurement.api.alerts.deliveries import Deliveries
from procurement.api.alerts.mutes import Mutes
from procurement.api.alerts.notices import Notices
from procurement.api.alerts.subscriptions import Subscriptions
from procurement.api.exports.viewset import EXPORT, FILE, Exports
from procurement.api.exposure.answers import Exposure
from procurement.api.exposure.portfolio import Portfolio
from procurement.api.exposure.schedule import ExposureSchedule
from procurement.api.facts.changes import Changes
from procurement.api.facts.merged import FACTS
from procurement.api.facts.status_drafts import StatusDrafts
from procurement.api.flags.rules import FlagRules
from procurement.api.flags.viewset import Flags
from procurement.api.http.viewsets import Listing
from procurement.api.imports.assignment_rules import AssignmentRules
from procurement.api.imports.doubtful import DoubtfulMatches
from procurement.api.imports.mappings import ColumnMappings
from procurement.api.imports.viewset import ImportIssues, Imports
from procurement.api.ocds.packages import Export, Records, Releases
from procurement.api.records.contracts import Contracts
from procurement.api.records.document_copies import DocumentCopies
from procurement.api.records.documents import Documents
from procurement.api.records.exchange_rates import ExchangeRates
from procurement.api.records.fiscal_years import FiscalYears
from procurement.api.records.organizations import Organizations
from procurement.api.records.program_pictures import ProgramPictures
from procurement.api.records.programs import Programs
from procurement.api.root import Description, NotFound, Root
from procurement.api.tokens.viewset import Tokens
from procurement.charts.drawing import TYPES

app_name = "api"

RESOURCES: dict[str, type[Listing]] = {
    "organizations": Organizations,
    "documents": Documents,
    "programs": Programs,
    "contracts": Contracts,
    **FACTS,
    "status-drafts": StatusDrafts,
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
    "mutes": Mutes,
    "notices": Notices,
    "tokens": Tokens,
    "changes": Changes,
    "imports": Imports,
    "column-mappings": ColumnMappings,
    "exports": Exports,
    "ocds/releases": Releases,
    "ocds/records": Records,
    "doubtful-matches": DoubtfulMatches,
    "assignment-rules": AssignmentRules,
}

router = SimpleRouter()
for name, resource in RESOURCES.items():
    router.register(name, resource, basename=name)
router.register(r"imports/(?P<batch>[0-9]{1,18})/issues", ImportIssues, basename="import-issues")
router.register(r"documents/(?P<document>[0-9]{1,18})/copies", DocumentCopies, basename="document-copies")

urlpatterns = [
    path("", Root.as_view(resources=list(RESOURCES)), name="root"),
    path("schema/", Description.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    path("ocds/export.jsonl", Export.as_view({"get": "list"}), name="ocds-export"),
    *router.urls,
    *(
        re_path(
            rf"^programs/(?P<code>{Programs.lookup_value_regex})/timeline\.{form}$",
            ProgramPictures.as_view({"get": form}),
            name=f"programs-timeline-{form}",
        )
        for form in TYPES
    ),
    re_path(rf"^exports/(?P<name>{EXPORT})/(?P<file>{FILE})$", Exports.as_view({"get": "file"}), name="exports-file"),
    re_path(r"", NotFound.as_view()),
]
