"""One contract action of a US file, whatever its layout: its cells by our names, and its keys. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from procurement.common.reading_dates import day_or_none
from procurement.imports.formats.us_contract_actions.cells import plain_amount, plain_day
from procurement.imports.formats.us_contract_actions.layouts import Layout
from procurement.imports.rows import Given

#: Measures of the ledger, which are also our names of their cells.
MEASURES = ("funding", "commitment", "ceiling")
#: What keys hold where a part is empty.
NONE = "-NONE-"
#: Codes of weapon systems that name none.
NO_SYSTEM = frozenset({"0", "00", "000", "0000", "NONE", "*"})
#: The Department of Defense: its sub-agencies share one code in the numbers of their contracts.
DEFENSE, DEFENSE_IN_KEYS = frozenset({"097", "97"}), "9700"


@dataclass(frozen=True)
class Action:
    """One line of a file. What is worked out from it is kept: it is asked for several times."""

    layout: Layout
    line: int
    cells: tuple[str, ...]
    sheet: str = ""

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The cells that are not empty, by our names."""
        return self.layout.texts(self.cells)

    def text(self, name: str) -> str:
        """A cell by our name; empty where the layout has none."""
        return self.texts.get(name, "")

    def given(self, name: str, plain: str = "") -> Given:
        """The same with its place, for a row."""
        return Given(self.layout.heading(name), self.text(name), self.line, plain)

    # money and days

    @cached_property
    def movements(self) -> Mapping[str, Given]:
        """What moved, by measure: zero moves nothing."""
        found = {}
        for measure in MEASURES:
            if text := self.text(measure):
                plain = plain_amount(text)
                if not plain or Decimal(plain):
                    found[measure] = self.given(measure, plain)
        return found

    def day_given(self, name: str) -> Given:
        """A day, for a row."""
        return self.given(name, plain_day(self.text(name)))

    def day(self, name: str) -> dt.date | None:
        """A day; None where none can be read."""
        return day_or_none(plain_day(self.text(name)))

    @cached_property
    def signed(self) -> Given:
        """The day of the action."""
        return self.day_given("signed")

    @property
    def order(self) -> tuple[str, int]:
        """The order among the actions of a contract: by day; of one day, by line."""
        return self.signed.plain, self.line

    # what it is

    @cached_property
    def is_award(self) -> bool:
        """Whether this is the award itself (modification 0) and no later change of it."""
        return bool(self.text("modification")) and not self.text("modification").strip("0")

    @cached_property
    def is_vehicle(self) -> bool:
        """Whether the contract only frames orders (an indefinite delivery vehicle, IDV)."""
        return (self.text("kind").upper() or self.text("award_key")[len("CONT_") :]).startswith("IDV")

    @cached_property
    def label(self) -> str:
        """Its name in issues."""
        return f"action {self.text('modification')} of {self.text('piid')}"

    @cached_property
    def in_words(self) -> str:
        """Its number among the changes of its contract, and what it did: P00003: FUNDING ONLY ACTION."""
        return f"{self.text('modification')}: {self.text('reason_words')}".removesuffix(": ")

    @property
    def note(self) -> str:
        """The same for its movements. What a list calls an action changes from one edition to the next."""
        return self.in_words if "reason" in self.layout.kind.columns else self.text("modification")

    @cached_property
    def system(self) -> str:
        """The code of the weapon system; empty where the action names none."""
        code = self.text("system").upper()
        return "" if code in NO_SYSTEM else code

    # its keys

    @cached_property
    def record(self) -> str:
        """The name of the line in its file."""
        return f"{self.sheet}:{self.line}"

    @property
    def agency(self) -> str:
        """The code of the agency in the contract's number."""
        if self.text("department") in DEFENSE:
            return DEFENSE_IN_KEYS
        return self.text("agency") or self.text("buyer_code")

    @cached_property
    def award_key(self) -> str:
        """The publisher's id of the contract; composed in the same way where the layout has none."""
        if given := self.text("award_key"):
            return given
        if self.is_vehicle:
            return f"CONT_IDV_{self.text('piid')}_{self.agency}"
        parent = f"{self.text('parent_piid') or NONE}_{self.text('parent_agency') or NONE}"
        return f"CONT_AWD_{self.text('piid')}_{self.agency}_{parent}"

    @cached_property
    def key(self) -> str:
        """The publisher's id of the action; composed in the same way where the layout has none."""
        if given := self.text("key"):
            return given
        number = self.text("number") or (NONE if self.is_vehicle else "0")
        parts = ("parent_agency", "piid", "modification", "parent_piid")
        return "_".join([self.agency, *(self.text(part) or NONE for part in parts), number])

    @property
    def says(self) -> tuple[str, ...]:
        """What the action says, for telling a repetition from a contradiction."""
        moved = [(each.plain or each.text) for each in self.movements.values()]
        return (self.signed.plain, *self.movements, *moved, self.text("reason"), self.text("reason_words"))
