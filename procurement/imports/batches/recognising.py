"""Deciding in which format a file is read: the one that was named, or the one that recognises its content."""

from collections.abc import Sequence
from typing import Any

from procurement.common.errors import BadSource, Refused
from procurement.common.options import chosen
from procurement.imports.format import File, Format
from procurement.imports.formats import accepts, format_named, format_of, recognising
from procurement.imports.loading import Choice
from procurement.imports.mappings import FORMAT, OPTION, mapping_for, with_whole_mapping
from procurement.imports.rows import BadFile


def understood(file: File, choice: Choice) -> tuple[Format, dict[str, Any]]:
    """The format of a file, and the value of each of its options.

    Raises Refused for an unknown format, for one that the file is not in while another one recognises it, for a file in
    no known format, and for options that the format does not have.
    """
    options = with_whole_mapping(choice.options)
    name = choice.format or (FORMAT if options.get(OPTION) else "")
    if name:
        found = _named(file, name)
    else:
        found, options = _recognised(file, options)
    return found, chosen(found.options, options, prefix="options.")


def _named(file: File, name: str) -> Format:
    try:
        named = format_named(name)
    except BadSource as error:
        raise Refused({"format": str(error)}) from error
    if named.name == FORMAT or _accepts(named, file):
        return named
    others, _ = recognising(file)
    if others:
        said = f"the file is not in “{named.name}”: its content is that of {_listed(others)}, which would be accepted"
        raise Refused({"format": said})
    return named  # nothing contradicts the person who named it


def _accepts(named: Format, file: File) -> bool:
    try:
        return accepts(named, file)
    except BadFile:
        return False


def _listed(found: Sequence[Format]) -> str:
    return " or ".join(f"“{each.name}” ({each.title})" for each in found)


def _recognised(file: File, options: dict[str, Any]) -> tuple[Format, dict[str, Any]]:
    try:
        return format_of(file), options
    except BadFile as error:
        mapping = mapping_for(file)
        if mapping is None:
            raise Refused({"file": f"{error}; or name its format"}) from error
    return format_named(FORMAT), with_whole_mapping(options | {OPTION: mapping.name})
