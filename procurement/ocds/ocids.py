"""The ocids of processes: stored ones that are such, and those that this service makes with its prefix. Pure."""

import re
from dataclasses import dataclass

from procurement.common.ocds_extension import OCID

#: The digits of the id in an ocid of ours; all have as many, so that they sort as the ids do.
DIGITS = 12


@dataclass(frozen=True)
class Ocids:
    """How ocids of ours begin."""

    prefix: str

    @property
    def stem(self) -> str:
        """What is before the number of a contract, or before what its source calls the process."""
        return f"{self.prefix}-"

    def of(self, stored: str, pk: int) -> str:
        """The ocid of a contract: the stored one if it is one; else ours, of the stored text or of its number."""
        return stored if re.match(OCID, stored) else self.stem + (stored or f"{pk:0{DIGITS}}")

    def stored(self, ocid: str) -> list[str]:
        """The texts that contracts of a process may have stored."""
        rest = ocid.removeprefix(self.stem)
        return [each for each in dict.fromkeys([ocid, rest]) if each and self.of(each, 0) == ocid]

    def number(self, ocid: str) -> int | None:
        """The contract whose number an ocid of ours holds; None if it holds none."""
        found = re.fullmatch(f"[0-9]{{{DIGITS}}}", ocid.removeprefix(self.stem), re.ASCII)
        return int(found[0]) if found and ocid.startswith(self.stem) else None

    def rest_after(self, after: str) -> str | None:
        """The text after which stored ones sort that get our prefix: empty for all of them, None for none."""
        if after.startswith(self.stem):
            return after.removeprefix(self.stem)
        return "" if self.stem > after else None

    def first_after(self, after: str) -> int:
        """The first number whose ocid sorts after a text."""
        rest = self.rest_after(after)
        if not rest:
            return 0 if rest == "" else 10**DIGITS
        digits = re.match(f"[0-9]{{0,{DIGITS}}}", rest, re.ASCII)[0]  # type: ignore[index]  # it matches no digits too
        if len(digits) == DIGITS:
            return int(digits) + 1
        behind = rest[len(digits) :]
        first = int(digits or 0) + (bool(behind) and behind[0] > "9")
        return int(first * 10 ** (DIGITS - len(digits)))
