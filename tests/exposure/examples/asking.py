"""Asking the API as a client would, and entering what is asked about with the sources of the record."""

from typing import Any
from urllib.parse import urlencode

from django.test import Client

from procurement.figures.models import ReportedFigure
from procurement.figures.recording import reported_figures
from procurement.sources.documents import DocumentInput, find_or_create_document
from procurement.sources.models import Document
from tests.api.calling import Caller
from tests.makers import day

BALANCE = ("committed", "paid", "outstanding", "unaccounted")
SINCE = ("committed_since", "paid_since", "paid_since_rehomed")


def read(path: str, as_of: str, **params: str) -> Any:
    """A whole answer as of a day."""
    return Caller(Client()).read(f"{path}?{urlencode({'as_of': as_of, **params}, safe=',')}")


def rows(as_of: str, **params: str) -> list[dict[str, Any]]:
    """The rows of an answer."""
    found: list[dict[str, Any]] = read("exposure/", as_of, **params)["rows"]
    return found


def total(as_of: str, **params: str) -> dict[str, Any]:
    """The figures of everything asked for, where that is in one currency."""
    (only,) = read("exposure/", as_of, **params)["totals"]
    found: dict[str, Any] = only
    return found


def of_program(code: str, as_of: str, **params: str) -> dict[str, Any]:
    """The row of one program."""
    (only,) = read(f"programs/{code}/exposure/", as_of, **params)["rows"]
    found: dict[str, Any] = only
    return found


def some(row: dict[str, Any], *names: str) -> list[Any]:
    """Some figures of a row."""
    return [row[name] for name in names]


def cite(url: str, publisher: str, on: str | None = None, grade: str = "secondary") -> Document:
    """A document of the record; without a day where our notes have none."""
    published_on = day(on) if on else None
    title = f"{publisher}, {url.rstrip('/').rpartition('/')[2]}"
    return find_or_create_document(DocumentInput(title, url, publisher, published_on=published_on, grade=grade))


def report(measure: str, currency: str, on: str, source: Document, **more: Any) -> ReportedFigure:
    """What somebody said a total was: kept beside the ledger, and never summed."""
    days = {"as_of_date": day(on), "effective_on": day(on)}
    return reported_figures.record(
        ReportedFigure(measure=measure, currency=currency, source=source, **days, **more)
    ).fact
