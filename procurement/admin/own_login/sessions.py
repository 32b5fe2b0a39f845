"""A user's own sessions: from where, since when, and ending them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from procurement.access.session_models import LoginSession
from procurement.access.sessions import end_session, end_sessions, mark_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_sessions(request: HttpRequest) -> HttpResponse:
    """Show them; POST ends one, or all others."""
    user: Any = request.user
    if request.method != "POST":
        rows = [
            {"row": row, "mark": mark_of(row), "current": row.session_key == request.session.session_key}
            for row in LoginSession.objects.running(user)
        ]
        return render(request, "procurement/account/sessions.html", {"sessions": rows})
    mark, here = request.POST.get("end", ""), request.session.session_key
    ended = end_session(user, mark, by=user) if mark else end_sessions(user, by=user, except_key=here)
    said = ngettext("%(count)s login is ended.", "%(count)s logins are ended.", ended)
    messages.success(request, said % {"count": ended} if ended else _("There was none to end."))
    return HttpResponseRedirect(reverse("own_sessions"))
