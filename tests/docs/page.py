"""The page of the twenty questions, as it is read: a heading, a table of answers, and the sources they rest on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEAD = ["case", "address", "where in the answer", "says"]
RESTS_ON = "Rests on:"
SOURCE = re.compile(
    r"^- \[(?P<title>.+)\]\(<(?P<url>.+)>\), (?P<publisher>.+), (?P<grade>primary|secondary|weak)$", re.MULTILINE
)
CODE = re.compile(r"^`(.*?)`(?: \((.+)\))?$")


@dataclass(frozen=True)
class Row:
    """One answer: of which case, asked at which address, found where, and in which words; `gloss` is the page's own."""

    case: str
    address: str
    where: str
    says: str
    gloss: str


@dataclass(frozen=True)
class Source:
    """A document that the answers rest on."""

    title: str
    url: str
    publisher: str
    grade: str


@dataclass(frozen=True)
class Question:
    """One question of the page."""

    number: int
    title: str
    text: str
    rows: tuple[Row, ...]
    rests_on: tuple[Source, ...]


def questions(path: Path) -> list[Question]:
    """The questions of a page, in order. Raises ValueError for a row of a table that cannot be read."""
    parts = re.split(r"^## Q(\d+) (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [question(*parts[place : place + 3]) for place in range(0, len(parts), 3)]


def question(number: str, title: str, text: str) -> Question:
    """One question, from its heading and what stands below it."""
    asked, _, rests = text.partition(RESTS_ON)
    found = tuple(Source(**each.groupdict()) for each in SOURCE.finditer(rests))
    if len(found) != len(rests.split("\n- ")) - 1:
        raise ValueError(f"Q{number}: a source is no `- [title](<address>), publisher, grade`")
    return Question(int(number), title, asked, tuple(rows(asked)), found)


def rows(text: str) -> Iterator[Row]:
    """The rows of a table; an empty case or address is that of the row above."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    head, _, *below = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    if head != HEAD:
        raise ValueError(f"a table has the columns {HEAD}, not {head}")
    case = address = ""
    for named, at, where, says in below:
        case, address = named or case, at or address
        answer, gloss = code(says)
        yield Row(case, code(address)[0], code(where)[0], answer, gloss)


def code(cell: str) -> tuple[str, str]:
    """What a cell has in code, and the words in parentheses behind it."""
    found = CODE.match(cell)
    if found is None:
        raise ValueError(f"{cell} is no `code` with words in parentheses behind it")
    return found[1], found[2] or ""
