"""Who may enter a case."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

#: Who may add all of these may.
NEEDED = tuple(
    f"procurement.add_{name}"
    for name in ("document", "organization", "program", "statuschange", "contract", "ledgerentry", "reportedfigure")
)


def may_enter_cases(request: HttpRequest) -> bool:
    """Whether the user may add all that a case consists of."""
    return request.user.has_perms(NEEDED)


def refuse_others(request: HttpRequest) -> None:
    """Raise PermissionDenied for everybody else."""
    if not may_enter_cases(request):
        raise PermissionDenied
