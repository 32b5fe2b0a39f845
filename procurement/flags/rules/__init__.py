"""The rules, one a file, found by listing this package: adding one edits nothing else."""

from collections.abc import Collection
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from procurement.common.errors import Refused
from procurement.flags.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by its code."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return tuple(sorted((module.RULE for module in modules), key=lambda rule: rule.code))


def rules_named(codes: Collection[str] | None) -> tuple[Rule, ...]:
    """The rules with these codes, or all. Raises Refused naming what would be accepted."""
    known = {rule.code: rule for rule in all_rules()}
    unknown = sorted(set(codes or ()) - set(known))
    if unknown:
        raise Refused({"rule": f"unknown: {', '.join(unknown)}; accepted: {', '.join(known)}"})
    return all_rules() if codes is None else tuple(known[code] for code in sorted(set(codes)))
