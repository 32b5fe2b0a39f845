"""Posting descriptive rows by sets: matched by the same rules as one at a time, in a few statements for hundreds."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from django.db.models import F, Q

from procurement.common.errors import Refused
from procurement.common.matching import Found, differences
from procurement.contracts.models import Contract
from procurement.contracts.oddities import odd_contract
from procurement.contracts.recording import refuse_bad_contract
from procurement.contracts.referring import is_unique_everywhere, reference_lock
from procurement.imports.posting.attribution import Attribution
from procurement.imports.posting.edits import Told
from procurement.imports.posting.ends import ENDS, EndNews, Outcome
from procurement.imports.posting.new_rows import Fresh, Returning, drafted_row
from procurement.imports.posting.organizations import named_organizations
from procurement.parties.matching import OrganizationInput
from procurement.parties.naming import match_key
from procurement.parties.reading import bodies_now
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

#: Stands for the buyer where a reference is unique for all of them.
EVERYBODY = 0


def contracts(given: Sequence[Columns], attribution: Attribution) -> Sequence[Answer]:
    """Match contracts by buyer and reference, or create them; newer news of their ends is taken."""
    bodies = bodies_now()
    names = [(bodies.one(each["buyer"].pk), match_key(each.get("reference", ""))) for each in given]
    unique = {key for _, key in names if is_unique_everywhere(key)}
    attribution.lock(reference_lock(*name) for name in (*names, *((EVERYBODY, key) for key in unique)))
    buyers = bodies.all_of({name[0] for name in names})
    found = Contract.everything.filter(buyer__in=buyers, reference_key__in={name[1] for name in names}).order_by("-pk")
    known = _elsewhere(unique) | {(bodies.one(row.buyer_id), row.reference_key): row for row in found}
    fresh, returning, ends = Fresh(Contract, len(given)), Returning(attribution), EndNews(attribution)
    made: set[int] = set()

    def enter(place: int) -> Answer:
        name, each = names[place], given[place]
        stored = known.get(name) or known.get((EVERYBODY, name[1]))
        if stored is not None:
            _refuse_another_currency(stored, each)
            ends.add(place, stored, each, is_fresh=stored.pk in made)
            return returning.found(Found(stored, warnings=_differences(stored, each, attribution)))
        row = drafted_row(Contract, _stored_columns(each) | {"reference_key": name[1], "entered_by": attribution.by})
        refuse_bad_contract(row)
        known[name] = fresh.add(row)
        if name[1] in unique:
            known[EVERYBODY, name[1]] = row
        made.add(row.pk)
        ends.add(place, row, each, is_fresh=True)
        return Found(row, created=True, warnings=odd_contract(row))

    answers = [_answer(enter, place) for place in range(len(given))]
    for place, outcome in ends.settle().items():
        answers[place] = _with_news(answers[place], outcome)
    fresh.store()
    returning.store()
    return answers


def _elsewhere(keys: Collection[str]) -> dict[tuple[int, str], Contract]:
    """The contracts whose references are unique for all buyers; of several of one reference the first in view."""
    if not keys:
        return {}
    found = Contract.everything.filter(reference_key__in=keys, reference_key__startswith="cont_")
    rows = found.select_related("buyer").order_by(F("withdrawn_at").asc(nulls_last=True), "-pk")
    return {(EVERYBODY, row.reference_key): row for row in rows}


def _stored_columns(columns: Columns) -> dict[str, Any]:
    """The columns of a contract, without what only its file has."""
    return {name: value for name, value in columns.items() if name != "said_on"}


def _differences(stored: Contract, columns: Columns, attribution: Attribution) -> tuple[str, ...]:
    """What a file says otherwise than the stored contract; a batch's word about its end is settled apart."""
    for name in ("buyer", "source"):  # else each is read to be compared
        if name in columns and getattr(stored, f"{name}_id") == columns[name].pk:
            setattr(stored, name, columns[name])
    # another publication may name the contract too
    apart = {"said_on"} if attribution.batch_id is None else {"said_on", "source", *ENDS}
    return differences(stored, {name: value for name, value in columns.items() if name not in apart})


def _with_news(answer: Answer, outcome: Outcome) -> Answer:
    if isinstance(answer, Refused):
        return answer
    warnings = (*answer.warnings, *filter(None, [outcome.differs]))
    told = Told(answer.row, answer.created, warnings, answer.named, updated=outcome.updated, queued=outcome.queued)
    return replace(told, column=ENDS[0])


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
