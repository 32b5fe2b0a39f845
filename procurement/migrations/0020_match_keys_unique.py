"""One reference of a buyer, and one identifier of a scheme, is one row, however it is typed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0019_match_keys_filled'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='contract',
            name='contract_unique_reference_of_buyer',
        ),
        migrations.RemoveConstraint(
            model_name='contract',
            name='contract_is_named',
        ),
        migrations.RemoveConstraint(
            model_name='organization',
            name='organization_has_a_name',
        ),
        migrations.RemoveConstraint(
            model_name='organizationidentifier',
            name='identifier_unique_in_scheme',
        ),
        migrations.RemoveConstraint(
            model_name='organizationidentifier',
            name='identifier_is_complete',
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.UniqueConstraint(fields=('buyer', 'reference_key'), name='contract_unique_reference_of_buyer'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reference', ''), _negated=True), models.Q(('title', ''), _negated=True), models.Q(('reference_key', ''), _negated=True)), name='contract_is_named'),
        ),
        migrations.AddConstraint(
            model_name='organization',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('match_key', ''), _negated=True)), name='organization_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='organizationidentifier',
            constraint=models.UniqueConstraint(fields=('scheme_key', 'value_key'), name='identifier_unique_in_scheme'),
        ),
        migrations.AddConstraint(
            model_name='organizationidentifier',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('scheme', ''), _negated=True), models.Q(('value', ''), _negated=True), models.Q(('scheme_key', ''), _negated=True), models.Q(('value_key', ''), _negated=True)), name='identifier_is_complete'),
        ),
    ]
