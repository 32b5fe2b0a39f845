"""What search engines are told: which pages there are, in both languages, and which they should leave alone.

Rows are counted off in ranges of their ids, so that the last page of a million contracts costs what the first does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.core.paginator import EmptyPage
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from procurement.contracts.models import Contract, ContractParty
from procurement.pages.reading import readable
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.sources.models import Document

#: Ids in one page of a sitemap. Search engines take 50,000 addresses; a page of so many is made in a second.
IDS = 2_000
FIXED = ("front", "charts", "sources", "glossary", "about")


@dataclass(frozen=True)
class Page:
    """A page of addresses: each a row in a language."""

    object_list: Sequence[tuple[Any, str]]


class Ranges:
    """Rows in pages of so many ids each; one may have fewer rows, or none."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows

    @property
    def num_pages(self) -> int:
        """How many pages there are. One query."""
        last = self.rows.model._default_manager.aggregate(last=Max("pk"))["last"] or 0
        return max(1, -(-last // IDS))

    def page(self, number: int | str) -> Page:
        """A page by its number from 1."""
        if not str(number).isdecimal() or not 1 <= int(number) <= self.num_pages:
            raise EmptyPage(f"{number} is no page")
        first = (int(number) - 1) * IDS
        rows = self.rows.filter(pk__gt=first, pk__lte=first + IDS).order_by("pk")
        return Page([(row, code) for row in rows for code, _ in settings.LANGUAGES])


class Pages(Sitemap):  # type: ignore[type-arg]  # generic only for checkers
    """Pages without rows: the front page and those about the service."""

    i18n, alternates, x_default = True, True, True

    def items(self) -> Sequence[Any]:
        """Their names."""
        return FIXED

    def location(self, item: Any) -> str:
        """The address in the active language."""
        return reverse(f"pages:{item}")


class Rows(Pages):
    """Pages of rows of a table."""

    def __init__(self, page: str, rows: Callable[[], QuerySet[Any]], part: str = "pk") -> None:
        self.page, self.rows, self.part = page, rows, part

    @property
    def paginator(self) -> Any:
        """Pages of the rows."""
        return Ranges(self.rows())

    def location(self, item: Any) -> str:
        """The address in the active language."""
        return reverse(f"pages:{self.page}", args=[getattr(item, self.part)])


def _with_contracts() -> QuerySet[Organization]:
    """Buyers, and parties to contracts."""
    buys = Exists(Contract.objects.filter(buyer=OuterRef("pk")))
    takes_part = Exists(ContractParty.objects.filter(organization=OuterRef("pk")))
    return Organization.objects.filter(buys | takes_part).only("pk")


SECTIONS: Mapping[str, Pages] = {
    "pages": Pages(),
    "programs": Rows("program", lambda: Program.objects.only("code"), "code"),
    "organizations": Rows("organization", _with_contracts),
    "sources": Rows("source", lambda: Document.objects.only("pk")),
    "contracts": Rows("contract", lambda: Contract.objects.only("pk")),
}


@require_safe
@readable()
def sitemap_index(request: HttpRequest) -> HttpResponseBase:
    """The list of sitemaps."""
    return views.index(request, sitemaps=dict(SECTIONS), sitemap_url_name="files:sitemap-section").render()


@require_safe
@readable()
def sitemap_section(request: HttpRequest, section: str) -> HttpResponseBase:
    """One sitemap: the addresses of one kind of page, `p` says which part of them."""
    return views.sitemap(request, sitemaps=dict(SECTIONS), section=section).render()


#: Each day, currency and order of a page has an address of its own: without end, and all of them say what the page
#: without a query says of another day.
ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /api/
Disallow: /*?

Sitemap: {sitemap}
"""
NOBODY = "User-agent: *\nDisallow: /\n"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What robots may read: pages as of today; nothing where reading takes a login."""
    text = ROBOTS.format(sitemap=request.build_absolute_uri(reverse("files:sitemap")))
    return HttpResponse(text if settings.ANONYMOUS_READ else NOBODY, content_type="text/plain; charset=utf-8")
