"""Recording that two organizations are one: the one place where a decision about a doubtful match does so."""

from django.contrib.auth.models import User

from procurement.common.errors import Refused
from procurement.parties.merging import merge
from procurement.parties.models import Organization
from procurement.sources.models import Document
from procurement.sources.recording import Amending


def record_merge(
    organization: Organization, *, into: Organization, source: Document | None, note: str, by: User | None
) -> None:
    """Record that an organization is one with another, which remains; the link is undone by its reversal.

    Raises Refused without a source, and where `merge` does: if one of them is merged already.
    """
    if source is None:
        raise Refused({"source": "must be given: the document that shows that they are the same"})
    merge(organization, into=into, ground=Amending(source, note=note, by=by))
