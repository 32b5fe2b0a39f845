"""After how long without a word a contract's live state is only presumed; administrators edit it."""

from django.db import migrations

REASON = (
    "two years: a live contract shows in a budget, an audit or a delivery within that time; "
    "after it, that the contract still runs is only what was last said"
)


def add(apps, _schema_editor):
    apps.get_model("procurement", "Presumption").objects.create(pk=1, days=730, reason=REASON)


def remove(apps, _schema_editor):
    apps.get_model("procurement", "Presumption").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("procurement", "0016_what_we_do_not_know")]
    operations = [migrations.RunPython(add, remove)]
