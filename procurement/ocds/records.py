"""The record of a process: its releases, and what they say together. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from procurement.ocds.mapping import Json
from procurement.ocds.process import Process, digest
from procurement.ocds.releases import releases_of


def record_of(process: Process) -> Json:
    """The releases of a process and the compiled one.

    The compiled release is what merging by OCDS's rules gives, and for each contract since when nothing has confirmed
    that it still runs.
    """
    releases = releases_of(process)
    whole = compiled(releases)
    ages = {each.contract.id: each for each in process.agreements}
    for contract in whole["contracts"]:
        if confirmed_on := ages[contract["id"]].confirmed_on:
            presumed = ages[contract["id"]].presumed
            contract["confirmation"] = {"confirmedOn": confirmed_on.isoformat(), "presumed": presumed}
    return {"ocid": process.ocid, "releases": releases, "compiledRelease": whole}


def compiled(releases: Sequence[Json]) -> Json:
    """What the releases of a process say together."""
    merging: Json = {}
    for each in releases:
        _take(merging, each)
    whole: Json = _plain(merging)
    ids = digest("\n".join(each["id"] for each in releases))
    return whole | {"id": f"{whole['ocid']}-compiled-{ids}", "tag": ["compiled"]}


class _ById(dict[str, Json]):
    """A list of objects while it is merged."""


def _take(whole: Json, new: Json) -> None:
    """OCDS's merge: a null takes back, objects are merged, and so are objects in lists by their ids."""
    for name, value in new.items():
        if value is None:
            whole.pop(name, None)
        elif isinstance(value, dict):
            _take(whole.setdefault(name, {}), value)
        elif _tells_apart(value):
            for each in value:
                _take(whole.setdefault(name, _ById()).setdefault(each["id"], {}), each)
        else:
            whole[name] = value


def _plain(value: Any) -> Any:
    """What was merged, with its lists."""
    if isinstance(value, _ById):
        return [_plain(each) for each in value.values()]
    return {name: _plain(each) for name, each in value.items()} if isinstance(value, dict) else value


def _tells_apart(value: Any) -> bool:
    """Whether a value is a list of objects, all of which have an id."""
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and "id" in each for each in value)


def last_date(releases: Iterable[Json]) -> str:
    """The date of the newest release; empty if there is none."""
    return max((each["date"] for each in releases), default="")
