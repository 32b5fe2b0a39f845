"""The formats, one per module, found by listing this package: adding one edits nothing else. Pure."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from procurement.common.errors import BadSource
from procurement.imports.format import File, Format
from procurement.imports.rows import BadFile


@cache
def all_formats() -> tuple[Format, ...]:
    """Every format, by its name."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return tuple(sorted((module.FORMAT for module in modules), key=lambda each: each.name))


def suffixes() -> tuple[str, ...]:
    """The suffixes of all formats."""
    return tuple(dict.fromkeys(suffix for each in all_formats() for suffix in each.suffixes))


def format_named(name: str) -> Format:
    """The format of this name. Raises BadSource, which lists the formats."""
    known = {each.name: each for each in all_formats()}
    if name not in known:
        raise BadSource(f"there is no format “{name[:60]}”; accepted: {', '.join(known)}")
    return known[name]


def format_of(file: File) -> Format:
    """The one format that recognises a file. Raises BadFile if none or several do."""
    head = file.head()
    ends = [each for each in all_formats() if file.name.lower().endswith(each.suffixes)]
    found, faults = [], []
    for each in ends:
        try:
            if each.recognises(head) and each.looks_into(file):
                found.append(each)
        except BadFile as error:
            faults.append(error)
    if len(found) > 1:
        raise BadFile(1, f"may be {' or '.join(each.name for each in found)}; name the format that it is in")
    if not found:
        raise faults[0] if faults else BadFile(1, f"is in no known format; accepted: {_names(ends or all_formats())}")
    return found[0]


def _names(of: Sequence[Format]) -> str:
    return ", ".join(each.name for each in of)
