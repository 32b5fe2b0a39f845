"""Which code reads files: what it made of a line may differ from what other code would make of it."""

import hashlib
import sys
from functools import cache
from pathlib import Path

import procurement


@cache
def code_version() -> int:
    """A number that another release of this service, or of a library, does not have."""
    digest = hashlib.sha256(sys.version.encode())
    for folder in sorted(filter(None, sys.path)):
        for installed in sorted(Path(folder).glob("*.dist-info")):
            digest.update(installed.name.encode())
    for module in sorted(Path(procurement.__file__).parent.rglob("*.py")):
        digest.update(module.read_bytes())
    return int.from_bytes(digest.digest()[:8], signed=True)
