"""Write all contracts as packages of the Open Contracting Data Standard."""

import gzip
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from procurement.access.auditing import note_written
from procurement.common.dates import INCLUDE, Asked, undated_fault
from procurement.common.errors import Refused
from procurement.contracts.models import ProgramAllocation
from procurement.management.arguments import PROGRAMS, day, moment, program_ids
from procurement.ocds.publishing import view_of, write_jsonl, write_package
from procurement.sources.horizon import refuse_beyond_horizon

#: What a file's name may end with, beside .gz.
SUFFIXES = (".json", ".jsonl")


class Command(BaseCommand):
    """`manage.py export_ocds FILE`: one package, or JSON Lines of one package for each process."""

    help = (
        "Write all contracts as OCDS 1.1: FILE.json is one package, FILE.jsonl has one for each process; .gz packs it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a name that ends with .json or .jsonl, also .gz; - for standard output")
        parser.add_argument(
            "--records", action="store_true", help="a package of records: releases and compiled releases"
        )
        parser.add_argument("--as-of", type=day, help="only facts that were true by this day; default today")
        parser.add_argument("--published-by", type=day, help="only facts that were published by this day")
        parser.add_argument(
            "--undated", choices=[INCLUDE], help="with --published-by: facts of unknown publication too"
        )
        parser.add_argument("--recorded-by", type=moment, help="only facts that were recorded here by this moment")
        parser.add_argument("--program", help="only contracts that ever belonged to this program", **PROGRAMS)

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: options[name] for name in ("published_by", "recorded_by")}
        asked = Asked(options["as_of"] or timezone.localdate(), **given, undated=bool(options["undated"]))
        if options["undated"] and (fault := undated_fault(INCLUDE, asked.published_by)):
            raise CommandError(f"--undated {fault}")
        try:
            refuse_beyond_horizon(asked.recorded_by)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        named = (options["as_of"], *given.values())
        self._write(options, asked, is_past=any(each is not None for each in named))

    def _write(self, options: dict[str, Any], asked: Asked, *, is_past: bool) -> None:
        name, ids = options["file"], program_ids(options["programs"])
        of_programs = Q() if ids is None else Q(pk__in=ProgramAllocation.objects.contracts_of(ids))
        view = view_of(asked, is_past=is_past, narrowing=of_programs)
        lines = name.removesuffix(".gz").endswith(".jsonl")
        if lines and options["records"]:
            raise CommandError("JSON Lines are of release packages; a name that ends with .json takes --records")
        with opened(name) as stream:
            written = write_jsonl(stream, view) if lines else write_package(stream, view, records=options["records"])
        note_written(name, processes=written)
        self.stderr.write(f"{written} processes written")


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """The file to write. A packed one holds no time, so that the same data make the same file. Raises CommandError."""
    if name == "-":
        yield sys.stdout.buffer
        return
    if not name.removesuffix(".gz").endswith(SUFFIXES):
        raise CommandError(f"{name}: a name that ends with {' or '.join(SUFFIXES)}, also .gz, would be accepted")
    draft = Path(f"{name}.part")
    try:
        with draft.open("wb") as raw:
            if name.endswith(".gz"):
                with gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed:
                    yield packed  # type: ignore[misc]
            else:
                yield raw
        draft.rename(name)
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
