"""The page about clients lists every question of the other page, each with an address that is answered there."""

from django.conf import settings

from tests.docs.page import questions

DOCS = settings.BASE_DIR / "docs"


def test_each_question_stands_with_its_first_address():
    page = (DOCS / "clients.md").read_text(encoding="utf-8")
    told = [line for line in page.splitlines() if line.startswith("| Q")]
    asked = questions(DOCS / "questions.md")
    assert told == [f"| Q{each.number} | {each.title} | `{each.rows[0].address}` |" for each in asked]
