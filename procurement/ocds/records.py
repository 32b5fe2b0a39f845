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
    whole: Json = {}
    for each in releases:
        whole = _merged(whole, each)
    ids = digest("\n".join(each["id"] for each in releases))
    return whole | {"id": f"{whole['ocid']}-compiled-{ids}", "tag": ["compiled"]}


def _merged(old: Json, new: Json) -> Json:
    """OCDS's merge: a null takes back, objects are merged, and so are objects in lists by their ids."""
    whole = dict(old)
    for name, value in new.items():
        if value is None:
            whole.pop(name, None)
        else:
            whole[name] = _merged_value(whole.get(name), value)
    return whole


def _merged_value(old: Any, new: Any) -> Any:
    if isinstance(new, dict):
        return _merged(old if isinstance(old, dict) else {}, new)
    if not _tells_apart(new):
        return new
    together = {each["id"]: each for each in old or ()}
    for each in new:
        together[each["id"]] = _merged(together.get(each["id"], {}), each)
    return list(together.values())


def _tells_apart(value: Any) -> bool:
    """Whether a value is a list of objects, all of which have an id."""
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and "id" in each for each in value)


def last_date(releases: Iterable[Json]) -> str:
    """The date of the newest release; empty if there is none."""
    return max((each["date"] for each in releases), default="")
