"""One run: a portfolio, the measurements asked for, and the page."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from benchmarks import reporting, totals
from benchmarks.admin import admin
from benchmarks.alerts import alerts
from benchmarks.api import api
from benchmarks.database import kept_size, own_database, remember
from benchmarks.exposure import exposure, growth
from benchmarks.importing import imports
from benchmarks.joint import joint
from benchmarks.measuring import Measurement, load, machine, server_settings
from benchmarks.options import Options
from benchmarks.pages import pages
from benchmarks.portfolio import fill, settle
from benchmarks.posting import posting
from benchmarks.progress import Progress
from benchmarks.reporting import Circumstances
from benchmarks.size import Size
from benchmarks.sweep import sweep
from benchmarks.together import together

#: What is measured, or a sentence below the table.
Found = Measurement | str
MEASURES: dict[str, Callable[[Size, Progress], Iterator[Found]]] = {
    "exposure": exposure,
    "posting": posting,
    "joint": joint,
    "sweep": sweep,
    "imports": imports,
    "api": api,
    "pages": pages,
    "admin": admin,
    "alerts": alerts,
    "together": together,
}


def run(options: Options) -> str:
    """Measure what was asked for and return the page; it is also written where that was asked for.

    Raises NothingKept.
    """
    progress, before = Progress(), load()
    small: list[Found] = []
    if options.growth and options.size is not None:
        with own_database():
            small = list(measured(["exposure"], ready(options.size.tenth(), progress), progress))
    with own_database(reuse=options.reuse, keep=options.keep):
        size = ready(options.size, progress)
        found = list(measured(options.parts, size, progress))
        found += growth(small, found)
        today = dt.datetime.now(tz=dt.UTC).date()
        page = reporting.page(Circumstances(size, machine(), server_settings(), before, today), found)
    if options.write:
        reporting.write(page)
    return page


def ready(size: Size | None, progress: Progress) -> Size:
    """Fill the database with a portfolio, or take the kept one that is in it; then the totals and statistics."""
    if size is None:
        size = kept_size()
        assert size is not None, "own_database() refuses to reuse what has none"
        progress.say(f"taking the kept database: {size}")
    else:
        fill(size, progress)
        remember(size)
    settle()
    progress.say("vacuumed and analyzed")
    if not totals.are_there():
        totals.rebuild(progress)
        settle()
    return size


def measured(names: Sequence[str], size: Size, progress: Progress) -> Iterator[Found]:
    """Each measurement, announced as it is done."""
    for name in names:
        for each in MEASURES[name](size, progress):
            progress.say(each if isinstance(each, str) else said(each))
            yield each


def said(each: Measurement) -> str:
    """One measurement as a line of progress."""
    return f"{each.name}: {each.ours:,.1f} {each.unit}, {each.ratio:.3g} yardsticks {each.verdict}".rstrip()
