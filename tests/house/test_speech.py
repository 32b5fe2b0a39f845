"""What the service says, it says of its record, never of the world."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
#: Words that tell what the world knows, where we only know what was entered here.
OF_THE_WORLD = re.compile(r"(in|on) (the )?public record|public record gives|(has|have|had|was|were) become public")
#: Rules and their pages, which say what was entered when.
RULES = ("procurement/flags/rules", "docs/flags")
TOLD = (
    "procurement/**/*.py",
    "procurement/**/*.html",
    "procurement/**/*.txt",
    "docs/**/*.md",
    "README.md",
    "CHANGELOG.md",
)


def speaking_of_the_world(*, of_rules: bool) -> list[str]:
    """The lines of code, templates and documents that do; migrations are history."""
    files = {path for each in TOLD for path in ROOT.glob(each)}
    named = {path.relative_to(ROOT).as_posix(): path for path in files if "migrations" not in path.parts}
    return [
        f"{name}:{number}: {line.strip()}"
        for name, path in sorted(named.items())
        if name.startswith(RULES) is of_rules
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if OF_THE_WORLD.search(line)
    ]


def test_nothing_tells_what_the_public_record_lacks():
    assert speaking_of_the_world(of_rules=False) == []


def test_no_rule_tells_what_has_become_public():
    assert speaking_of_the_world(of_rules=True) == []
