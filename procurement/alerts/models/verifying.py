"""Mails that ask whoever reads at an address whether messages may go there."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

from procurement.alerts.models.channels import Channel


class VerificationMail(models.Model):
    """One such mail: asked for, and then sent by a worker. The address is the one that the channel had then."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="verification_mails")
    address = models.CharField(max_length=320)
    asked_at = models.DateTimeField(editable=False, db_default=Now())

    # how sending goes
    sent_at = models.DateTimeField(editable=False, null=True, blank=True)
    next_try_at = models.DateTimeField(editable=False, db_default=Now())
    failures = models.PositiveSmallIntegerField(editable=False, default=0, db_default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(address=""), name="verification_mail_has_an_address")]
        indexes = [
            # what is to be sent
            models.Index(fields=["next_try_at"], name="verification_mail_due", condition=Q(sent_at=None)),
            # how many an address was sent
            models.Index(Lower("address"), F("asked_at").desc(), name="verification_mail_of_address"),
        ]

    def __str__(self) -> str:
        return self.address
