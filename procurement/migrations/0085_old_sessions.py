"""Sessions are in procurement_loginsession since 0084; those of before, which no login can use any more, go."""

from django.db import migrations


class Migration(migrations.Migration):
    """Nobody reads the table any more; django.contrib.sessions keeps it, empty."""

    dependencies = [("procurement", "0084_logins"), ("sessions", "0001_initial")]

    operations = [migrations.RunSQL("DELETE FROM django_session", migrations.RunSQL.noop)]
