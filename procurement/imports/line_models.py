"""Lines of files as they were taken, so that the same again need not be worked on (decision 15)."""

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.db import models

from procurement.contracts.models import Contract, ProgramAllocation
from procurement.imports.models import ImportBatch
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import NEW_ROWS, Fact, is_about
from procurement.sources.models import Document

__all__ = ["ImportedDescription", "ImportedLine"]

#: The name of the setting that holds, while a portion of a file is posted, the number of that portion.
PORTION = "procurement.portion"
#: Whoever changes something about a contract holds this lock, shared; who remembers lines asks for it alone.
CHANGING = 4_019_050
#: The lines that said something of contracts stand no more as they were taken; but for those that are being posted.
FORGET_LINES = f"""
PERFORM pg_advisory_xact_lock_shared({CHANGING});
DELETE FROM procurement_importedline l
 WHERE l.contract_id = ANY (ARRAY(SELECT {{id}} {{among}}))
       AND l.portion IS DISTINCT FROM NULLIF(current_setting('{PORTION}', true), '')::bigint;
"""  # noqa: S608
#: Nor do descriptions of a row: what names it is matched and compared again.
FORGET_DESCRIPTIONS = """
DELETE FROM procurement_importeddescription d
 WHERE d.table_name = '{table}' AND d.row_id = ANY (ARRAY(SELECT {id} {among}));
"""


class ImportedDescription(models.Model):
    """What a file says of an organization, a document or a program, and which row that meant."""

    digest = models.UUIDField(unique=True, help_text="of the cells, and of all else that decides what they become")
    code = models.BigIntegerField(help_text="of the code that read it")
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    named_id = models.BigIntegerField(help_text="the row that was named, where another stands for it")

    class Meta:
        indexes = [models.Index(fields=["row_id"], name="importeddescription_of_row")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"


class ImportedLine(models.Model):
    """A record of a file as it was taken, without a warning: the same again changes nothing while this row is there.

    Whoever changes something about its contract deletes it, by a trigger. It counts while its batch stands, and in an
    import that has met each description that it names in a record that was worked on, and found the same rows.
    """

    digest = models.UUIDField(primary_key=True, help_text="of the cells, and of all else that decides what they become")
    code = models.BigIntegerField(help_text="of the code that read it")
    batch = models.ForeignKey(ImportBatch, models.DO_NOTHING, db_constraint=False, related_name="+")
    portion = models.BigIntegerField(help_text="with which portion of the file it was posted")
    contract = models.ForeignKey(Contract, models.DO_NOTHING, db_constraint=False, related_name="+")
    described = models.TextField(help_text="the ids of the descriptions that it names")
    facts = models.TextField(help_text="the tables of its facts")

    def __str__(self) -> str:
        return f"a line about contract {self.contract_id}"


def _forgetting(model: type[Fact]) -> Iterator[str]:
    """What new rows of a table make of lines: those about their contracts, and those that name what they are about.

    An allocation says nothing of its program that other lines could meet.
    """
    if is_about(model, "contract"):
        yield FORGET_LINES.format(id="n.contract_id", among=NEW_ROWS)
    described = () if model is ProgramAllocation else (Program, Organization)
    for field in model._meta.concrete_fields:
        other: Any = field.remote_field and field.remote_field.model
        if other in described and (field.name in model.SUBJECT or field.name == "other"):
            yield FORGET_DESCRIPTIONS.format(table=other._meta.db_table, id=f"n.{field.column}", among=NEW_ROWS)


for _table in FACT_TABLES:
    pgtrigger.register(
        pgtrigger.Trigger(
            name="forget_lines",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
            func="".join(_forgetting(_table.model)) + "RETURN NULL;",
        )
    )(_table.model)

_edited: tuple[type[models.Model], ...] = (Organization, Document, Program, Contract)
for _model in _edited:
    _forget = FORGET_LINES if _model is Contract else FORGET_DESCRIPTIONS
    pgtrigger.register(
        pgtrigger.Trigger(
            name="forget_lines",
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            func=_forget.format(id="NEW.id", among="", table=_model._meta.db_table) + "RETURN NULL;",
        )
    )(_model)
