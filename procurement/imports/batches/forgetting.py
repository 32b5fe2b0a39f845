"""Deleting the kept files of imports that ended long ago, where an administrator says after how many days."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef

from procurement.common.advisory_locks import lock_keys
from procurement.imports.assignment.rules import FORMAT as ASSIGNING
from procurement.imports.batches.kept_files import path_of
from procurement.imports.models import ImportBatch


def forget_files(*, days: int, now: dt.datetime) -> int:
    """Delete the files of which every import ended more than so many days ago; returns how many. 0 days: none.

    Their batches say when the file was deleted; what they stored stays, and can be taken back. Safe to repeat, to kill
    and to race: a file is deleted under a lock that those who hand in the same file take too.
    """
    if days <= 0:
        return 0
    before = now - dt.timedelta(days=days)
    ended = ImportBatch.objects.ended_before(before)
    others = ImportBatch.objects.filter(sha256=OuterRef("sha256")).exclude(pk__in=ended.values("pk"))
    of_files = ended.exclude(format=ASSIGNING).filter(~Exists(others), file_deleted_at=None)
    hashes = of_files.order_by("sha256").values_list("sha256", flat=True).distinct()
    return sum(_forget(sha256, before, now) for sha256 in hashes)


@transaction.atomic
def _forget(sha256: str, before: dt.datetime, now: dt.datetime) -> bool:
    lock_keys([file_lock(sha256)])
    batches = ImportBatch.objects.filter(sha256=sha256)
    if batches.exclude(pk__in=batches.ended_before(before).values("pk")).exists():
        return False
    path_of(sha256).unlink(missing_ok=True)  # a process killed between this and the commit does both again
    batches.filter(file_deleted_at=None).update(file_deleted_at=now)
    return True


def file_lock(sha256: str) -> str:
    """The name of the lock under which a kept file gets batches, or is deleted."""
    return f"imported file:{sha256}"
