"""How fast one connection posts a long list, beside plain COPY to the same table; and a thousand facts in a request."""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection
from django.test import Client, override_settings

from benchmarks.copying import without_triggers
from benchmarks.measuring import TIMES, Measurement, took
from benchmarks.posters import Movement, entry, in_order, source
from benchmarks.progress import Progress
from benchmarks.size import TODAY
from procurement.access.tokens import issue_token
from procurement.ledger.recording import ledger_entries
from procurement.sources.long_lists import record_long

LONG, TARGET = 100_000, 0.5
REQUEST, SECONDS = 1_000, 1.0
COPY = """
COPY procurement_ledgerentry (contract_id, measure, amount, rounding, in_kind, reason, effective_on,
    effective_precision, published_on, source_id, source_key, revision, note) FROM STDIN
"""


def long_lists(progress: Progress, most: int | None = None) -> Iterator[Measurement]:
    """A list as long as a file's, cut into short transactions by the verb; of COPY it is one transaction."""
    facts = min(LONG, most or LONG)
    rates: dict[str, list[float]] = {"copy": [], "verb": []}
    for _ in range(TIMES):
        lines, rows = list(in_order(facts)), list(in_order(facts))
        with plain_entries():
            rates["copy"].append(facts / took(lambda lines=lines: _copy(lines)))  # type: ignore[misc]
        rates["verb"].append(facts / took(lambda rows=rows: _post(rows)))  # type: ignore[misc]
        progress.say(f"a list of {facts:,}: {', '.join(f'{found[-1]:,.0f}' for found in rates.values())} facts/s")
    ours, plain = statistics.median(rates["verb"]), statistics.median(rates["copy"])
    yield Measurement(
        f"posting a list of {facts:,}, beside plain COPY", ours, plain, "facts/s", TARGET, more_is_better=True
    )


def a_request(progress: Progress, most: int | None = None) -> Iterator[Measurement]:
    """A list in one request to the API, read, posted and answered; the yardstick is a second."""
    facts = min(REQUEST, most or REQUEST)
    headers = {"Authorization": f"Token {issue_token('benchmark', 'write').token}"}
    client = Client(headers=headers, SERVER_NAME="localhost")
    with override_settings(ALLOWED_HOSTS=["localhost"], SECURE_SSL_REDIRECT=False):
        times = [took(lambda: _send(client, list(in_order(facts)))) for _ in range(1 + TIMES)][1:]
    progress.say(f"{facts:,} in a request: {', '.join(f'{each:.2f}' for each in times)} s")
    yield Measurement(f"posting {facts:,} facts in a request", statistics.median(times), SECONDS, "s", 1.0)


def _copy(lines: Sequence[Movement]) -> None:
    rest = f"{TODAY}\t{source()}"
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for each in lines:
            start = f"{each.contract}\t{each.measure}\t{each.amount}\t0\tf\tother\t{each.day}\tday"
            copy.write(f"{start}\t{rest}\t{each.key}\t1\t\n")


def _post(rows: Sequence[Movement]) -> None:
    for outcome in record_long(ledger_entries, ([entry(each)] for each in rows), at_once=2):
        if outcome.refused is not None:
            raise outcome.refused


def _send(client: Client, rows: Sequence[Movement]) -> None:
    body = [
        {
            "contract": each.contract,
            "measure": each.measure,
            "amount": str(each.amount),
            "effective_on": each.day.isoformat(),
            "published_on": TODAY.isoformat(),
            "source": source(),
            "source_key": each.key,
        }
        for each in rows
    ]
    response = client.post("/api/v1/ledger-entries/", body, content_type="application/json")
    if response.status_code != 201:
        raise RuntimeError(response.content.decode()[:500])


@contextmanager
def plain_entries() -> Iterator[None]:
    """Let none of our triggers see what is put into the ledger meanwhile, and take it out again at the end."""
    with without_triggers("procurement_ledgerentry"), connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(max(id), 0) FROM procurement_ledgerentry")
        (last,) = cursor.fetchone()
        try:
            yield
        finally:
            cursor.execute("DELETE FROM procurement_ledgerentry WHERE id > %s", [last])
