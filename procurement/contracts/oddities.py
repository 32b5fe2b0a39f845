"""Warnings about a contract's own dates and currency, which are accepted although they look wrong."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from procurement.common.dates import period_start
from procurement.common.withdrawn import withdrawal_said
from procurement.contracts.models import Contract
from procurement.fiscal.reading import fiscal_years
from procurement.sources.oddities import has_fiscal_days, odd_days

#: The columns that a warning about a contract may depend on.
COLUMNS = frozenset(
    {"signed_on", "signed_precision", "starts_on", "ends_on", "ends_precision", "currency"}
)  # fmt: skip


def odd_contract(row: Contract, changed: Iterable[str] | None = None) -> tuple[str, ...]:
    """The warnings about a contract that is new, or of which one of these columns was changed."""
    return tuple(_odd(row)) if changed is None or COLUMNS & set(changed) else ()


def _odd(row: Contract) -> Iterator[str]:
    begins = period_start(row.signed_on, row.signed_precision) if row.signed_on else None
    if begins and row.ends_on and begins > row.ends_on:
        said = f"signed_on: {begins.isoformat()} is after ends_on, {row.ends_on.isoformat()}"
        yield f"{said}: accepted as given; check which of the two is right"
    calendars = fiscal_years() if has_fiscal_days([row]) else {}
    yield from odd_days(row, timezone.localdate(), row.buyer.country, calendars)
    yield from withdrawal_said(row.currency, "signed_on", row.signed_on, row.signed_precision)
