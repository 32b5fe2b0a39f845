"""The admin as an analyst meets it: every list, searches, search boxes, the first page, pages of rows, and saving one.

Each request goes through the whole service in this process, with a login. Beside it stands the list of roles, which has
four rows: what any page of the admin costs.
"""

import re
import statistics
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin as django_admin
from django.contrib.auth import get_user_model
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from benchmarks import totals
from benchmarks.measuring import Measurement, took
from benchmarks.portfolio import settle
from benchmarks.progress import Progress
from benchmarks.size import Size
from procurement.access.tokens import create_user
from procurement.admin.first_page.page import PARTS
from procurement.admin.listed.contracts import CONTRACT_COLUMNS
from procurement.contracts.models import Contract
from procurement.flags.screening.sweep import sweep
from procurement.ledger.models import LedgerEntry
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.sources.models import Document

#: Milliseconds that a page may take, and how often each is asked for after a first time, which is free.
LIMIT, TIMES = 500.0, 3
SAVES = 5
#: Lists with rows of their own in the table; of the others the slowest is named.
NAMED = ("contract", "ledgerentry", "organization", "document", "program", "flag")


def admin(size: Size, progress: Progress) -> Iterator[Measurement | str]:
    """What people do all day."""
    today = timezone.localdate()
    totals.rebuild(progress, today)
    sweep(today)
    settle()
    progress.say("totals and flags are of today")
    with _signed_in() as client:
        yardstick = _milliseconds(client, reverse("admin:auth_group_changelist"))
        measured = partial(_measured, client, yardstick)
        yield from _lists(client, yardstick)
        for name, address in (_searches(size) | _boxes(size) | _first_page() | _filters(size) | _rows(size)).items():
            yield measured(name, address)
        yield from _saving(client, yardstick, size)


@contextmanager
def _signed_in() -> Iterator[Client]:
    """An administrator at the admin."""
    name = "benchmark-admin"
    user = get_user_model().objects.filter(username=name).first()
    user = user or create_user(name, "administrator", "a long enough password")
    with override_settings(ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False):
        client = Client()
        client.force_login(user)
        yield client


def _measured(client: Client, yardstick: float, name: str, address: str) -> Measurement:
    return Measurement(name, _milliseconds(client, address), yardstick, "ms", limit=LIMIT)


def _milliseconds(client: Client, address: str) -> float:
    """The median time of a page; the first one is free."""
    _read(client, address)
    return statistics.median(took(partial(_read, client, address)) for _ in range(TIMES)) * 1000


def _read(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return bytes(answer.content)


# what is asked for


def _list(model: Any, **query: Any) -> str:
    where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{where}?{urlencode(query)}" if query else where


def _lists(client: Client, yardstick: float) -> Iterator[Measurement]:
    """The first page of every list: those with many rows each, and the slowest of the others."""
    others: list[tuple[float, str]] = []
    for model in django_admin.site._registry:
        found, name = _milliseconds(client, _list(model)), str(model._meta.model_name)
        if name in NAMED:
            yield Measurement(f"the list of {model._meta.verbose_name_plural}", found, yardstick, "ms", limit=LIMIT)
        else:
            others.append((found, str(model._meta.verbose_name_plural)))
    slowest, named = max(others)
    said = f"the slowest of {len(others)} other lists ({named})"
    yield Measurement(said, slowest, yardstick, "ms", limit=LIMIT)


def _searches(size: Size) -> dict[str, str]:
    """The search boxes of lists, and the search over everything."""
    contract = Contract.objects.get(pk=size.contracts // 2)
    maker = Organization.objects.order_by("-pk")[:1].get()
    program = Program.objects.get(pk=size.median_program)
    common = contract.title.split()[0]
    find = reverse("admin:find")
    return {
        "search: a program": _list(Program, q=program.name),
        "search: a contract by its reference": _list(Contract, q=contract.reference),
        "search: a word that all contracts have": _list(Contract, q=common),
        "search: a word that no contract has": _list(Contract, q="nowhere"),
        "search: two letters, among contracts": _list(Contract, q="zq"),
        "search: two Chinese characters, among contracts": _list(Contract, q="艦艇"),
        "search: an organization": _list(Organization, q=maker.name),
        "search: documents": _list(Document, q="News 2015"),
        "search: the ledger by a contract's reference": _list(LedgerEntry, q=contract.reference),
        "search: the ledger by a word that all contracts have": _list(LedgerEntry, q=common),
        "search: the ledger by a key that nobody used": _list(LedgerEntry, q="no-such-key"),
        "search everything: a reference": f"{find}?{urlencode({'q': contract.reference})}",
        "search everything: a word that all contracts have": f"{find}?{urlencode({'q': common})}",
        "search everything: misspelt": f"{find}?{urlencode({'q': 'Minstry 7'})}",
        "search everything: nothing": f"{find}?{urlencode({'q': 'zzyzx qqq'})}",
        "search everything: Japanese": f"{find}?{urlencode({'q': 'イージスアショワ'})}",
    }


def _boxes(size: Size) -> dict[str, str]:
    """Search boxes of forms, of which each letter asks."""
    contract = Contract.objects.get(pk=size.contracts // 3)
    asked = {
        "a contract": ("ledgerentry", "contract", contract.reference),
        "a contract by a word that all have": ("ledgerentry", "contract", contract.title.split()[0]),
        "an organization": ("contractparty", "organization", "Maker 12"),
        "a document": ("ledgerentry", "source", "News of 2015"),
        "a program": ("programallocation", "program", "program 1"),
    }
    return {f"search box: {name}": _box(*each) for name, each in asked.items()}


def _box(model: str, field: str, term: str) -> str:
    query = {"app_label": "procurement", "model_name": model, "field_name": field, "term": term}
    return f"{reverse('admin:autocomplete')}?{urlencode(query)}"


def _first_page() -> dict[str, str]:
    parts = {f"the first page: {part.name}": part.address for part in PARTS}
    return {"the first page": reverse("admin:index")} | parts


def _filters(size: Size) -> dict[str, str]:
    """What lists can be asked for beside a table's own columns."""
    supplier = Contract.objects.get(pk=size.contracts // 2).contractparty_set.all()[:1].get().organization_id
    asked: Mapping[str, Mapping[str, Any]] = {
        "of a supplier": {"contractparty_set__organization__id__exact": supplier},
        "of the largest program": {"programallocation_set__program__id__exact": size.largest_program},
        "in a state that few are in": {"status": "suspended"},
        "in a state that most are in": {"status": "active"},
        "in a currency": {"currency": Contract.objects.values_list("currency", flat=True)[:1].get()},
        "with much outstanding": {"outstanding_from": "1bn"},
        "with anything outstanding": {"outstanding_from": "1"},
        "in the order of what is outstanding": {
            "o": f"-{CONTRACT_COLUMNS.index('outstanding_today')}",
            "outstanding_from": "1bn",
        },
    }
    stopped = {"programs that are stopped": _list(Program, standing="stopped")}
    return {f"contracts {name}": _list(Contract, **query) for name, query in asked.items()} | stopped


def _rows(size: Size) -> dict[str, str]:
    return {
        "the page of a contract": reverse("admin:procurement_contract_change", args=[size.contracts // 2]),
        "the page of the largest program": reverse("admin:procurement_program_change", args=[size.largest_program]),
        "the form of a ledger entry": reverse("admin:procurement_ledgerentry_add"),
    }


# saving


def _saving(client: Client, yardstick: float, size: Size) -> Iterator[Measurement | str]:
    """Saving a new ledger entry, each of another amount under another contract."""
    address = reverse("admin:procurement_ledgerentry_add")
    times = [_saved(client, address, size.contracts // 2 + number, number) for number in range(1 + SAVES)]
    stored = [each for each in times if each is not None]
    if len(stored) < len(times):
        yield f"Of {len(times)} ledger entries that were sent, {len(stored)} were stored."
    if stored[1:]:
        yield Measurement("saving a ledger entry", statistics.median(stored[1:]) * 1000, yardstick, "ms", limit=LIMIT)


def _saved(client: Client, address: str, contract: int, number: int) -> float | None:
    """How many seconds it takes; None where it was not stored."""
    token = re.search(r'name="_form_token" value="([^"]*)"', _read(client, address).decode())
    given = {
        "_form_token": token[1] if token else "",
        "contract": contract,
        "measure": "payment",
        "reason": "other",
        "amount": f"{number + 1}.01",
        "rounding": "0",
        "effective_on": timezone.localdate().isoformat(),
        "effective_precision": "day",
        "source": 1,
        "note": f"measured {number}",
    }
    before = LedgerEntry.objects.filter(contract=contract).count()
    seconds = took(lambda: _send(client, address, given))
    return seconds if LedgerEntry.objects.filter(contract=contract).count() > before else None


def _send(client: Client, address: str, given: Mapping[str, Any]) -> None:
    """Send the form, and confirm what the service asks about."""
    answer = client.post(address, given)
    content = answer.content.decode()
    confirmed = dict(re.findall(r'<input[^>]*type="checkbox"[^>]*name="([^"]*)"[^>]*value="([^"]*)"', content))
    if answer.status_code == 200 and confirmed:
        client.post(address, dict(given) | confirmed)
