"""What every sourced fact has in common: a source, three dates, reversal, and no editing."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Now

from procurement.common.dates import PRECISIONS, Asked
from procurement.common.table_triggers import mark_stale, refusing_triggers, stamp_trigger
from procurement.sources.models import Document

REFUSE_CHANGE = """
RAISE EXCEPTION 'table %% holds facts: %% is refused; {remedy}', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
""".replace("%%", "%")

#: The rows of a statement, in the triggers that look at all of them at once.
NEW_ROWS = "FROM new_rows n"
LEAVE_RECHECKS = """
INSERT INTO procurement_recheck (fact_table, fact_id, program_id, contract_id, recorded_at, historical)
SELECT TG_TABLE_NAME, n.id, {program}, {contract}, n.recorded_at,
       COALESCE(current_setting('procurement.historical', true), '') = 'on'
  {new_rows} ORDER BY n.id;
{stale}
RETURN NULL;
"""


def append_only_triggers(remedy: str = "append a row that reverses this one") -> list[pgtrigger.Trigger]:
    """The triggers that timestamp every row and refuse changes; `remedy` says what to do instead."""
    return [stamp_trigger("recorded_at"), *refusing_triggers(REFUSE_CHANGE.format(remedy=remedy))]


def recheck_trigger(*, program: str = "NULL", contract: str = "NULL", stale: str = "") -> pgtrigger.Trigger:
    """The trigger that queues facts for flags and alerts, in the facts' own transaction.

    It runs once for all rows of a statement. `program` and `contract` are SQL expressions over one of them, `n`;
    `stale` is the statement that marks what the stored totals of exposure no longer include (see stale_facts).
    """
    return pgtrigger.Trigger(
        name="leave_recheck",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
        func=LEAVE_RECHECKS.format(program=program, contract=contract, stale=stale, new_rows=NEW_ROWS),
    )


def stale_facts(kind: str, key: str, when: str = "true") -> str:
    """The statement of such a trigger for stored totals: one mark for each key, an SQL expression over a row `n`."""
    return mark_stale(kind, key, when, among=NEW_ROWS)


def seen_by(asked: Asked, prefix: str = "") -> Q:
    """The condition that a row is in view at the three asked dates.

    A reversal is in view only if the row it reverses is: `FactQuerySet.in_view` ensures that for whole tables.
    """
    return Q(**{f"{prefix}effective_on__lte": asked.as_of}) & known_by(asked, prefix)


def known_by(asked: Asked, prefix: str = "") -> Q:
    """The condition that a row was public and recorded by the requested dates.

    A row with an unknown publication date counts from its effective date if the question includes undated facts, else
    not at all.
    """
    q = Q()
    if asked.published_by is not None:
        q &= Q(**{f"{prefix}published_on__lte": asked.published_by}) | (
            Q(**{f"{prefix}published_on__isnull": True, f"{prefix}effective_on__lte": asked.published_by})
            if asked.undated
            else Q()
        )
    if asked.recorded_by is not None:
        q &= Q(**{f"{prefix}recorded_at__lte": asked.recorded_by})
    return q


#: The order of publication among facts of one effective date: unknown counts as that date (DESIGN.md section 2).
PUBLISHED = Coalesce("published_on", "effective_on")


#: Rows with an unknown publication date, and dated reversals of such rows: two conditions, because an index finds the
#: rows of each, but not those of their disjunction.
UNDATED = (
    Q(published_on__isnull=True),
    Q(published_on__isnull=False, reverses__isnull=False, reverses__published_on__isnull=True),
)


def left_out(asked: Asked, rows: Callable[[Asked], "models.QuerySet[Any]"]) -> int | None:
    """How many rows a view by publication leaves out that `undated` would include; None for other views."""
    if asked.published_by is None:
        return None
    if asked.undated:
        return 0
    taken_in = rows(replace(asked, undated=True))
    return sum(taken_in.filter(undated).count() for undated in UNDATED)


class FactQuerySet(models.QuerySet[Any]):
    """Facts by when they were true, public and recorded."""

    def in_view(self, asked: Asked) -> Self:
        """Rows in view at the asked dates, reversals and reversed rows included (sums cancel)."""
        seen = self.filter(seen_by(asked))
        if asked.published_by is None:
            return seen  # a reversal is recorded after what it takes back, and has its effective date
        return seen.filter(Q(reverses__isnull=True) | known_by(asked, "reverses__"))

    def standing(self, asked: Asked) -> Self:
        """Rows in view that reverse nothing and that no reversal in view takes back."""
        taken_back = rows_of(self.model).filter(seen_by(asked), reverses=OuterRef("pk"))
        return self.in_view(asked).filter(~Exists(taken_back), reverses__isnull=True)

    def unreversed(self) -> Self:
        """Rows that are not reversed, by everything recorded."""
        return self.filter(reverses__isnull=True, reversed_by__isnull=True)


class Fact(models.Model):
    """One row that says what was true, since when, who published it and when this service learnt it."""

    class Precision(models.TextChoices):
        DAY = "day", "Day"
        MONTH = "month", "Month"
        QUARTER = "quarter", "Quarter"
        FISCAL_YEAR = "fiscal_year", "Fiscal year"
        YEAR = "year", "Year"
        BY = "by", "By that day at the latest"

    # where it comes from
    source = models.ForeignKey(Document, models.PROTECT, related_name="+")
    source_key = models.CharField(max_length=200, blank=True, default="")
    revision = models.PositiveSmallIntegerField(default=1, editable=False)
    note = models.TextField(blank=True, default="")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,  # asked for one row at a time, never for all rows of a person
        related_name="+",
    )

    # its dates
    effective_on = models.DateField()
    effective_precision = models.CharField(max_length=12, choices=Precision, default=Precision.DAY)
    published_on = models.DateField(null=True, blank=True, help_text="when the public could know; empty: nobody knows")
    recorded_at = models.DateTimeField(editable=False, db_default=Now())

    # what it takes back
    reverses_id: int | None
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="reversed_by"
    )

    objects = FactQuerySet.as_manager()

    #: The columns that say what the fact is about; `source_key` is unique within them.
    SUBJECT: ClassVar[tuple[str, ...]] = ()
    #: The columns that, beside subject, day and source, say what the fact claims; equal in twins (twins.py).
    CLAIM: ClassVar[tuple[str, ...]] = ()
    #: Whether what a fact names was there by then, so that it is in a past view (past_view.py).
    SHOWS: ClassVar[bool] = True

    class Meta:
        abstract = True
        triggers = append_only_triggers()

    @property
    def buyer_country(self) -> str:
        """The country whose fiscal year its dates count by: the buyer's; empty where there is none."""
        return ""

    @property
    def public_order(self) -> dt.date:
        """The order among facts of one effective date: by publication date; unknown counts as the effective date."""
        return self.published_on or self.effective_on

    @property
    def is_reversal(self) -> bool:
        """Whether this row is a reversal."""
        return self.reverses_id is not None

    @property
    def reversal(self) -> "Self | None":
        """The reversal of this row, if any."""
        return getattr(self, "reversed_by", None)


assert set(PRECISIONS) == set(Fact.Precision.values)


def rows_of(model: type[Fact]) -> "models.QuerySet[Any]":
    """Every row of a fact table."""
    return model._base_manager.all()


def fact_models() -> list[type[Fact]]:
    """Every concrete fact table."""
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, Fact)]


def is_about(model: type[Fact], column: str) -> bool:
    """Whether the facts of a table may name a `contract`, or a `program`."""
    return any(field.name == column for field in model._meta.concrete_fields)


def tables_about(column: str) -> list[str]:
    """The tables, by name, whose facts may name a `contract`, or a `program`."""
    return sorted(model._meta.db_table for model in fact_models() if is_about(model, column))


def fact_indexes(subject: str) -> list[models.Index]:
    """The indexes each fact table has: its subject's history, its rows in order of recording and of publication, keys.

    That by publication also counts the rows of unknown publication that a view by publication leaves out. That of keys
    finds a fact by how its `source_key` begins; rows without one take no room in it.
    """
    return [
        models.Index(fields=[subject, "effective_on", "id"], name="%(class)s_on"),
        models.Index(fields=["recorded_at", "id"], name="%(class)s_rec"),
        models.Index(fields=["published_on", "id"], name="%(class)s_pub"),
        models.Index(
            fields=["source_key"], opclasses=["varchar_pattern_ops"], condition=~Q(source_key=""), name="%(class)s_key"
        ),
    ]


def source_key_constraint(*subject: str) -> models.UniqueConstraint:
    """The same key, subject and revision is the same fact (DESIGN.md section 2, repeats)."""
    return models.UniqueConstraint(
        fields=[*subject, "source_key", "revision"],
        condition=~Q(source_key=""),
        nulls_distinct=False if len(subject) > 1 else None,
        name="%(class)s_source_key",
    )
