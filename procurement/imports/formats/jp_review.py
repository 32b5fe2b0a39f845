"""Programs of a Japanese ministry and who was paid under them, from its administrative review (行政事業レビュー).

Two files of JSON: the projects by their number, and the recipients of payments by theirs. docs/formats/jp_review.md
says how each part is read. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from procurement.common.options import NotAccepted, Option, as_text
from procurement.imports.files.json_chunks import start_of
from procurement.imports.files.json_text import JsonText
from procurement.imports.files.json_values import objects, text_of
from procurement.imports.format import File, Format
from procurement.imports.japan.awards import SCHEME
from procurement.imports.reading import Cell, Reading
from procurement.imports.rows import BadFile, Given, Parsed, Ref

SYSTEM = "https://rssystem.go.jp/"
TITLE = "行政事業レビュー（RSシステム）"
WHOLE = re.compile("[0-9]{1,16}", re.ASCII)
CORPORATE_NUMBER = re.compile("[0-9]{13}", re.ASCII)
#: Names behind which the review hides somebody: 法人A, 個人B, Ａ社.
ANONYMOUS = re.compile("(法人|個人|会社|団体|事業者)[A-ZＡ-Ｚ0-9０-９]{1,3}|[A-ZＡ-Ｚ]{1,2}(社|法人|氏)", re.IGNORECASE)
#: The longest name in our tables, and the most of a number in a key.
NAME, KEY = 300, 160


def read(file: File, options: Mapping[str, Any]) -> Iterator[Parsed]:
    """The programs or payments of a file, in portions. Raises BadFile."""
    reading, text = Reading(file.name), JsonText(file)
    yield from reading.portions(records(Review(reading, options), text))


def records(review: "Review", text: JsonText) -> Iterator[str]:
    """The number of each project or recipient, once its rows were added. Raises BadFile."""
    if text.peek() != "{":
        raise BadFile(1, "is not a JSON object of projects by number, or of recipients")
    number = 0
    for name in text.members():
        if name == "metadata":
            review.take_year(text.value())
        elif name == "recipients" and text.peek() == "{":
            for key in text.members():
                review.add_recipient(key[:KEY], *_next(text))
                number += 1
                yield key
        elif name != "redirects":  # of old keys of recipients
            review.add_project(name[:KEY], *_next(text))
            number += 1
            yield name
        else:
            text.value()
    if not number:
        raise BadFile(1, "holds no project and no recipient")
    review.say_what_was_left_out()


def _next(text: JsonText) -> tuple[Any, int]:
    text.peek()
    line = text.line
    return text.value(), line


@dataclass
class Review:
    """One file being read."""

    reading: Reading
    options: Mapping[str, Any]
    labelled: int = 0
    others: int = 0
    subcontracts: int = 0

    def __post_init__(self) -> None:
        self.labelled = int(self.options["year"] or 0)

    def take_year(self, metadata: Any) -> None:
        """The year of the review, unless one was chosen."""
        found = text_of(metadata.get("year")) if isinstance(metadata, Mapping) else ""
        if not self.labelled and re.fullmatch("20[0-9]{2}", found, re.ASCII):
            self.labelled = int(found)

    def add_project(self, key: str, project: Any, line: int) -> None:
        """Add the program that a project is."""
        number = text_of(project.get("projectId")) if isinstance(project, Mapping) else ""
        if not WHOLE.fullmatch(number) or not text_of(project.get("projectName")):
            said = "has no projectId and projectName; {“projectId”: 5001, “projectName”: …} would be accepted"
            self.reading.refuse(Ref("programs", key), line, said, record=key)
        elif not self._is_of(project):
            self.others += 1
        else:
            self._program(project, line, key)

    def add_recipient(self, key: str, recipient: Any, line: int) -> None:
        """Add what a recipient was paid directly: under each program, and by the ministry in all."""
        if not isinstance(recipient, Mapping) or not text_of(recipient.get("name")):
            self.reading.refuse(Ref("reported_figures", key), line, "has no name", record=key)
            return
        if not self.labelled:
            raise BadFile(line, "names no year before its recipients; the option year would give it one")
        payments = [each for each in objects(recipient.get("appearances")) if self._is_of(each)]
        direct = [each for each in payments if text_of(each.get("originKind")) == "direct"]
        self.subcontracts += len(payments) - len(direct)
        self.others += not payments
        if fault := next((f"{text_of(e.get('projectName'))[:NAME]}: {f}" for e in direct if (f := _fault(e))), ""):
            self.reading.refuse(Ref("reported_figures", key), line, fault, record=key)
            return
        payee = self._payee(key, recipient, line)
        for number in dict.fromkeys(text_of(each.get("pid")) for each in direct):
            of_program = [each for each in direct if text_of(each.get("pid")) == number]
            program = self._program(of_program[0], line, key)
            about: dict[str, Cell] = {"program": program, "organization": self._ministry(line, key)}
            self._figure(of_program, f"paid directly to {_shown(key, recipient)}", key, line, about)
        if payee and direct:
            self._figure(direct, f"paid directly by {self.options['ministry']}", key, line, {"organization": payee})

    def say_what_was_left_out(self) -> None:
        """One remark for each kind of what was left out."""
        ministry = self.options["ministry"]
        if self.others:
            said = f"{self.others} projects or recipients have nothing of {ministry}; they are left out"
            self.reading.remark("other ministries", 1, "file", said)
        if self.subcontracts:
            said = f"{self.subcontracts} payments to subcontractors are part of others; they are left out"
            self.reading.remark("subcontracts", 1, "file", said)

    # rows

    def _word(self, text: str, line: int, name: str = "") -> Cell:
        return Given(name, text, line)

    def _is_of(self, item: Mapping[str, Any]) -> bool:
        return bool(text_of(item.get("ministry")) == self.options["ministry"])

    def _source(self, line: int, record: str) -> Ref:
        cells = {"title": TITLE, "url": self.options["source_url"], "language": "ja", "grade": "secondary"}
        words = {name: self._word(text, line) for name, text in cells.items()}
        return self.reading.row(Ref("documents", "review"), words, line=line, record=record)

    def _ministry(self, line: int, record: str) -> Ref:
        cells = {"name": self.options["buyer"] or self.options["ministry"], "country": "JP"}
        words = {name: self._word(text, line) for name, text in cells.items()}
        words["kind"] = self._word("government_executive", line)
        return self.reading.row(Ref("organizations", "ministry"), words, line=line, record=record)

    def _program(self, project: Mapping[str, Any], line: int, record: str) -> Ref:
        """The program of a project, or of a payment under it."""
        number = text_of(project.get("projectId")) or text_of(project.get("pid"))
        name = text_of(project.get("projectName"))[:NAME]
        cells = {
            "name": self._word(name, line, "projectName"),
            "local_name": self._word(name, line, "projectName"),
            "country": self._word("JP", line),
            "description": self._word(_description(project), line, "overview"),
            "buyer": self._ministry(line, record),
            "source": self._source(line, record),
        }
        return self.reading.row(Ref("programs", f"jp-rs-{number}"), cells, line=line, record=record)

    def _payee(self, key: str, recipient: Mapping[str, Any], line: int) -> Ref | None:
        """The recipient as an organization; None if the review hides who it is."""
        name = text_of(recipient.get("name"))
        if ANONYMOUS.fullmatch(name):
            said = "hides who it is: no organization is made of it, and no figure about one"
            self.reading.remark("hidden name", line, f"recipient “{key}”", said, cell=Given("name", name, line))
            return None
        cells = {"name": self._word(name[:NAME], line, "name")}
        if CORPORATE_NUMBER.fullmatch(number := text_of(recipient.get("corporateNumber"))):
            cells |= {"country": self._word("JP", line)}
            cells |= {"identifiers": self._word(f"{SCHEME}:{number}", line, "corporateNumber")}
        return self.reading.row(Ref("organizations", key), cells, line=line, record=key)

    def _figure(
        self, paid: Sequence[Mapping[str, Any]], scope: str, key: str, line: int, about: Mapping[str, Cell]
    ) -> None:
        """What was paid in the fiscal year before the review, in all blocks of the project; 0 says nothing."""
        total = sum((Decimal(text_of(each["amount"])) for each in paid), Decimal(0))
        (subject, ref), *_ = about.items()
        if not total:
            said = f"{scope}: the amount is 0, which may mean that it is not known; it is left out"
            self.reading.remark("amount of 0", line, f"recipient “{key}”", said)
            return
        day, year = f"{self.labelled}-03-31", self.labelled - 1
        cells = {
            "measure": self._word("paid", line),
            "amount": self._word(str(total), line, "appearances.amount"),
            "currency": self._word("JPY", line),
            "scope": self._word(f"{scope}, fiscal year {year}", line),
            "source": self._source(line, key),
        }
        for name in ("effective", "as_of"):
            cells |= {f"{name}_precision": self._word("fiscal_year", line)}
        cells |= {"effective_on": self._word(day, line), "as_of": self._word(day, line)}
        name = f"{'paid to ' + key if subject == 'program' else scope} {year}"
        within = f"{subject} {ref.key if isinstance(ref, Ref) else ''}"
        self.reading.row(Ref("reported_figures", name, within), cells | dict(about), line=line, record=key)


def _shown(key: str, recipient: Mapping[str, Any]) -> str:
    number = f" ({key})" if CORPORATE_NUMBER.fullmatch(key) else ""
    return f"{text_of(recipient.get('name'))[:150]}{number}"


def _fault(payment: Mapping[str, Any]) -> str:
    """Why a payment cannot be taken."""
    if not WHOLE.fullmatch(text_of(payment.get("pid"))) or not text_of(payment.get("projectName")):
        return "a payment names no project by pid and projectName; 5001 would be accepted"
    amount = text_of(payment.get("amount"))
    return (
        ""
        if WHOLE.fullmatch(amount)
        else f"amount “{amount[:40]}” is not a whole number of yen; 1887000000 would be accepted"
    )


def _description(project: Mapping[str, Any]) -> str:
    """The overview, with the bureau and the years before it."""
    years = [text_of(project.get(name)) for name in ("startYear", "endYear")]
    bureau = text_of(project.get("bureau"))
    parts = [f"Bureau: {bureau}." if bureau else "", f"From fiscal year {years[0]}." if years[0] else ""]
    parts.append(
        f"To fiscal year {years[1]}." if years[1] else "No end planned." if project.get("noEndDate") is True else ""
    )
    return "\n\n".join(
        part for part in (" ".join(filter(None, parts)), text_of(project.get("overview"))[:5000]) if part
    )


def as_year(value: object) -> str:
    """The year in the name of a review."""
    text = as_text(value)
    if not re.fullmatch("20[0-9]{2}", text, re.ASCII):
        raise NotAccepted("is not the year of a review; 2024 would be accepted")
    return text


def recognises(head: bytes) -> bool:
    """Whether a file may hold projects or recipients of the review."""
    start = start_of(head)
    return (b'"projectId"' in start and b'"projectName"' in start) or (
        b'"recipients"' in start and b'"appearances"' in start
    )


FORMAT = Format(
    "jp_review",
    "Japanese administrative review: projects and recipients of payments (JSON)",
    (".json", ".json.gz"),
    read,
    options=(
        Option("ministry", "of which projects and payments are taken, as the file names it", default="防衛省"),
        Option("buyer", "the name of that ministry here; empty: as the file names it"),
        Option(
            "year",
            "that the review is named for, if the file does not say: 2024 is that of money of fiscal year 2023",
            read=as_year,
        ),
        Option("source_url", "the address of the review", default=SYSTEM),
    ),
    recognises=recognises,
    self_contained=True,
)
