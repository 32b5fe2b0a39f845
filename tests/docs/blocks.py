"""The examples of a page of docs/, as they stand there, put to work."""

import re
from collections.abc import Callable
from importlib import invalidate_caches
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


def block(page: str, language: str) -> str:
    """The one block of code in this language."""
    (found,) = blocks(page, language)
    return found


def blocks(page: str, language: str) -> list[str]:
    """Every block of code in this language, in order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def plug_in(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    package: ModuleType,
    name: str,
    code: str,
    listed: Callable[[], object],
) -> None:
    """Add a module to a package that is found by listing it, and nothing else."""
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    invalidate_caches()
    listed.cache_clear()  # type: ignore[attr-defined]
