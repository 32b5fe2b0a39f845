"""Signs of life, one row for each process and each kind of work."""

from django.db import models
from django.db.models.functions import Now

__all__ = ["LifeSign"]


class LifeSign(models.Model):
    """When a process was last heard, or a piece of work last ended, and how; each sign replaces the one before."""

    class Kind(models.TextChoices):
        PROCESS = "process", "A process is heard"
        WORK = "work", "A piece of work ended"

    kind = models.CharField(max_length=7, choices=Kind)
    name = models.CharField(max_length=200, help_text="of the process, or of the work: verify, sweep, backup")
    at = models.DateTimeField(editable=False, db_default=Now())
    is_well = models.BooleanField(default=True, help_text="whether the work ended well")
    #: of work, when it last ended well
    well_at = models.DateTimeField(null=True, editable=False)
    details = models.JSONField(default=dict, blank=True, help_text="as queues of a worker, or seconds of a work")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="lifesign_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.at.isoformat(timespec='seconds')}"
