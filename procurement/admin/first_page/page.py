"""The first page: which parts a user sees, and where each is loaded from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from procurement.admin.first_page.changed import changed, mark_all_seen
from procurement.admin.first_page.due import due
from procurement.admin.first_page.flags import my_flags, waiting_flags
from procurement.admin.first_page.health import health
from procurement.admin.first_page.stopped import stopped
from procurement.admin.first_page.waiting import drafts

Context = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A part of the page: its name in addresses, its title, who sees it, and what it shows."""

    name: str
    title: Any
    permission: str
    read: Callable[[HttpRequest], Context]

    @property
    def address(self) -> str:
        """Where it is loaded from."""
        return reverse("admin:first_page_part", args=[self.name])

    def view(self, request: HttpRequest) -> HttpResponse:
        """The part; nothing for who may not see what it is about."""
        if not request.user.has_perm(f"procurement.{self.permission}"):
            return HttpResponse()
        context = self.read(request) | {"part": self}
        return TemplateResponse(request, f"procurement/admin/first_page/{self.name}.html", context)


PARTS = (
    Part("health", _("Workers"), "view_program", health),
    Part("drafts", _("Awaiting approval"), "view_statusdraft", drafts),
    Part("my-flags", _("My flags"), "view_flag", my_flags),
    Part("stopped", _("Stopped, and still under contract today"), "view_program", stopped),
    Part("changed", _("What changed since my last look"), "view_program", changed),
    Part("due", _("What falls due"), "view_contract", due),
    Part("flags", _("Flags"), "view_flag", waiting_flags),
)


def fill(request: HttpRequest, context: Context) -> Context:
    """What the page itself shows: its parts, which are still to be loaded. Named in the settings."""
    context["parts"] = shown_to(request)
    return context


def shown_to(request: HttpRequest) -> Sequence[Part]:
    """The parts that a user sees."""
    return [part for part in PARTS if request.user.has_perm(f"procurement.{part.permission}")]


def one_part(request: HttpRequest, name: str) -> HttpResponse:
    """A part by its name."""
    part = next((each for each in PARTS if each.name == name), None)
    return HttpResponse(status=404) if part is None else part.view(request)


def addresses() -> list[URLPattern]:
    """Where the parts are loaded from."""
    guarded = admin.site.admin_view
    return [
        path("first-page/<slug:name>/", guarded(one_part), name="first_page_part"),
        path("seen/", guarded(mark_all_seen), name="mark_seen"),
    ]
