"""Rules that assign contracts to programs."""

import pghistory
from django.db import models
from django.db.models import Q

from procurement.common.editable import EditableModel
from procurement.programs.models import Program
from procurement.sources.models import Document

#: The longest text that is looked for.
LONGEST = 200


class AssignmentRuleQuerySet(models.QuerySet["AssignmentRule"]):
    """Rules, by whether imports apply them."""

    def active(self) -> "AssignmentRuleQuerySet":
        """Those that are on, in their order: of several that fit a contract the first counts."""
        return self.filter(is_on=True).order_by("pk").select_related("program", "source")


@pghistory.track()
class AssignmentRule(EditableModel):
    """Contracts of which a text meets a test belong to a program, as a document says; only those without a program."""

    class Field(models.TextChoices):
        TITLE = "title", "Title"
        LOCAL_TITLE = "local_title", "Title in the original language"
        DESCRIPTION = "description", "Description"
        REFERENCE = "reference", "Reference"
        WEAPON_SYSTEM = "weapon_system", "Weapon-system code (US contract actions)"
        BUYER = "buyer", "Name of the buyer, in either language"

    class Test(models.TextChoices):
        CONTAINS = "contains", "Contains the text"
        EQUALS = "equals", "Is the text"
        REGEX = "regex", "Matches the regular expression"

    # which contracts
    field = models.CharField(max_length=13, choices=Field, default=Field.TITLE)
    test = models.CharField(max_length=8, choices=Test, default=Test.CONTAINS)
    text = models.CharField(max_length=LONGEST, help_text="in any case and width of letters")

    # whose they are, since when, and who says so
    program = models.ForeignKey(Program, models.PROTECT, related_name="assignment_rules")
    from_on = models.DateField(
        null=True, blank=True, help_text="contracts signed before are assigned from this day, others from signature"
    )
    source = models.ForeignKey(Document, models.PROTECT, related_name="+", help_text="the source of each assignment")

    is_on = models.BooleanField(default=False, help_text="imports apply it to the contracts that they make")
    note = models.TextField(blank=True, default="")

    objects = AssignmentRuleQuerySet.as_manager()

    class Meta(EditableModel.Meta):
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="assignmentrule_has_a_text")]

    def __str__(self) -> str:
        return f"rule {self.pk}: {self.get_field_display()} {self.get_test_display().lower()} “{self.text}”"

    @property
    def key(self) -> str:
        """The source_key of its allocations."""
        return f"assignment rule {self.pk}"
