"""Batches: handing in a file, reading it, and finding the work that waits. One verb, whichever door a file comes by."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import PurePath
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import BadSource, Refused, TryAgain
from procurement.common.options import chosen
from procurement.common.texts import text_fault
from procurement.imports.assignment.rules import FORMAT as ASSIGNING
from procurement.imports.batches.assigning import assign_all
from procurement.imports.batches.forgetting import file_lock
from procurement.imports.batches.giving_way import giving_way
from procurement.imports.batches.kept_files import Kept, Progress, path_of
from procurement.imports.batches.previewing import previewed
from procurement.imports.batches.recognising import understood
from procurement.imports.batches.stored_account import StoredAccount
from procurement.imports.batches.undoing import take_back
from procurement.imports.formats import format_named
from procurement.imports.loading import Choice, offered, portions, post_offered, post_portions
from procurement.imports.models import ImportBatch, ImportIssue
from procurement.imports.posting.attribution import Attribution
from procurement.imports.posting.lines import Lines, context_of

T = TypeVar("T")

log = logging.getLogger(__name__)

#: Imports are read one after another: this advisory lock is held by the session that reads one.
LOCK = "imports"
#: A batch that broke off its process so often is given up.
MOST_ATTEMPTS = 5


def start(kept: Kept, *, name: str, choice: Choice, by: User | None, dry_run: bool = False) -> ImportBatch:
    """Note that a kept file is to be read; a worker does that, or `run_next`.

    Raises Refused where recognising.understood does. The same file handed in again is another batch, which will change
    nothing.
    """
    name = sound_name(name)
    found, options = understood(Progress().file(name, kept.sha256), choice)
    batch = ImportBatch(
        file_name=name,
        sha256=kept.sha256,
        size=kept.size,
        format=found.name,
        options=options,
        dry_run=dry_run,
        by=by,
    )
    _store_new(batch)
    return batch


@transaction.atomic
def _store_new(batch: ImportBatch) -> None:
    """Store a batch while its file cannot be deleted as that of an old one. Raises TryAgain where it just was."""
    lock_keys([file_lock(batch.sha256)])
    if not path_of(batch.sha256).exists():
        raise TryAgain("the file was just deleted; hand it in again")
    batch.save(force_insert=True)


def sound_name(name: str) -> str:
    """A file's name without its folders. Raises Refused."""
    bare = PurePath(name.replace("\\", "/")).name
    fault = text_fault(bare) or ("" if 0 < len(bare) <= 255 else "must have 1 to 255 characters")
    if fault:
        raise Refused({"file": f"its name {fault}"})
    return bare


# reading


def run_next(between: Callable[[], object] = lambda: None) -> bool:
    """Do the work of the batch that has waited longest; returns whether there was one, and nobody else at it.

    `between` is called when a portion of a file is posted, outside of any transaction.

    Safe to race and to kill: one session at a time works on batches, under a lock that ends with it, and what a killed
    one began is begun again: it finds the rows that it stored, and counts as if it had never been broken off.
    """
    with working_alone() as alone:
        batch = ImportBatch.objects.waiting().first() if alone else None
        if batch is None:
            return False
        work_on(batch, between)
        return True


def work_on(batch: ImportBatch, between: Callable[[], object] = lambda: None) -> None:
    """Read a batch's file, or take its rows back. Call it through `run_next`, or holding `working_alone`."""
    if batch.state == ImportBatch.State.UNDOING:
        take_back(batch)
    elif batch.attempts >= MOST_ATTEMPTS:
        _end(batch, failure=f"given up: the process that read it was broken off {batch.attempts} times")
    else:
        _read(batch, between)


@contextmanager
def working_alone() -> Iterator[bool]:
    """Hold the lock of whoever works on batches for the session; gives whether it was had."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK])
        had = bool(cursor.fetchone()[0])
        try:
            yield had
        finally:
            if had:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])


def _read(batch: ImportBatch, between: Callable[[], object]) -> None:
    """Read and post a file from its start."""
    began = batch.attempts > 0
    ImportIssue.objects.filter(batch=batch).delete()
    batch.state, batch.started_at, batch.attempts = ImportBatch.State.RUNNING, timezone.now(), batch.attempts + 1
    batch.save(update_fields=["state", "started_at", "attempts"])
    attribution = Attribution(batch.pk, batch.by, is_resumed=began)
    try:
        if batch.dry_run:
            preview = Attribution(batch.pk, batch.by, is_preview=True)
            previewed(batch, lambda account: _post(batch, account, preview, between))
        else:
            account = StoredAccount(batch=batch, progress=Progress())
            _post(batch, account, attribution, between)
            account.store()
        _end(batch)
    except (BadSource, Refused) as error:
        _end(batch, failure=str(error))
    except DatabaseError:
        raise  # the connection may be gone; it is begun again
    except OSError as error:  # a full disk, for instance, where a file is unpacked
        log.exception("import could not be read", extra={"batch": batch.pk})
        _end(batch, failure=f"could not be read: {error.strerror or error}")
    except Exception as error:  # a fault of a format must not be met again and again
        log.exception("import failed", extra={"batch": batch.pk})
        _end(batch, failure=f"an unexpected error, which was logged: {type(error).__name__}")


def _post(batch: ImportBatch, account: StoredAccount, attribution: Attribution, between: Callable[[], object]) -> None:
    if batch.format == ASSIGNING:
        assign_all(batch, account, attribution)
        return
    found, file = format_named(batch.format), account.progress.file(batch.file_name, batch.sha256)
    options = chosen(found.options, batch.options)
    if attribution.is_preview:  # in one transaction, which is to be short
        post_portions([(found, _ahead(portions(file, found, options)))], account, attribution)
        return
    if found.offers is None:
        read = giving_way(_ahead(portions(file, found, options)), between)
        post_portions([(found, read)], account, attribution)
        return
    lines = Lines(attribution, context_of(found.name, batch.options))
    post_offered(giving_way(_ahead(offered(file, found.offers(file, options), lines)), between), account, lines)


def _ahead(portions: Iterator[T]) -> Iterator[T]:
    """The portions, each read by a thread while the one before it is posted, which mostly waits for the database."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, portions, None)
        while (portion := coming.result()) is not None:
            coming = reader.submit(next, portions, None)
            yield portion


def _end(batch: ImportBatch, *, failure: str = "") -> None:
    batch.state = ImportBatch.State.FAILED if failure else ImportBatch.State.DONE
    batch.finished_at, batch.failure = timezone.now(), failure
    batch.save(update_fields=["state", "finished_at", "failure"])
