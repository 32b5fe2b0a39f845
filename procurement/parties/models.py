"""Organizations: buyers, suppliers, governments, and others that speak or are paid; and links between them."""

from collections.abc import Collection
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left

from procurement.common.editable import EditableModel, changes_by_time
from procurement.common.table_triggers import screening_trigger, stale_trigger
from procurement.common.withdrawable import Present, Withdrawable
from procurement.parties import linking
from procurement.parties.identifying import Identifier, oddity
from procurement.parties.naming import BEGINNING
from procurement.sources.facts import Fact, fact_indexes, recheck_trigger, source_key_constraint, stale_facts


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Ways to find an organization."""

    def identified_by(self, scheme: str, value: str) -> "OrganizationQuerySet":
        """The organization that carries an identifier."""
        key = Identifier(scheme, value).key
        return self.filter(identifiers__scheme_key=key.scheme, identifiers__value_key=key.value)

    def named(self, match_key: str, country: str) -> "OrganizationQuerySet":
        """Organizations of a country with this normalised name."""
        return self.filter(match_key=match_key, country=country)

    def named_locally(self, keys: Collection[str], country: str) -> "OrganizationQuerySet":
        """Organizations of a country of which a name in either language is one of some normalised names."""
        return self.filter(models.Q(match_key__in=keys) | models.Q(local_key__in=keys), country=country)


_Organizations = models.Manager.from_queryset(OrganizationQuerySet)


class OrganizationManager(Present, _Organizations["Organization"]):
    """Those that were not withdrawn."""


@pghistory.track(meta={"indexes": changes_by_time("organization")})
class Organization(Withdrawable):
    """A buyer, supplier, government, court, newspaper or other body."""

    class Kind(models.TextChoices):
        GOVERNMENT_EXECUTIVE = "government_executive", "Government (executive)"
        LEGISLATURE = "legislature", "Legislature"
        COURT = "court", "Court"
        COMPANY = "company", "Company"
        PRESS = "press", "Press"
        INTERNATIONAL = "international", "International body"
        OTHER = "other", "Other"

    # what it is called
    name = models.CharField(max_length=300)
    local_name = models.CharField(max_length=300, blank=True, default="", help_text="in the original language")
    match_key = models.CharField(max_length=300, editable=False, help_text="the normalised name, for matching")
    local_key = models.CharField(max_length=300, default="", db_default="", editable=False)
    bare_key = models.CharField(max_length=300, default="", db_default="", editable=False)

    # what it is
    kind = models.CharField(max_length=24, choices=Kind, default=Kind.OTHER)
    country = models.CharField(max_length=2, blank=True, default="", help_text="ISO 3166-1 alpha-2, e.g. JP")

    objects = OrganizationManager()
    everything = OrganizationQuerySet.as_manager()

    class Meta(EditableModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(match_key=""), name="organization_has_a_name"
            ),
        ]
        indexes = [
            # matching of inline organizations: exact normalised name and country
            models.Index(fields=["match_key", "country"], name="organization_match"),
            models.Index(fields=["local_key", "country"], name="organization_match_local"),
            # near names, of which a person decides whether they are one organization's
            models.Index(Left("bare_key", BEGINNING), name="organization_near"),
            models.Index(fields=["name", "id"], name="organization_by_name"),
        ]
        triggers = [
            *EditableModel.Meta.triggers,
            stale_trigger("organization", "NEW.id", "country"),
            screening_trigger("organization", "name"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def are_one(cls, one: int, other: int) -> bool:
        """Whether two stored organizations are one by what is recorded now, so that naming either says the same."""
        from procurement.parties.reading import bodies_now  # it reads the links, which point here

        bodies = bodies_now()
        return bodies.one(one) == bodies.one(other)


@pghistory.track()
class OrganizationIdentifier(EditableModel):
    """One identifier of an organization in a named scheme, e.g. JP-HOUJIN-BANGOU, US-UEI, CAGE, LEI."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="identifiers")
    scheme = models.CharField(max_length=60)
    value = models.CharField(max_length=120, help_text="as the issuer of the identifier writes it")
    scheme_key = models.CharField(max_length=300, editable=False, help_text="the normalised scheme, for matching")
    value_key = models.CharField(max_length=300, editable=False, help_text="the normalised value, for matching")

    class Meta(EditableModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["scheme_key", "value_key"], name="identifier_unique_in_scheme"),
            models.CheckConstraint(
                condition=~models.Q(scheme="")
                & ~models.Q(value="")
                & ~models.Q(scheme_key="")
                & ~models.Q(value_key=""),
                name="identifier_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"

    @property
    def oddity(self) -> str | None:
        """What looks wrong about it, if anything."""
        return oddity(Identifier(self.scheme, self.value))


class OrganizationLink(Fact):
    """From a date, an organization is part of another one, or two stored organizations are one and the same."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("organization",)
    CLAIM: ClassVar[tuple[str, ...]] = ("kind", "other")
    #: two records of one body always were, long before anybody wrote of it
    SHOWS: ClassVar[bool] = False

    class Kind(models.TextChoices):
        PART_OF = linking.PART_OF, "is part of"
        SAME_AS = linking.SAME_AS, "is the same as"

    # no index of its own: the one of fact_indexes() begins with the organization
    organization = models.ForeignKey(
        Organization, models.PROTECT, db_index=False, related_name="links", help_text="the part, or the one merged"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    other = models.ForeignKey(
        Organization, models.PROTECT, related_name="links_from_others", help_text="the whole, or the one that remains"
    )

    class Meta(Fact.Meta):
        constraints = [
            source_key_constraint("organization"),
            models.CheckConstraint(condition=~Q(organization=F("other")), name="organizationlink_joins_two"),
        ]
        indexes = fact_indexes("organization")
        triggers = [
            *Fact.Meta.triggers,
            # what is kept of a contract names its buyer and supplier by the one that remains
            recheck_trigger(stale=stale_facts("organization", "n.organization_id", when="n.kind = 'same_as'")),
        ]

    @property
    def buyer_country(self) -> str:
        """That of the organization, by whose fiscal year its dates count."""
        return self.organization.country

    def __str__(self) -> str:
        return f"{self.organization} {self.get_kind_display()} {self.other}"
