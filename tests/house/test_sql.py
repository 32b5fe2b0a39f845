"""SQL is composed of pieces that take their names as arguments, and no piece is longer than a screen."""

import ast
from collections.abc import Iterator

from tests.house.shape import Module, modules

LONGEST = 40


def replacements(module: Module) -> Iterator[ast.Call]:
    """Calls of `text.replace(...)` but for those of one character, which make names and words."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "replace":
            letters = [each.value for each in node.args if isinstance(each, ast.Constant)]
            if len(letters) != 2 or any(len(str(each)) > 1 for each in letters):
                yield node


def constants(module: Module) -> Iterator[ast.Constant]:
    """String constants, docstrings left out."""
    docstrings = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def test_no_sql_is_made_by_replacing_text():
    composing = [module for module in modules() if "from psycopg import sql" in module.text]
    assert [f"{module}:{call.lineno}" for module in composing for call in replacements(module)] == []


def test_no_piece_of_sql_is_longer_than_a_screen():
    found = [(str(module), node.lineno, str(node.value)) for module in modules() for node in constants(module)]
    assert [(name, line) for name, line, text in found if text.count("\n") > LONGEST] == []
