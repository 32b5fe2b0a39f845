"""Searching texts as people type them: case, width, accents and normal forms count as the same.

The database function `searchable` folds a text (NFKC, without accents, in lower case). Tables with many rows keep what
they are searched by folded, in the column `searched`, which the database makes itself and an index of runs of three
letters serves. The column is no field of Django's, so that no code writes it or reads it by accident.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any, cast

from django.db.models import BooleanField, CharField, F, Func, Lookup, Model, Q, TextField, Value

#: Tables with the column `searched`, and the columns that it is made of.
KEPT: Mapping[str, tuple[str, ...]] = {
    "procurement_contract": ("reference", "title", "local_title", "ocid"),
    "procurement_organization": ("name", "local_name"),
    "procurement_organizationidentifier": ("value",),
    "procurement_document": ("title", "publisher", "url"),
}
#: Columns of other large tables, of which an index has such runs: what is not ASCII is found by it.
WITH_RUNS = frozenset({("procurement_flag", "summary")})
#: So many words of a text are looked for.
MOST_WORDS = 10
#: What makes a pattern of a word: it is folded, and what a pattern would read as a sign is escaped.
BEGINNING = r"regexp_replace(searchable({}), '([\\%%_])', '\\\1', 'g') || '%%'"
PATTERN = f"'%%' || {BEGINNING}"


@CharField.register_lookup
@TextField.register_lookup
class FoldedContains(Lookup):
    """`name__folded="ecole"` finds École."""

    lookup_name = "folded"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The condition in SQL."""
        column, of_column = self.process_lhs(compiler, connection)
        word, of_word = self.process_rhs(compiler, connection)
        return f"searchable({column}) LIKE {PATTERN.format(word)}", (*of_column, *of_word)


@CharField.register_lookup
@TextField.register_lookup
class FoldedRuns(Lookup):
    """`summary__folded_runs="陸上"`: rows that have every run of two characters of a word, beyond ASCII."""

    lookup_name = "folded_runs"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The condition in SQL, as its index has it (migration 0076)."""
        column, of_column = self.process_lhs(compiler, connection)
        word, of_word = self.process_rhs(compiler, connection)
        text = f"searchable({column})"
        found = f"letter_runs({text}) @> letter_runs(searchable({word}))"
        return f"(octet_length({text}) <> char_length({text}) AND {found})", (*of_column * 3, *of_word)


class KeptFolded(Func):
    """Whether the column `searched` of a row contains a word."""

    output_field = BooleanField()
    pattern = PATTERN

    def __init__(self, row: Any, word: Any) -> None:
        super().__init__(row, word)

    def as_sql(self, compiler: Any, connection: Any, *_more: Any, **_named: Any) -> tuple[str, Any]:  # noqa: ARG002  (as every)
        """The condition in SQL: the column stands beside the row's id."""
        row, word = cast("list[Any]", self.source_expressions)
        text, params = compiler.compile(word)
        column = f"{compiler.quote_name_unless_alias(row.alias)}.searched"
        return f"{column} LIKE {self.pattern.format(text)}", tuple(params)


class KeptBegins(KeptFolded):
    """Whether the column `searched` begins with a text: its first column is the whole of it, if that ends its line."""

    pattern = BEGINNING


#: Kana, Chinese characters and Hangul. Runs of three letters know of none where a database knows no letters but ASCII,
#: and words of two characters are usual, so rows that have any are found by runs of two.
_OF_TWO = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class KeptRuns(KeptFolded):
    """Whether the column `searched` has every run of two characters that a word has, beyond ASCII."""

    def as_sql(self, compiler: Any, connection: Any, *_more: Any, **_named: Any) -> tuple[str, Any]:  # noqa: ARG002
        """The condition in SQL, as its index has it (migration 0071)."""
        row, word = cast("list[Any]", self.source_expressions)
        text, params = compiler.compile(word)
        column = f"{compiler.quote_name_unless_alias(row.alias)}.searched"
        found = f"letter_runs({column}) @> letter_runs(searchable({text}))"
        return f"(octet_length({column}) <> char_length({column}) AND {found})", tuple(params)


def has_runs(word: str) -> bool:
    """Whether a word is found by runs of two characters."""
    return len(_OF_TWO.findall(unicodedata.normalize("NFKC", word))) > 1


def in_kept(row: F, word: str) -> Q:
    """The condition that the column `searched` beside a row's id has a word, so that one index or another serves."""
    found = Q(KeptFolded(row, Value(word)))
    return Q(KeptRuns(row, Value(word))) & found if has_runs(word) else found


def folded(text: str) -> str:
    """A text as `searchable` folds it, for what no table holds."""
    if text.isascii():  # most are, and each event of alerts is folded
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text))
    return "".join(each for each in apart if not unicodedata.combining(each)).lower()


def has_words(text: str, words: str) -> bool:
    """Whether every word is found in a text that no table has, as `searching` finds them."""
    return all(folded(word) in folded(text) for word in words.split()[:MOST_WORDS])


def searching(model: type[Model], paths: Sequence[str], text: str) -> Q:
    """Rows in which every word of the text is found in one of the columns, which may be columns of related rows."""
    condition = Q()
    for word in text.split()[:MOST_WORDS]:
        condition &= _holding(model, paths, word)
    return condition


def _holding(model: type[Model], paths: Sequence[str], word: str) -> Q:
    """Rows in which a word is found. Related rows are found by themselves, so that their table's index serves."""
    conditions = []
    for name, some in groupby(sorted(paths, key=_relation), key=_relation):
        columns = [path.removeprefix(f"{name}__") for path in some]
        if not name:
            conditions.append(_in_columns(model, columns, word))
            continue
        field: Any = model._meta.get_field(name)
        related = field.related_model._base_manager.filter(_holding(field.related_model, columns, word))
        if field.one_to_many:
            conditions.append(Q(pk__in=related.values(field.field.attname)))
        else:
            conditions.append(Q(**{f"{name}__in": related.values("pk")}))
    return reduce(or_, conditions)


def _relation(path: str) -> str:
    return path.partition("__")[0] if "__" in path else ""


def _in_columns(model: type[Model], columns: Iterable[str], word: str) -> Q:
    """Rows that have a word in columns of their own; those that are kept folded are looked at together."""
    kept, wanted = frozenset(KEPT.get(model._meta.db_table, ())), frozenset(columns)
    whole = bool(kept) and kept <= wanted
    found = [in_kept(F("pk"), word)] if whole else []
    found += [Q(**{f"{column}__folded": word}) for column in sorted(wanted - kept if whole else wanted)]
    return reduce(or_, found)
