"""Indexes by which the ages of the lines of a day are read."""

import datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0026_reference_wording'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='span',
            index=models.Index(condition=models.Q(('is_stock', True), ('until_on__gte', datetime.date(9999, 12, 31))), fields=['currency'], include=('from_on', 'until_on', 'contract_id', 'program_id', 'is_stock', 'live', 'confirmed_on', 'ends_on', 'paid_known_through', 'paid_basis', 'outstanding', 'method', 'buyer', 'country', 'supplier', 'supplier_country', 'contract_status', 'fiscal_year'), name='span_age_that_goes_on'),
        ),
        migrations.AddIndex(
            model_name='span',
            index=models.Index(condition=models.Q(('is_stock', True), ('until_on__lt', datetime.date(9999, 12, 31))), fields=['until_on', 'from_on'], name='span_that_ended'),
        ),
    ]
