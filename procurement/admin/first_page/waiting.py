"""Status changes that wait for a second person."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from procurement.programs.drafts import StatusDraft, decides_on_drafts

#: So many are shown; the list has the rest.
SHOWN = 10


def drafts(request: HttpRequest) -> dict[str, Any]:
    """What waits, the longest first: of reviewers all, of others what they proposed."""
    rows = StatusDraft.objects.visible_to(request.user).waiting()
    queue = reverse("admin:procurement_statusdraft_changelist")
    return {
        "rows": rows.select_related("program", "proposed_by").order_by("proposed_at")[:SHOWN],
        "number": rows.count(),
        "decides": decides_on_drafts(request.user),
        "everything": f"{queue}?state__exact={StatusDraft.State.WAITING}",
    }
