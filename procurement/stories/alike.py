"""What is on record and may be what a story means: offered to whoever enters it, never taken by itself."""

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from django.db import models
from django.db.models.functions import Left

from procurement.contracts.models import Contract
from procurement.parties.models import Organization
from procurement.parties.naming import BEGINNING, bare_key, beginning, match_key, similarity
from procurement.programs.models import Program
from procurement.sources.models import Document

R = TypeVar("R", bound=models.Model)

#: So many of each are offered, the most similar first.
MOST = 5
#: From this similarity on a name is offered.
LEAST = 0.35
#: So many rows are compared at most.
COMPARED = 5_000


def programs_like(name: str) -> list[Program]:
    """Programs whose name, in either language, or code is similar."""
    rows = Program.objects.order_by("pk")[:COMPARED]
    return _most_similar(name, ((row, (row.name, row.local_name, row.code)) for row in rows))


def organizations_like(name: str, country: str = "") -> list[Organization]:
    """Organizations whose name is similar and begins alike, or is the same in the other language."""
    key, bare = match_key(name), bare_key(name)
    rows = Organization.objects.annotate(begins=Left("bare_key", BEGINNING))
    rows = rows.filter(models.Q(begins=beginning(bare)) | models.Q(match_key=key) | models.Q(local_key=key))
    if country:
        rows = rows.filter(country__in=["", country])
    return _most_similar(name, ((row, (row.name, row.local_name)) for row in rows.order_by("pk")[:COMPARED]))


def documents_like(title: str, url: str, published_on: dt.date | None) -> list[Document]:
    """The document at an address; else those of the same day with a similar title."""
    if url and (found := Document.objects.filter(url=url).first()):
        return [found]
    rows = Document.objects.filter(published_on=published_on).order_by("pk")[:COMPARED] if published_on else []
    return _most_similar(title, ((row, (row.title,)) for row in rows))


def contracts_like(program: Program, title: str, reference: str) -> list[Contract]:
    """Contracts that belonged to a program and have a similar title, or the reference."""
    rows = Contract.objects.of_program(program.pk).order_by("pk")[:COMPARED]
    key = match_key(reference) if reference else ""
    same = [row for row in rows if key and row.reference_key == key]
    near = _most_similar(title, ((row, (row.title, row.local_title)) for row in rows))
    return [*same, *(row for row in near if row not in same)]


def _most_similar(name: str, rows: Iterable[tuple[R, Iterable[str]]]) -> list[R]:
    """The rows one of whose names is most like a name."""
    wanted = bare_key(name) if name.strip() else ""
    if not wanted:
        return []
    scored = [
        (max((_alike(wanted, bare_key(each)) for each in names if each), default=0.0), row) for row, names in rows
    ]
    near = [(score, row) for score, row in scored if score >= LEAST]
    return [row for _, row in sorted(near, key=lambda each: (-each[0], each[1].pk))[:MOST]]


def _alike(wanted: str, key: str) -> float:
    """From 0 to 1; a name that contains the other one is alike, however long it is."""
    shorter, longer = sorted((wanted, key), key=len)
    return max(similarity(wanted, key), 0.9 if len(shorter) >= 4 and shorter in longer else 0.0)
