"""What the actions of one contract in a portion say together about the contract itself. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from procurement.common.texts import text_fault
from procurement.imports.formats.us_contract_actions.actions import Action
from procurement.imports.formats.us_contract_actions.cells import country, day_fault
from procurement.imports.reading import Reading
from procurement.imports.rows import Given

#: The most characters of a title.
LONGEST_TITLE = 500


@dataclass(frozen=True)
class Contract:
    """A contract with those of its actions that stand in a portion."""

    key: str
    actions: Sequence[Action]

    @cached_property
    def latest(self) -> Action:
        """The latest action: it says when the contract ends now."""
        return max(self.actions, key=lambda each: each.order)

    @cached_property
    def origin(self) -> Action:
        """The award itself, or else the earliest action."""
        return next((each for each in self.actions if each.is_award), None) or min(
            self.actions, key=lambda each: each.order
        )

    @property
    def label(self) -> str:
        """Its name in issues."""
        return f"contract “{self.key}”"

    @cached_property
    def starts(self) -> Given | None:
        """When it starts, if an action says so."""
        says = self.origin.is_award or self.origin.layout.kind.starts_with_contract
        return self.origin.day_given("starts") if says and self.origin.day("starts") else None

    @cached_property
    def ending(self) -> Action | None:
        """The latest action that says when it ends; None where that would be before it starts."""
        found = max((each for each in self.actions if each.day("ends")), key=lambda each: each.order, default=None)
        if found is None or (self.starts and found.day_given("ends").plain < self.starts.plain):
            return None
        return found

    @property
    def ends(self) -> Mapping[str, Given]:
        """When it ends, and the day of the action that says so: a later one, also of another file, counts instead."""
        if self.ending is None:
            return {}
        return {"ends_on": self.ending.day_given("ends"), "said_on": self.ending.signed}

    @property
    def title(self) -> tuple[Action, str]:
        """What it is called, and the action that says so: its own description, else its number."""
        names = [(each, each.text("award_title")) for each in (self.latest, self.origin)]
        names += [(each, each.text("title")) for each in (self.origin, self.latest)]
        found = ((each, name) for each, name in names if name and not text_fault(name))
        return next(found, (self.origin, f"Contract {self.origin.text('piid')}"))

    def cells(self) -> dict[str, Given]:
        """The cells of its row, without those that are rows themselves."""
        (by, title), line = self.title, self.latest.line
        cells = {
            "reference": Given("award key", self.key, line),
            "title": Given(by.layout.heading("title"), cut(title), by.line),
            "description": Given("", self._description(title), line),
            "currency": Given("", "USD", line),
            "method": Given("", self._method, line),
        }
        if self.origin.is_award:
            cells["signed_on"] = self.origin.signed
        return cells | ({"starts_on": self.starts} if self.starts else {}) | dict(self.ends)

    @property
    def _method(self) -> str:
        """How it is bought: it frames orders, or the supplier is in the buyer's country; else the file does not say."""
        if self.origin.is_vehicle:
            return "framework"
        return "domestic" if country(self.origin.text("supplier_country")) == "US" else ""

    def _description(self, title: str) -> str:
        parent, listed = self.origin.text("parent_piid"), self.origin.text("listed_under")
        number = f"PIID {self.origin.text('piid')}" + (f" under {parent}" if parent else "")
        parts = [number, f"listed under {listed}" if listed else "", self._system, title if title != cut(title) else ""]
        return "; ".join(part for part in parts if part)

    @property
    def _system(self) -> str:
        """The weapon system that an action names, by which rules may assign a program."""
        named = next((each for each in self.actions if each.system), None)
        if named is None:
            return ""
        words = named.text("system_words")
        return f"weapon system {named.system}" + (f" ({words})" if words else "")

    def remark_on(self, reading: Reading) -> None:
        """Remark on days that are left out."""
        for action in self.actions:
            for name in ("starts", "ends"):
                if action.text(name) and not action.day(name):
                    said = f"is left out: {day_fault(action.text(name))}"
                    reading.remark("unreadable-day", action.line, action.label, said, cell=action.given(name))
        ending = self.latest.day_given("ends")
        if self.starts and ending.plain and not self.ends:
            said = f"is before it starts, {self.starts.plain}; the end is left out"
            reading.remark("end-before-start", self.latest.line, self.label, said, cell=ending)


def cut(title: str) -> str:
    """A title that is not too long to be stored."""
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
