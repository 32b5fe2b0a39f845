"""The kinds of rows that one search finds, how each is searched, and its state in words."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement.admin.listed.contract_states import ContractState, contract_states
from procurement.cases.flag_counts import flag_counts
from procurement.common import localized
from procurement.common.dates import Asked
from procurement.common.dating import day_as_given
from procurement.common.searching import KeptBegins
from procurement.common.words import word
from procurement.contracts.models import Contract
from procurement.flags.models import Flag
from procurement.flags.rules import all_rules
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.naming import match_key
from procurement.programs.models import Program
from procurement.programs.reading import standings
from procurement.programs.standing import Standing
from procurement.sources.models import Document

Texts = Mapping[int, str]


@dataclass(frozen=True)
class Kind:
    """One kind of rows: its title, its table, what finds exactly the row that was meant, and what is said of each."""

    title: Any
    model: Any
    exactly: Callable[[str], Q]
    told: Callable[[Sequence[Any]], Texts]
    #: what names a row: rows of which one is the text, or begins with it, come first
    names: Sequence[str]
    related: Sequence[str] = ()
    #: whether rows are found whose names only resemble the text
    resembles: bool = True


def _program(text: str) -> Q:
    return Q(code=text.lower()) | Q(name__iexact=text) | Q(local_name=text)


def referred_to(text: str) -> Q:
    """The contracts that have a text as their reference, whoever's they are."""
    return Q(reference_key=match_key(text))


def _organization(text: str) -> Q:
    identified = OrganizationIdentifier.objects.filter(KeptBegins(F("pk"), Value(text)))[:100]
    return (
        Q(match_key=match_key(text)) | Q(local_key=match_key(text)) | Q(pk__in=[r.organization_id for r in identified])
    )


def _flag(text: str) -> Q:
    return Q(pk=int(text)) if text.isascii() and text.isdigit() and len(text) < 18 else Q(pk__in=[])


def _told_programs(rows: Sequence[Program]) -> Texts:
    ids = [row.pk for row in rows]
    known, flags = standings(Asked(timezone.localdate()), ids), flag_counts(ids)
    return {pk: _program_told(known.get(pk, Standing()), sum(flags.get(pk, {}).values())) for pk in ids}


def _program_told(standing: Standing, flags: int) -> str:
    status = word("program_status", standing.status) if standing.status else str(_("no decision known"))
    said = status
    if standing.began is not None:
        said = str(_("%(status)s since %(day)s")) % {"status": status, "day": localized.day(standing.began.dated)}
    return said if not flags else str(_("%(said)s; open flags: %(number)d")) % {"said": said, "number": flags}


def _told_contracts(rows: Sequence[Contract]) -> Texts:
    states = contract_states([row.pk for row in rows])
    return {row.pk: _contract_told(row, states[row.pk]) for row in rows}


def _contract_told(row: Contract, state: ContractState) -> str:
    said = {
        "state": word("contract_status", state.status),
        "supplier": str(state.supplier or localized.unknown()),
        "programs": ", ".join(map(str, state.programs)) or str(_("none")),
        "amount": localized.in_full(state.outstanding, row.currency),
    }
    template = _("%(state)s; supplier: %(supplier)s; program: %(programs)s; outstanding: %(amount)s")
    return str(template) % said


def _told_organizations(rows: Sequence[Organization]) -> Texts:
    return {row.pk: ", ".join(filter(None, [row.get_kind_display(), _country(row.country)])) for row in rows}


def _country(code: str) -> str:
    return localized.country_name(code) if code else ""


def _told_documents(rows: Sequence[Document]) -> Texts:
    return {row.pk: ", ".join(filter(None, [row.publisher, _day(row.published_on), row.url])) for row in rows}


def _day(day: dt.date | None) -> str:
    return localized.day(day) if day else ""


def _told_flags(rows: Sequence[Flag]) -> Texts:
    titles = {rule.code: rule.title for rule in all_rules()}
    return {
        row.pk: f"{row.get_severity_display()}, {row.get_state_display()}: {titles.get(row.rule, row.rule)}"
        for row in rows
    }


def told_fact(row: Any) -> str:
    """What a fact is about, of which day, and whether it stands."""
    about = getattr(row, "contract", None) or getattr(row, "program", None) or ""
    said = {"about": str(about), "day": day_as_given(row.effective_on, row.effective_precision)}
    if row.is_reversal:
        return str(_("%(about)s, %(day)s; takes back row %(row)s")) % (said | {"row": row.reverses_id})
    if row.reversal is not None:
        return str(_("%(about)s, %(day)s; taken back by row %(row)s")) % (said | {"row": row.reversal.pk})
    return str(_("%(about)s, %(day)s")) % said


KINDS = (
    Kind(_("Programs"), Program, _program, _told_programs, ("code", "name", "local_name")),
    Kind(_("Contracts"), Contract, referred_to, _told_contracts, ("reference", "title", "local_title")),
    Kind(
        _("Organizations"),
        Organization,
        _organization,
        _told_organizations,
        ("name", "local_name"),
    ),
    Kind(
        _("Documents"),
        Document,
        lambda text: Q(url=text),
        _told_documents,
        ("title", "publisher"),
    ),
    Kind(_("Flags"), Flag, _flag, _told_flags, ("summary",), ("program", "contract"), resembles=False),
)
