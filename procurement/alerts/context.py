"""The context of events: owner, standing of the program, and what is still owed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from procurement.alerts.events import Happening
from procurement.alerts.matching import Place, Rates
from procurement.common.dates import Asked
from procurement.common.money import as_text, trimmed
from procurement.common.searching import folded
from procurement.contracts.models import Contract, ContractParty
from procurement.exposure.valuing import ContractValue, value_contracts
from procurement.parties.models import Organization
from procurement.parties.reading import bodies_at
from procurement.programs.models import Program
from procurement.programs.reading import standings
from procurement.programs.standing import Standing
from procurement.programs.wording import dispute_in_words, standing_in_words
from procurement.rates.converting import known_rates


class Surroundings:
    """What is known on a day about the programs and contracts of some events, read at once for all of them."""

    def __init__(self, happenings: Collection[Happening], today: dt.date, *, in_full: bool = True) -> None:
        asked = Asked(today)
        self.asked = asked
        self.places: dict[tuple[str, str, int], Place] = {}
        program_ids = {h.program_id for h in happenings if h.program_id is not None}
        shared = {program for h in happenings for program in h.programs}
        contract_ids = {h.contract_id for h in happenings if h.contract_id is not None}
        self.programs = Program.everything.select_related("buyer").in_bulk(program_ids | shared)
        self.contracts = Contract.everything.select_related("buyer").in_bulk(contract_ids)
        self.parties = _parties(asked, contract_ids)
        buyers = {row.buyer for row in self.programs.values()} | {row.buyer for row in self.contracts.values()}
        self.remaining = _remaining(buyers, asked)
        # without `in_full` neither how programs stand nor what is owed is read
        self.standings = standings(asked, program_ids) if in_full else {}
        self.of_program: dict[int, list[ContractValue]] = defaultdict(list)
        self.of_contract: dict[int, list[ContractValue]] = defaultdict(list)
        about_programs = {h.program_id for h in happenings if h.program_id is not None and h.contract_id is None}
        for value in value_contracts(asked, program_ids=about_programs) if about_programs and in_full else ():
            self.of_program[value.program_id or 0].append(value)
        for value in value_contracts(asked, contract_ids=contract_ids) if contract_ids and in_full else ():
            self.of_contract[value.contract_id].append(value)

    def place(self, happening: Happening) -> Place:
        """What the filters of subscriptions look at; worked out once for each event."""
        if happening.identity not in self.places:
            self.places[happening.identity] = self._place(happening)
        return self.places[happening.identity]

    def _place(self, happening: Happening) -> Place:
        buyers = {program.buyer for program in self._programs(happening) if program.buyer is not None}
        buyers |= {contract.buyer for contract in self._contracts(happening)}
        countries = {p.country for p in self._programs(happening)} | {
            self.remaining.get(b.pk, b).country for b in buyers
        }
        return Place(
            organizations=frozenset({b.pk for b in buyers})
            | happening.organizations
            | frozenset(self.parties.get(happening.contract_id or 0, ())),
            countries=frozenset(countries - {""}),
            domains=frozenset(p.domain for p in self._concerned(happening)) - {""},
            text=self._text(happening),
            outstanding=_outstanding(self._values(happening)),
            unknown=frozenset(v.currency for v in self._values(happening) if _is_unknown(v)),
        )

    def rates_to(self, currencies: Iterable[str]) -> Rates:
        """What the amounts here are worth in other currencies, as far as there are rates, however old.

        At most four queries, none where all is in one currency.
        """
        values = [*self.of_program.values(), *self.of_contract.values()]
        native = {value.currency for some in values for value in some}
        wanted = {currency for currency in currencies if currency}
        pairs = {(each, other) for each in native for other in wanted if each != other}
        found = known_rates(pairs, self.asked, any_age=True) if pairs else {}
        return {pair: rate.rate for pair, rate in found.items()}

    def _concerned(self, happening: Happening) -> list[Program]:
        """Every program that it concerns, the first one too."""
        return [self.programs[pk] for pk in sorted(happening.programs | {happening.program_id or 0} - {0})]

    def _text(self, happening: Happening) -> str:
        """The words in which subscriptions look for theirs; they are not found across two of these texts."""
        named = [t for p in self._concerned(happening) for t in (p.code, p.name, p.local_name)]
        titled = [t for c in self._contracts(happening) for t in (c.reference, c.title, c.local_title)]
        said = [str(happening.facts.get(name) or "") for name in ("quotation", "term")]
        return folded("\n".join([happening.summary, *named, *titled, *said]))

    def payload(self, happening: Happening) -> dict[str, Any]:
        """What an alert stores: the event, and the situation at that time."""
        values = self._values(happening)
        return {
            "event": happening.event,
            "happened_at": happening.happened_at.isoformat(),
            "late": happening.late,
            "program": next((self._program(p) for p in self._programs(happening)), None),
            "contract": next((_contract(c) for c in self._contracts(happening)), None),
            **_owed(values),
            **self._share(happening),
            **happening.facts,
        }

    def _share(self, happening: Happening) -> dict[str, Any]:
        """What of a contract's amounts is the program's, where that is a part: a flag's summary says no more."""
        if happening.contract_id is None or happening.program_id is None:
            return {}
        own = [value for value in self._values(happening) if value.program_id == happening.program_id]
        return {"share": {"of": trimmed(own[0].share), **_owed(own)}} if any(v.share != 1 for v in own) else {}

    def _values(self, happening: Happening) -> list[ContractValue]:
        if happening.contract_id is not None:
            return self.of_contract[happening.contract_id]
        return self.of_program[happening.program_id or 0]

    def _programs(self, happening: Happening) -> list[Program]:
        return [self.programs[happening.program_id]] if happening.program_id is not None else []

    def _contracts(self, happening: Happening) -> list[Contract]:
        return [self.contracts[happening.contract_id]] if happening.contract_id is not None else []

    def _program(self, program: Program) -> dict[str, Any]:
        standing = self.standings.get(program.pk, Standing())
        return {
            "code": program.code,
            "name": program.name,
            "local_name": program.local_name,
            "status": standing.status,
            "status_since": _iso(standing.since),
            "stopped_on": _iso(standing.stopped_on),
            "stopped_as": standing.stopped_as,
            "standing": standing_in_words(standing),
            "disputed": standing.disputed,
            "disputed_since": _iso(standing.disputed_since),
            "last_said_on": _iso(standing.last_said_on),
            "dispute": dispute_in_words(standing),
        }


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _contract(contract: Contract) -> dict[str, Any]:
    return {
        "id": contract.pk,
        "reference": contract.reference,
        "title": contract.title,
        "local_title": contract.local_title,
    }


def _parties(asked: Asked, contract_ids: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = ContractParty.objects.standing(asked).filter(contract__in=contract_ids)
    for contract_id, organization_id in rows.values_list("contract_id", "organization_id"):
        found[contract_id].add(organization_id)
    return found


def _remaining(buyers: Collection[Organization | None], asked: Asked) -> dict[int, Organization]:
    """Of the buyers that were merged those that remain of them."""
    into = bodies_at(asked).into if buyers else {}
    merged = {each.pk: into[each.pk] for each in buyers if each is not None and each.pk in into}
    rows = Organization.everything.in_bulk(set(merged.values()))
    return {pk: rows[one] for pk, one in merged.items()}


def _is_unknown(value: ContractValue) -> bool:
    """Whether the amount still owed is unknown: payments not recorded, or no commitment."""
    return value.unaccounted != 0 or value.committed is None


def _outstanding(values: Iterable[ContractValue]) -> dict[str, Decimal]:
    return _sums((v.currency, v.outstanding) for v in values if v.outstanding is not None)


def _sums(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for currency, amount in amounts:
        found[currency] += amount
    return dict(found)


def _owed(values: Collection[ContractValue]) -> dict[str, Any]:
    """What is outstanding and unaccounted for, by currency, as answers write amounts."""
    return {
        "outstanding": _texts(_outstanding(values)),
        "unaccounted": _texts(_sums((v.currency, v.unaccounted) for v in values if v.unaccounted)),
    }


def _texts(amounts: dict[str, Decimal]) -> list[dict[str, str | None]]:
    return [{"currency": currency, "amount": as_text(amounts[currency], currency)} for currency in sorted(amounts)]
