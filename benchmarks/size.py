"""How much is generated, and over which days."""

import datetime as dt
from dataclasses import dataclass, replace

FIRST_DAY = dt.date(2012, 1, 1)
#: Days on which something happens are numbered from 0 to DAYS - 1.
DAYS = 365 * 12
#: The day that most measurements ask about: everything has happened.
TODAY = FIRST_DAY + dt.timedelta(days=DAYS)
#: A day in mid-month and mid-history: no totals of years, quarters or months end on it.
MID = dt.date(2018, 5, 17)
#: Which programs are stopped: small ones, with some hundredths of the contracts, as in real portfolios; or a fifth of
#: all, the largest among them, and with them nearly half of the contracts.
SMALL, LARGE = "small", "large"


@dataclass(frozen=True)
class Size:
    """How much to make; the same numbers make the same rows."""

    contracts: int = 20_000
    entries_per_contract: int = 10
    programs: int = 500
    suppliers: int = 5_000
    seed: int = 1
    stopped: str = SMALL

    @property
    def entries(self) -> int:
        """How many ledger entries there are, reversals left out."""
        return self.contracts * self.entries_per_contract

    @property
    def reversals(self) -> int:
        """How many ledger entries are taken back."""
        return self.entries // 100

    @property
    def largest_program(self) -> int:
        """The id of the program with the most contracts."""
        return 1

    @property
    def median_program(self) -> int:
        """The id of the program that as many are larger as are smaller than."""
        return (self.programs + 1) // 2

    def tenth(self) -> "Size":
        """The same with a tenth of the contracts, for growth."""
        return replace(self, contracts=self.contracts // 10)
