"""What can be recorded from the page of a contract, each on a page that shows what it would change."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import unquote
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from procurement.admin.guided.correcting import correcting_page
from procurement.admin.guided.modification import modification_page
from procurement.admin.guided.payment import payment_page
from procurement.admin.guided.settlement import settlement_page
from procurement.admin.guided.termination import termination_page
from procurement.contracts.models import Contract

Page = Callable[[Any, HttpRequest, Contract], HttpResponse]


def _act(page: Page, url_path: str, description: Any, icon: str) -> Any:
    """An action of the contract's page that leads to a page of its own."""

    @action(description=description, url_path=url_path, icon=icon, permissions=["add_facts"])  # type: ignore[untyped-decorator]
    def act(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        row: models.Model | None = self.get_object(request, unquote(object_id))
        if not isinstance(row, Contract):
            raise Http404
        return page(self, request, row)

    return act


class ContractActs:
    """The guided acts of a contract."""

    guided_payment = _act(payment_page, "payment", _("A payment…"), "payments")
    guided_modification = _act(modification_page, "modification", _("A modification…"), "edit_document")
    guided_termination = _act(termination_page, "termination", _("A termination…"), "block")
    guided_settlement = _act(settlement_page, "settlement", _("A settlement…"), "handshake")
    guided_correction = _act(correcting_page, "correction", _("A correction…"), "edit_note")


#: They open from one button, after which come the two acts that have one of their own.
RECORD: dict[str, Any] = {
    "title": _("Record…"),
    "icon": "add_task",
    "items": [
        "guided_payment",
        "guided_modification",
        "guided_termination",
        "guided_settlement",
        "rehome",
        "guided_correction",
    ],
}
