"""The seam to merges of organizations: the one place where a decision about a doubtful match records one."""

from django.contrib.auth.models import User

from procurement.common.errors import Refused
from procurement.parties.models import Organization
from procurement.sources.models import Document


def record_merge(
    organization: Organization,  # noqa: ARG001  (the verb of merging comes from parties/)
    *,
    into: Organization,  # noqa: ARG001
    source: Document | None,  # noqa: ARG001
    note: str,  # noqa: ARG001
    by: User | None,  # noqa: ARG001
) -> None:
    """Record that an organization is one with another, which remains. Raises Refused."""
    raise Refused({"decision": "merging is not available yet"})
