"""Which notices wait for a message: those that are muted do not. Made while others write, as notices are many."""

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.models import Q

MUTED = models.CheckConstraint(
    condition=Q(muted_by=None) | Q(delivery=None, grouping=None), name="notice_muted_is_not_sent"
)
GROUPED = models.CheckConstraint(condition=Q(grouping=None) | Q(delivery=None), name="notice_grouped_waits")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("procurement", "0078_manners")]

    operations = [
        AddIndexConcurrently(
            model_name="notice",
            index=models.Index(
                fields=["subscription"], name="notice_to_tell", condition=Q(delivery=None, muted_by=None)
            ),
        ),
        AddIndexConcurrently(
            model_name="notice",
            index=models.Index(fields=["grouping"], name="notice_grouped", condition=Q(grouping__isnull=False)),
        ),
        AddIndexConcurrently(
            model_name="notice",
            index=models.Index(fields=["muted_by"], name="notice_muted", condition=Q(muted_by__isnull=False)),
        ),
        RemoveIndexConcurrently(model_name="notice", name="notice_waiting"),
        AddConstraintNotValid(model_name="notice", constraint=MUTED),
        AddConstraintNotValid(model_name="notice", constraint=GROUPED),
        ValidateConstraint(model_name="notice", name=MUTED.name),
        ValidateConstraint(model_name="notice", name=GROUPED.name),
    ]
