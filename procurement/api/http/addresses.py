"""The address that was meant where there is nothing at the one that was asked for."""

import re
from difflib import get_close_matches

from django.urls import Resolver404, resolve
from django.urls.resolvers import ResolverMatch

#: Where the API begins.
API = "/api/v1/"
#: How much an address must resemble a resource's to be taken for it, of 1.
LIKENESS = 0.6


def meant(path: str) -> str:
    """The sentence that names the right address."""
    return f"There is nothing at this address; {right_address(path) or API} would be accepted."


def right_address(path: str) -> str | None:
    """An address that is there: without doubled slashes, with the last one, with the resource's name as it is spelt."""
    single = re.sub("/{2,}", "/", path[:500])
    tries = [single, f"{single}/", single.rstrip("/")]
    tries += [each.lower().replace("_", "-") for each in tries]
    return next((each for each in tries if each != path and _is_there(each)), None) or _like(tries[-1])


def _like(path: str) -> str | None:
    """The address of the resource whose name is most like the one in an address of the API."""
    names = [name for name in _resources() if "/" not in name]
    given, _, rest = path.removeprefix(API).partition("/")
    if not path.startswith(API) or given in names:
        return f"{API}{given}/" if path.startswith(API) and given else None
    found = get_close_matches(given, names, n=1, cutoff=LIKENESS)
    return f"{API}{found[0]}/{rest}".rstrip("/") + "/" if found else None


def _resources() -> list[str]:
    from procurement.api.urls import RESOURCES

    return list(RESOURCES)


def _is_there(path: str) -> bool:
    try:
        match: ResolverMatch = resolve(path)
    except Resolver404:
        return False
    return getattr(getattr(match.func, "cls", None), "__name__", "") != "NotFound"
