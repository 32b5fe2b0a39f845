"""What can be measured of the code without running it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("tracker", "procurement")

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module(NamedTuple):
    path: Path
    text: str
    tree: ast.Module

    def __repr__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @property
    def area(self) -> str | None:
        """The area of procurement that the module belongs to; the app's own modules belong to none."""
        parts = self.path.relative_to(ROOT).parts
        return parts[1] if parts[0] == "procurement" and len(parts) > 2 else None


@cache
def modules() -> list[Module]:
    """All code but migrations, which tools write."""
    paths = [path for top in TOPS for path in sorted((ROOT / top).rglob("*.py")) if "migrations" not in path.parts]
    return [Module(path, text := path.read_text(), ast.parse(text)) for path in paths]


def functions(module: Module) -> Iterator[Function]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def classes(module: Module) -> Iterator[ast.ClassDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            yield node


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def untyped(function: Function) -> bool:
    """Whether a return or an argument but self or cls says no type."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, [given.vararg, given.kwarg])]
    return function.returns is None or any(a.annotation is None for a in named if a.arg not in ("self", "cls"))


def imported(module: Module) -> Iterator[str]:
    """Full names of the modules that a module imports from this project, at any depth of its code."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def areas_imported() -> set[tuple[str, str]]:
    """Pairs of areas of which the first imports the second."""
    pairs = {
        (module.area, name.split(".")[1])
        for module in modules()
        for name in imported(module)
        if module.area and name.startswith("procurement.")
    }
    return {(one, other) for one, other in pairs if one != other}
