"""Lists of the admin as files: every row that the list's filters and search find, with the columns of the API."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from procurement.admin.shown_rows import has_shown_files, shown_rows, shown_table
from procurement.api.http.viewsets import Listing as Resource
from procurement.api.imports.viewset import ImportIssues
from procurement.api.urls import RESOURCES
from procurement.common.dates import Asked
from procurement.common.file_names import disposition, safe_name
from procurement.common.row_files import DOWNLOADS, Table
from procurement.recorders import FACT_TABLES

#: Tables that are no facts -> the name of their resource.
DESCRIBED: Mapping[str, str] = {
    "organization": "organizations",
    "document": "documents",
    "program": "programs",
    "contract": "contracts",
    "exchangerate": "exchange-rates",
    "fiscalcalendar": "fiscal-years",
    "flag": "flags",
    "importbatch": "imports",
}


@dataclass(frozen=True)
class Download:
    """The files of one table."""

    subject: str
    resource: type[Resource]
    asked: Asked

    def table(self, about: Mapping[str, str]) -> Table:
        """The columns."""
        view = self.resource.outside_of_requests(self.asked)
        return Table(view.columns(), view.numbers(), self.subject, about)


#: Tables that have files: the name of the resource, the resource, and whether it is of facts.
_Files = dict[type[models.Model], tuple[str, type[Resource], bool]]


@cache
def _resources() -> _Files:
    """Each table that has files: the name of its resource, the resource, and whether it is of facts."""
    facts: _Files = {table.model: (table.resource, RESOURCES[table.resource], True) for table in FACT_TABLES}
    described: _Files = {
        apps.get_model("procurement", model): (name, RESOURCES[name], False) for model, name in DESCRIBED.items()
    }
    issues: _Files = {apps.get_model("procurement", "importissue"): ("import-issues", ImportIssues, False)}
    return {**facts, **described, **issues}


def download_of(model: type[models.Model]) -> Download | None:
    """The files of a table, if it has any: facts of any day, and the others as they are today."""
    if model not in _resources():
        return None
    subject, resource, is_facts = _resources()[model]
    return Download(subject, resource, Asked(dt.date.max if is_facts else timezone.localdate()))


def has_files(model: type[models.Model]) -> bool:
    """Whether the list of a table comes as files: with the columns of the API, or else with those that it shows."""
    return model in _resources() or has_shown_files(model)


def subject_of(model: type[models.Model]) -> str:
    """What a file of a table is named after, in the language of whoever asks."""
    download = download_of(model)
    return download.subject if download else str(model._meta.verbose_name_plural).replace(" ", "-")


def sent(request: HttpRequest, page: Any, rows: "models.QuerySet[Any]", form: str) -> StreamingHttpResponse:
    """The rows of a list, all of them, as a file that the browser stores."""
    download = download_of(page.model)
    name, written = safe_name(f"{subject_of(page.model)}_{timezone.localdate().isoformat()}.{form}"), DOWNLOADS[form]
    about = {"file": name, "address": request.build_absolute_uri()}
    table, found = _written(page, download, rows, about)
    headers = {"Content-Disposition": disposition(name, download=True)}
    return StreamingHttpResponse(written.pieces(table, found), content_type=written.content_type, headers=headers)


def _written(
    page: Any, download: Download | None, rows: "models.QuerySet[Any]", about: Mapping[str, str]
) -> tuple[Table, Iterable[Mapping[str, Any]]]:
    """The columns of a file, and its rows."""
    if download is None:
        return shown_table(page, about), shown_rows(page, rows)
    return download.table(about), download.resource.outside_of_requests(download.asked).every(rows)
