"""Posting descriptive rows by sets: matched by the same rules as one at a time, in a few statements for hundreds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from django.db.models import F, Q

from procurement.common.errors import Refused
from procurement.common.matching import Found, differences
from procurement.contracts.models import Contract
from procurement.contracts.oddities import odd_contract
from procurement.contracts.recording import refuse_bad_contract
from procurement.contracts.referring import reference_lock
from procurement.imports.posting.attribution import Attribution
from procurement.imports.posting.new_rows import Fresh, Returning
from procurement.imports.posting.organizations import named_organizations
from procurement.parties.naming import match_key
from procurement.parties.reading import bodies_now
from procurement.parties.recording import OrganizationInput
from procurement.programs.models import Program
from procurement.programs.recording import name_program
from procurement.sources.documents import DocumentInput, as_cited, drafted_document
from procurement.sources.models import Document

Columns = Mapping[str, Any]
#: A row as it is stored, or why it is not.
Answer = Found[Any] | Refused


def organizations(given: Sequence[Columns], attribution: Attribution) -> Sequence[Answer]:
    """Match or create organizations."""
    return named_organizations([OrganizationInput(**{"name": ""} | dict(each)) for each in given], attribution)


# documents


def documents(given: Sequence[Columns], attribution: Attribution) -> Sequence[Answer]:
    """Match documents by their url, those without by title, publisher and date, or create them."""
    inputs = [DocumentInput(**{"title": ""} | dict(each)) for each in given]
    attribution.lock(f"document:{each.url}" if each.url else f"paper:{each.title}" for each in inputs)
    known = {_cited_by(row): row for row in _stored_documents(inputs)}
    fresh, returning = Fresh(Document, len(inputs)), Returning(attribution)

    def cite(each: DocumentInput) -> Answer:
        stored = known.get(_cited_by(each))
        if stored is not None:
            return returning.found(as_cited(copy(stored), each))  # each citation has a date of its own
        row = known[_cited_by(each)] = fresh.add(drafted_document(each, by=attribution.by))
        return Found(row, created=True)

    answers = [_answer(cite, each) for each in inputs]
    fresh.store()
    returning.store()
    return answers


def _cited_by(row: Document | DocumentInput) -> tuple[Any, ...]:
    """What two citations of one document have in common."""
    return (row.url,) if row.url else (row.url, row.title, row.publisher, row.published_on)


def _stored_documents(inputs: Iterable[DocumentInput]) -> Iterable[Document]:
    urls = {each.url for each in inputs if each.url}
    titles = {each.title for each in inputs if not each.url}
    # of several papers that say the same the last one here is found: the first that was not withdrawn
    found = Document.everything.filter(Q(url__in=urls) | Q(url="", title__in=titles))
    return found.order_by(F("withdrawn_at").desc(nulls_last=True), "-pk")


# programs


def programs(given: Sequence[Columns], attribution: Attribution) -> Sequence[Answer]:
    """Match programs by their code, or create them; one at a time, because files have few."""
    withdrawn = set(
        Program.everything.filter(code__in=[each["code"] for each in given])
        .exclude(withdrawn_at=None)
        .values_list("code", flat=True)
    )

    def name(each: Columns) -> Answer:
        found = name_program(Program(**each, entered_by=attribution.by), stated=each)
        if found.row.code not in withdrawn:
            return found
        withdrawn.remove(found.row.code)
        attribution.note([found.row])
        return replace(found, created=True)

    return [_answer(name, each) for each in given]


# contracts


def contracts(given: Sequence[Columns], attribution: Attribution) -> Sequence[Answer]:
    """Match contracts by buyer and reference, or create them."""
    bodies = bodies_now()
    names = [(bodies.one(each["buyer"].pk), match_key(each.get("reference", ""))) for each in given]
    attribution.lock(reference_lock(*name) for name in names)
    buyers = bodies.all_of({name[0] for name in names})
    found = Contract.everything.filter(buyer__in=buyers, reference_key__in={name[1] for name in names})
    known = {(bodies.one(row.buyer_id), row.reference_key): row for row in found.order_by("-pk")}
    fresh, returning = Fresh(Contract, len(given)), Returning(attribution)

    def enter(name: tuple[int, str], each: Columns) -> Answer:
        stored = known.get(name)
        if stored is not None:
            _refuse_another_currency(stored, each)
            for known_row in ("buyer", "source"):  # else each is read to be compared
                if known_row in each and getattr(stored, f"{known_row}_id") == each[known_row].pk:
                    setattr(stored, known_row, each[known_row])
            # another publication may name the contract too
            stated = {name: value for name, value in each.items() if name != "source" or attribution.batch_id is None}
            return returning.found(Found(stored, warnings=differences(stored, stated)))
        row = Contract(**each, reference_key=name[1], entered_by=attribution.by)
        refuse_bad_contract(row)
        known[name] = fresh.add(row)
        return Found(row, created=True, warnings=odd_contract(row))

    answers = [_answer(lambda pair: enter(*pair), pair) for pair in zip(names, given, strict=True)]
    fresh.store()
    returning.store()
    return answers


def _refuse_another_currency(stored: Contract, columns: Columns) -> None:
    """The file's amounts are in the file's currency: under a contract in another currency they would be wrong."""
    given = columns.get("currency") or stored.currency
    if given != stored.currency:
        said = f"contract {stored.pk}, which has this reference, is in {stored.currency}, so the amounts of the file"
        raise Refused({"currency": f"{said} would be read in it: correct the stored row or the file first"})


def _answer(act: Callable[[Any], Answer], given: Any) -> Answer:
    try:
        return act(given)
    except Refused as refused:
        return refused


#: How the rows of each descriptive table are posted. Each needs a transaction, to whose end it keeps its locks.
DESCRIPTIVE: Mapping[str, Callable[[Sequence[Columns], Attribution], Sequence[Answer]]] = {
    "organizations": organizations,
    "documents": documents,
    "programs": programs,
    "contracts": contracts,
}
