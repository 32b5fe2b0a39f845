"""Verified addresses and the mails that ask for it, addresses of services that Apprise reaches, and feeds.

Addresses that exist now count as verified: messages went there before. The table of channels is small, as people make
its rows: to write it anew, and to compute a column of it anew, takes no time.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Coalesce, Lower, Now

HOST = r"(?i)^[a-z]+://(\[[^]/]*\]|[^/:?#]+)"
VERIFIED = "UPDATE procurement_channel SET verified_at = now()"

ACTS = [
    ("login", "Logged in"),
    ("login_failed", "Failed to log in"),
    ("locked_out", "Failed to log in so often that nobody can from there"),
    ("guessed", "Had many wrong passwords tried on it"),
    ("logout", "Logged out"),
    ("refused", "Was refused a page"),
    ("export", "Took rows as a file"),
    ("account_made", "Made an account"),
    ("rights_changed", "Changed the rights of an account"),
    ("password_set", "Set a password"),
    ("group_changed", "Changed what a group may do"),
    ("token_made", "Made a token"),
    ("token_changed", "Changed a token"),
    ("token_revoked", "Revoked a token"),
    ("address_vouched", "Vouched for an address"),
]
STATES = [
    ("pending", "Pending"),
    ("sending", "Being sent"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("held", "Waiting: its channel is paused, or its address is not verified"),
    ("cancelled", "Not sent: its subscription was switched off, or it or its channel or user ended"),
]


class Migration(migrations.Migration):
    dependencies = [("procurement", "0078_waiting_notices")]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="verified_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="when its reader, or an administrator, agreed to messages; of e-mail, nothing is sent before",
                null=True,
            ),
        ),
        migrations.RemoveField(model_name="channel", name="destination"),
        migrations.AddField(
            model_name="channel",
            name="destination",
            field=models.GeneratedField(
                db_persist=True,
                expression=Lower(Coalesce(models.Func("address", models.Value(HOST), function="substring"), "kind")),
                help_text="whose servers its messages are handed to: the host of an address with one, else the kind",
                output_field=models.CharField(max_length=320),
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="feed_serial",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                editable=False,
                help_text="how often the secret address of its feed was renewed; older addresses lead nowhere",
            ),
        ),
        migrations.AlterField(
            model_name="auditentry", name="act", field=models.CharField(choices=ACTS, max_length=20)
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(choices=STATES, default="pending", max_length=9),
        ),
        migrations.CreateModel(
            name="VerificationMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=320)),
                ("asked_at", models.DateTimeField(db_default=Now(), editable=False)),
                ("sent_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("next_try_at", models.DateTimeField(db_default=Now(), editable=False)),
                ("failures", models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="verification_mails",
                        to="procurement.channel",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at", None)), fields=["next_try_at"], name="verification_mail_due"
                    ),
                    models.Index(
                        Lower("address"), models.F("asked_at").desc(), name="verification_mail_of_address"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(address=""), name="verification_mail_has_an_address"
                    )
                ],
            },
        ),
        migrations.RunSQL(VERIFIED, migrations.RunSQL.noop),
    ]
