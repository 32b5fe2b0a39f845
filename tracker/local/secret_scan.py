"""Looks through the files of the repository for secrets: run by `make check`, needs no network."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

#: What a secret looks like, by what it is: forms that nothing else has.
FORMS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    "key of AWS": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "token of GitHub": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b"),
    "token of GitLab": re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}\b"),
    "token of PyPI": re.compile(r"\bpypi-AgE[A-Za-z0-9_-]{50,}"),
    "token of npm": re.compile(r"\bnpm_[A-Za-z0-9]{36}\b"),
    "token of Slack": re.compile(r"\bxox[abprs]-[0-9]{8,}-[A-Za-z0-9-]{10,}"),
    "key of Google": re.compile(r"\bAIza[A-Za-z0-9_-]{35}\b"),
    "key of Stripe": re.compile(r"\b[rs]k_live_[A-Za-z0-9]{20,}\b"),
    "JSON web token": re.compile(r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{15,}"),
    "secret that is set": re.compile(
        r"(?i)\b[A-Z_]*(?:SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY)[A-Z_]*\s*[=:]\s*[\"']?(?=[^\s\"']*[0-9])(?=[^\s\"']*[A-Z])"
        r"(?=[^\s\"']*[a-z])[A-Za-z0-9+/_=-]{24,}"
    ),
}
#: Lines with one of these have an example, or something made for a test.
MARKS = ("not a secret", "only-for-")
#: Files that are made for tests.
MADE_FOR_TESTS = frozenset({"tests/delivery/certificate.pem"})


def main() -> int:
    """Print what looks like a secret, without it; 1 if there is any."""
    found = [said for path in tracked(Path()) if str(path) not in MADE_FOR_TESTS for said in secrets_of(path)]
    for said in found:
        sys.stdout.write(f"{said}\n")
    return 1 if found else 0


def tracked(root: Path) -> Iterator[Path]:
    """The files that git keeps."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout
    yield from (root / name for name in listed.decode().split("\0") if name and (root / name).is_file())


def secrets_of(path: Path) -> Iterator[str]:
    """Where a text has what looks like a secret, and which kind; files that are no text have none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return
    for number, line in enumerate(lines, 1):
        for kind, form in FORMS.items():
            if form.search(line) and not any(mark in line for mark in MARKS):
                yield f"{path}:{number}: {kind}"


if __name__ == "__main__":
    sys.exit(main())
