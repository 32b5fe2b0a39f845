"""The kinds of channels, one per file, found by listing this package: adding one edits nothing else."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from procurement.delivery.message import Carrier


@cache
def carriers() -> dict[str, type[Carrier]]:
    """Every channel's class, by its kind."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found: list[type[Carrier]] = [module.CARRIER for module in modules]
    return {carrier.kind: carrier for carrier in sorted(found, key=lambda carrier: carrier.kind)}
