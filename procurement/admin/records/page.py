"""What the pages of records have in common: the record at the asked dates, and folded below the form that edits it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.pages.dates import asked_in
from procurement.pages.rendering import dates_of, dates_query
from procurement.sources.horizon import horizon

#: Opens the form: a link's parameter.
EDIT = "edit"


class RecordPage:
    """A change page that first shows the record. After a refused form only the form is shown."""

    change_form_template = "procurement/admin/records/page.html"
    #: The template of the record.
    record_template: ClassVar[str]

    def record(self, request: HttpRequest, row: Any, asked: Asked) -> Mapping[str, Any]:
        """What the template shows of a row at the asked dates."""
        raise NotImplementedError

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: models.Model | None = None, **kwargs: Any
    ) -> HttpResponse:
        """The form, below what is on record."""
        if obj is not None and request.method == "GET" and not context.get("is_popup"):
            context.update(self.shown(request, obj))
        answer: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)  # type: ignore[misc]
        return answer

    def shown(self, request: HttpRequest, row: models.Model) -> dict[str, Any]:
        """The context of the record and of the frame around it."""
        asked = asked_or_today(request)
        today = asked == Asked(timezone.localdate())
        frame = {
            "asked": asked,
            "asks_for_today": today,
            "dates": "" if today else dates_query(request),
            "permanent": permanent_dates(asked),
            "record_template": self.record_template,
            "opens_form": EDIT in request.GET,
            "back": request.get_full_path(),
        }
        return frame | dict(self.record(request, row, asked))


def permanent_dates(asked: Asked) -> str:
    """The query that gives the same again, whatever is recorded later."""
    return urlencode(dates_of(replace(asked, recorded_by=asked.recorded_by or horizon())))


def asked_or_today(request: HttpRequest) -> Asked:
    """The dates in a page's address; what is wrong with them is said, and today is shown."""
    try:
        return asked_in(request)
    except Refused as refused:
        messages.error(request, str(refused))
        return Asked(timezone.localdate())
