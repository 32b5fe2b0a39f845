"""Say in the help of a generated reference that our sources give none, not that the world has none."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0025_currency_stays'),
    ]

    operations = [
        migrations.AlterField(
            model_name='contract',
            name='reference_generated',
            field=models.BooleanField(default=False, help_text='our sources give none; this one is ours'),
        ),
        migrations.AlterField(
            model_name='contractevent',
            name='reference_generated',
            field=models.BooleanField(default=False, help_text='our sources give none; this one is ours'),
        ),
    ]
