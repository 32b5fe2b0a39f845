"""The code that a receiver answered."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0030_channel_settings'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='status',
            field=models.PositiveSmallIntegerField(blank=True, help_text='the code that the receiver answered', null=True),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('status', None), ('status__range', (100, 599)), _connector='OR'), name='attempt_status_has_three_digits'),
        ),
    ]
