"""Records of files that were taken before and stand as they were taken: they are counted, and not worked on again.

What becomes of a record is decided by its cells, the options and the code that read it, the rows that it means, and
what was recorded about its contract. All of that is told by a digest, by triggers that forget a record when something
about its contract changes (line_models.py), and by working on one record for each description in every import.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from procurement.fiscal.reading import fiscal_years
from procurement.imports.account import Account
from procurement.imports.line_models import CHANGING, PORTION, ImportedDescription, ImportedLine
from procurement.imports.models import ImportBatch
from procurement.imports.offers import Made, Portion
from procurement.imports.posting.attribution import Attribution
from procurement.imports.posting.code_version import code_version
from procurement.imports.rows import Ref, Row
from procurement.imports.tables import DESCRIPTIVE

#: Descriptive tables of which a line names rows that other lines name, too.
SHARED = DESCRIPTIVE - {"contracts"}
#: What these say counts for facts that are posted before them.
LATE = frozenset({"completeness"})
#: No file has as many.
MOST_PORTIONS = 10**7

_STANDING = f"""
SELECT u.n - 1, l.described, l.facts
  FROM unnest(%s::uuid[]) WITH ORDINALITY AS u (digest, n)
  JOIN procurement_importedline l ON l.digest = u.digest
  JOIN procurement_importbatch b ON b.id = l.batch_id AND b.state = '{ImportBatch.State.DONE}'
"""  # noqa: S608
#: A description that means another row now is another description, which no line names yet.
_FORGET_OTHERS = """
DELETE FROM procurement_importeddescription d
 USING unnest(%s::uuid[], %s::bigint[], %s::bigint[]) AS u (digest, row_id, named_id)
 WHERE d.digest = u.digest AND (d.row_id, d.named_id) <> (u.row_id, u.named_id)
"""
_DESCRIBE = """
INSERT INTO procurement_importeddescription (digest, row_id, named_id, table_name, code)
SELECT u.digest, u.row_id, u.named_id, u.table_name, %s
  FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::text[]) AS u (digest, row_id, named_id, table_name)
    ON CONFLICT (digest) DO NOTHING
"""
#: A contract that was edited since the portion was begun is left out: the moment of an edit is that of its begin.
_REMEMBER = """
INSERT INTO procurement_importedline (digest, contract_id, described, facts, code, batch_id, portion)
SELECT u.digest, u.contract_id, u.described, u.facts, %s, %s, %s
  FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[]) AS u (digest, contract_id, described, facts)
 WHERE NOT EXISTS (
           SELECT FROM procurement_contractevent e
            WHERE e.pgh_obj_id = u.contract_id AND e.pgh_label = 'update'
                  AND e.pgh_created_at > %s - interval '1 minute')
    ON CONFLICT (digest) DO UPDATE
   SET contract_id = EXCLUDED.contract_id, described = EXCLUDED.described, facts = EXCLUDED.facts,
       batch_id = EXCLUDED.batch_id, portion = EXCLUDED.portion
"""


def context_of(format_name: str, options: Mapping[str, Any]) -> str:
    """All that decides what a record becomes, beside its cells and what is stored."""
    calendars = sorted((country, str(rule)) for country, rule in fiscal_years().items())
    return json.dumps([code_version(), format_name, options, calendars], sort_keys=True, default=str)


@dataclass
class Lines:
    """The records of one file, while it is imported."""

    attribution: Attribution
    context: str
    #: Descriptions of which a record was worked on in this import, by their ids and by their digests.
    proved: dict[int, Ref] = field(default_factory=dict)
    _ids: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    _sound: set[str] = field(default_factory=set)
    #: Whether most records of the last portion were known.
    is_mostly_known: bool = True
    portions: int = 0

    def __post_init__(self) -> None:
        self._hash = hashlib.blake2b(self.context.encode(), digest_size=16)
        forget(self.attribution)

    def digest(self, content: str) -> str:
        """What tells one record, or description, from any other one."""
        found = self._hash.copy()
        found.update(content.encode("utf-8", "surrogatepass"))
        return found.hexdigest()

    def standing(self, portion: Portion, digests: Sequence[str]) -> "Standing":
        """Which records of a portion stand as they were taken."""
        apart = portion.told_apart()
        with connection.cursor() as cursor:
            cursor.execute(_STANDING, [list(digests)])
            known = [row for row in cursor.fetchall() if apart[row[0]]]
        self.is_mostly_known = 2 * len(known) > len(digests)
        if portion.ahead is not None:
            return Standing()
        found = [row for row in known if self._is_proved(row[1])]
        named = {int(pk) for text in {row[1] for row in found} for pk in text.split()}
        there = set(ImportedDescription.objects.filter(pk__in=named).values_list("pk", flat=True))
        if gone := named - there:
            self._forget(gone)
            found = [row for row in found if self._is_proved(row[1])]
        refs = {self.proved[pk] for pk in named & there}
        return Standing({row[0] for row in found}, Counter(row[2] for row in found), refs)

    def _is_proved(self, described: str) -> bool:
        if described in self._sound:
            return True
        is_proved = all(int(pk) in self.proved for pk in described.split())
        if is_proved:
            self._sound.add(described)
        return is_proved

    def _forget(self, gone: Collection[int]) -> None:
        """Descriptions that somebody has changed meanwhile must be met again."""
        for pk in gone:
            self.proved.pop(pk, None)
        self._ids = {digest: of for digest, of in self._ids.items() if of[0] not in gone}
        self._sound.clear()

    def described(self, told: Mapping[str, tuple[Ref, int, int]]) -> dict[str, int]:
        """The ids of descriptions, by their digests; `told` has the rows that each means."""
        new = {digest: of for digest, of in told.items() if self._ids.get(digest, (0, 0, 0))[1:] != of[1:]}
        if new:
            digests, rows, named = list(new), [of[1] for of in new.values()], [of[2] for of in new.values()]
            tables = [_TABLES[of[0].table] for of in new.values()]
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_FORGET_OTHERS, [digests, rows, named])
                cursor.execute(_DESCRIBE, [code_version(), digests, rows, named, tables])
            found = ImportedDescription.objects.filter(digest__in=digests).values_list("digest", "pk")
            for digest, pk in found:
                ref, row_id, named_id = new[digest.hex]
                self._ids[digest.hex] = (pk, row_id, named_id)
                self.proved[pk] = ref
        return {digest: self._ids[digest][0] for digest in told if digest in self._ids}


_TABLES = {
    "organizations": "procurement_organization",
    "documents": "procurement_document",
    "programs": "procurement_program",
}


@dataclass(frozen=True)
class Standing:
    """The places of records that stand, their facts, and what they name."""

    places: Collection[int] = ()
    facts: Mapping[str, int] = field(default_factory=dict)
    described: Collection[Ref] = ()

    def count(self, account: Account, rows: Iterable[Row]) -> None:
        """Count the rows of these records as unchanged; `rows` are those of the others, which name some of them."""
        if not self.places:
            return
        counted = Counter({"contracts": len(self.places)})
        for facts, times in self.facts.items():
            for table in facts.split():
                counted[table] += times
        worked_on = {row.ref for row in rows}
        counted.update(ref.table for ref in self.described if ref not in worked_on)
        account.read += counted
        account.unchanged += counted
        account.records["unchanged"] += len(self.places)


def forget(attribution: Attribution) -> None:
    """Delete what other code has remembered, and what this batch did before it was broken off."""
    code = code_version()
    ImportedLine.objects.exclude(code=code).delete()
    ImportedDescription.objects.exclude(code=code).delete()
    if attribution.is_resumed:
        ImportedLine.objects.filter(batch=attribution.batch_id).delete()


@dataclass
class Remembering:
    """The records of a portion that are worked on: those of which nothing is said are remembered.

    They are stored before the facts of the portion, so that whoever changes something about a contract meanwhile
    deletes its record; and those of which something is said are deleted at the end.
    """

    lines: Lines
    made: Made
    #: The digests of records, by the names that their rows give them.
    digests: Mapping[str, str]
    stored: dict[str, list[Row]] = field(default_factory=dict)
    began: Any = None
    number: int = 0

    def begin(self) -> None:
        """Draw the number of the portion, which facts of others do not have."""
        self.lines.portions += 1
        self.number = (self.lines.attribution.batch_id or 0) * MOST_PORTIONS + self.lines.portions
        with connection.cursor() as cursor:
            cursor.execute("SELECT now(), set_config(%s, %s, false)", [PORTION, str(self.number)])
            self.began = cursor.fetchone()[0]

    def store(self, means: Mapping[Ref, tuple[int, int]], spoken: Collection[Ref]) -> None:
        """Store the records; `means` has the row of each name and the one that was named, `spoken` what was told of."""
        by_record: dict[str, list[Row]] = {}
        by_ref: dict[Ref, Row] = {}
        for row in self.made.parsed.rows:
            by_record.setdefault(row.record, []).append(row)
            by_ref[row.ref] = row
        telling = _Telling(self.lines, by_ref, means, spoken)
        found = [
            (digest, rows, told)
            for record, digest in self.digests.items()
            if record not in self.made.noisy and (rows := by_record.get(record)) and (told := telling.told(rows))
        ]
        ids = self.lines.described({each: telling.means(each) for _, _, (_, all_of, _) in found for each in all_of})
        given = [
            (digest, contract, " ".join(str(ids[each]) for each in named), facts)
            for digest, _, (contract, named, facts) in found
            if all(each in ids for each in named)
        ]
        if given and self._put(given):
            self.stored = {digest: rows for digest, rows, _ in found}

    def _put(self, given: Sequence[tuple[str, int, str, str]]) -> bool:
        """Store rows unless somebody is changing something at this moment: then the next import works on them too."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CHANGING])
            if not cursor.fetchone()[0]:
                return False
            columns: list[Any] = [list(each) for each in zip(*given, strict=True)]
            batch_id = self.lines.attribution.batch_id
            cursor.execute(_REMEMBER, [code_version(), batch_id, self.number, *columns, self.began])
        return True

    def end(self, spoken: Collection[Ref]) -> None:
        """Forget the records of which something was said since they were stored."""
        noisy = [digest for digest, rows in self.stored.items() if any(row.ref in spoken for row in rows)]
        if noisy:
            ImportedLine.objects.filter(digest__in=noisy, portion=self.number).delete()

    def close(self) -> None:
        """Facts that come now are of no portion."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, '', false)", [PORTION])


@dataclass
class _Telling:
    """What the records of a portion name."""

    lines: Lines
    rows: Mapping[Ref, Row]
    stored: Mapping[Ref, tuple[int, int]]
    spoken: Collection[Ref]
    _digests: dict[Ref, list[str] | None] = field(default_factory=dict)
    _refs: dict[str, Ref] = field(default_factory=dict)

    def means(self, digest: str) -> tuple[Ref, int, int]:
        """The name of a description, and the rows that it means."""
        ref = self._refs[digest]
        return (ref, *self.stored[ref])

    def told(self, rows: Sequence[Row]) -> tuple[int, Sequence[str], str] | None:
        """The contract of a record, what it names, and its facts; None where it is not one that can be remembered."""
        contract = self._contract(rows)
        if contract is None or any(row.ref in self.spoken for row in rows):
            return None
        named = {ref: None for row in rows for ref in (row.ref, *row.refs.values()) if ref.table in SHARED}
        facts = sorted(row.ref.table for row in rows if row.ref.table not in DESCRIPTIVE)
        described = self._all_of(named)
        return None if described is None else (self.stored[contract][0], described, " ".join(facts))

    def _contract(self, rows: Sequence[Row]) -> Ref | None:
        """The one contract of a record, which it describes, and of which all its facts are."""
        described = [row.ref for row in rows if row.ref.table == "contracts"]
        facts = [row for row in rows if row.ref.table not in DESCRIPTIVE]
        named = {ref for row in rows for ref in row.refs.values() if ref.table == "contracts"}
        if len(described) != 1 or named - set(described) or described[0] not in self.stored:
            return None
        is_late = any(row.ref.table in LATE or "contract" not in row.refs for row in facts)
        return None if is_late else described[0]

    def _all_of(self, named: Iterable[Ref]) -> list[str] | None:
        """The digests of what is named, and of what that names."""
        found: list[str] = []
        for ref in named:
            if ref not in self._digests:
                self._digests[ref] = self._of_one(ref)
            if (digests := self._digests[ref]) is None:
                return None
            found += digests
        return list(dict.fromkeys(found))

    def _of_one(self, ref: Ref) -> list[str] | None:
        row = self.rows.get(ref)
        if row is None or ref in self.spoken or ref not in self.stored:
            return None
        further = self._all_of(each for each in row.refs.values() if each.table in SHARED)
        content = repr((row.ref, sorted(row.values.items()), sorted(row.refs.items())))
        digest = self.lines.digest(content)
        self._refs[digest] = ref
        return None if further is None else [digest, *further]
