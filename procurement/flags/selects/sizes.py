"""From which amounts on a contract is large, and up to which it is small: what rules by money share. Pure."""

from decimal import Decimal

from procurement.flags.rule import Money

LARGE = Money(
    "large",
    {
        "JPY": Decimal(1_000_000_000),
        "USD": Decimal(10_000_000),
        "EUR": Decimal(10_000_000),
        "GBP": Decimal(10_000_000),
    },
    reason="about where a contract is reported to a parliament or congress one by one; high from the first day",
)
SMALL = Money(
    "small",
    {"JPY": Decimal(100_000_000), "USD": Decimal(1_000_000), "EUR": Decimal(1_000_000), "GBP": Decimal(1_000_000)},
    reason="a tenth of large: below it a contract is listed, but is not urgent until the stop has lasted",
)
