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
    found, faults = recognising(file)
    if len(found) > 1:
        raise BadFile(1, f"may be {_names(found, ' or ')}; name the format that it is in")
    if not found:
        ends = _with_suffix_of(file) or all_formats()
        raise faults[0] if faults else BadFile(1, f"is in no known format; accepted: {_names(ends)}")
    return found[0]


def recognising(file: File) -> tuple[list[Format], list[BadFile]]:
    """The formats that recognise a file, and why others could not look into it."""
    found, faults = [], []
    for each in _with_suffix_of(file):
        try:
            if accepts(each, file):
                found.append(each)
        except BadFile as error:
            faults.append(error)
    return found, faults


def accepts(format_: Format, file: File) -> bool:
    """Whether a format recognises a file with one of its suffixes. Raises BadFile."""
    return format_.recognises(file.head()) and format_.looks_into(file)


def _with_suffix_of(file: File) -> list[Format]:
    return [each for each in all_formats() if file.name.lower().endswith(each.suffixes)]


def _names(of: Sequence[Format], between: str = ", ") -> str:
    return between.join(each.name for each in of)
