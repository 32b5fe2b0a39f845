"""Fiscal years (DESIGN.md section 5): Japan and the United Kingdom from April, the United States from October. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FiscalYear:
    """When a country's fiscal year begins, and whether it is named after the year it begins (0) or ends in (1)."""

    first_month: int
    label: int = 0


FISCAL_YEARS = {"JP": FiscalYear(4), "GB": FiscalYear(4), "US": FiscalYear(10, 1)}
