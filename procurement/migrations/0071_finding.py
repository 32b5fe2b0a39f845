"""What users have seen and saved; and the indexes by which lists and the search over everything find rows."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

#: The runs of two characters of a text that are not ASCII; a middle dot parts no words.
MADE = r"""
CREATE FUNCTION letter_runs(given text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT COALESCE(array_agg(DISTINCT substr(kept, at, 2)), '{}')
          FROM (SELECT regexp_replace(given, '[\u0001-\u007f\u30fb]', '', 'g') AS kept) one,
               generate_series(1, char_length(kept) - 1) AS at)
"""
#: Tables whose column `searched` may have such text (0061); rows in ASCII take no room in the index.
SEARCHED = ("contract", "organization", "document")


class Migration(migrations.Migration):
    atomic = False  # as the indexes are made while others write

    dependencies = [
        ("procurement", "0070_notes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(MADE, "DROP FUNCTION letter_runs(text)"),
        *(
            migrations.RunSQL(
                f"CREATE INDEX CONCURRENTLY {name}_letter_runs ON procurement_{name} USING gin (letter_runs(searched)) "
                "WHERE octet_length(searched) <> char_length(searched)",
                f"DROP INDEX {name}_letter_runs",
            )
            for name in SEARCHED
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "seen_through",
                    models.DateTimeField(help_text="nothing that was recorded by then can still appear"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(help_text="the table of the list, as app.model", max_length=100)),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(help_text="the list's address from the question mark on", max_length=2000)),
                ("shared", models.BooleanField(default=False, help_text="whether it is everybody's")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
        ),
        AddIndexConcurrently(
            model_name="completeness",
            index=models.Index(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=["source_key"],
                name="completeness_key",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        AddIndexConcurrently(
            model_name="contract",
            index=models.Index(fields=["reference_key"], name="contract_by_reference"),
        ),
        AddIndexConcurrently(
            model_name="contractparty",
            index=models.Index(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=["source_key"],
                name="contractparty_key",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        AddIndexConcurrently(
            model_name="contractstatuschange",
            index=models.Index(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=["source_key"],
                name="contractstatuschange_key",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        AddIndexConcurrently(
            model_name="flag",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.Func(models.F("summary"), function="searchable"), name="gin_trgm_ops"
                ),
                name="flag_searched",
            ),
        ),
        AddIndexConcurrently(
            model_name="guarantee",
            index=models.Index(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=["source_key"],
                name="guarantee_key",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        AddIndexConcurrently(
            model_name="guarantee",
            index=models.Index(
                condition=models.Q(("valid_until__isnull", False)), fields=["valid_until"], name="guarantee_by_last_day"
            ),
        ),
        AddIndexConcurrently(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=["source_key"],
                name="ledgerentry_key",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        AddIndexConcurrently(
            model_name="liabilityestimate",
            index=models.Index(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=["source_key"],
                name="liabilityestimate_key",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        AddIndexConcurrently(
            model_name="line",
            index=models.Index(
                condition=models.Q(("is_stock", True), ("outstanding__isnull", False)),
                fields=["outstanding", "contract_id"],
                name="line_by_outstanding",
            ),
        ),
        AddIndexConcurrently(
            model_name="line",
            index=models.Index(
                condition=models.Q(("is_stock", True)), fields=["contract_status", "contract_id"], name="line_by_status"
            ),
        ),
        AddIndexConcurrently(
            model_name="line",
            index=models.Index(
                condition=models.Q(("companions", ""), _negated=True),
                fields=["contract_id"],
                name="line_of_shared_contract",
            ),
        ),
        AddIndexConcurrently(
            model_name="milestone",
            index=models.Index(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=["source_key"],
                name="milestone_key",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        AddIndexConcurrently(
            model_name="milestone",
            index=models.Index(fields=["due_on"], name="milestone_by_due_day"),
        ),
        AddIndexConcurrently(
            model_name="organizationlink",
            index=models.Index(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=["source_key"],
                name="organizationlink_key",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        AddIndexConcurrently(
            model_name="programallocation",
            index=models.Index(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=["source_key"],
                name="programallocation_key",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        AddIndexConcurrently(
            model_name="programlink",
            index=models.Index(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=["source_key"],
                name="programlink_key",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        AddIndexConcurrently(
            model_name="statuschange",
            index=models.Index(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=["source_key"],
                name="statuschange_key",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddField(
            model_name="look",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="savedlist",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        AddIndexConcurrently(
            model_name="savedlist",
            index=models.Index(fields=["table", "shared"], name="savedlist_of_table"),
        ),
        migrations.AddConstraint(
            model_name="savedlist",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name", ""), _negated=True), models.Q(("query", ""), _negated=True)),
                name="savedlist_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedlist",
            constraint=models.UniqueConstraint(fields=("user", "table", "name"), name="savedlist_name_of_user"),
        ),
    ]
