"""The list of contracts: who supplies each, its state, its programs and what is outstanding; and filters by these."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from procurement.admin.colours import CONTRACT_STATUS
from procurement.admin.finding.conditions import OneOf
from procurement.admin.flag_filters import AmountRangeForm
from procurement.admin.listed.contract_states import ContractState, contract_states
from procurement.admin.listing import PageOfRows, UnknownLast, clipped, link_to, unbroken
from procurement.admin.organization_filter import OrganizationFilter
from procurement.admin.paging import COUNTED
from procurement.common import localized
from procurement.common.amounts import NotAnAmount, read_amount
from procurement.common.words import word
from procurement.contracts.models import ContractParty, ContractStatusChange, ProgramAllocation
from procurement.exposure.kept.models import Line, Total
from procurement.parties.reading import bodies_now

UNKNOWN = "unknown"
#: From so many contracts on, some are among the first of any list.
VERY_MANY = 100_000

#: The lines of a contract: one, or one for each program that shares it.
OF_CONTRACT = Line.objects.filter(contract_id=OuterRef("pk"), is_stock=True)
OUTSTANDING = Subquery(OF_CONTRACT.order_by().values("contract_id").annotate(sum=Sum("outstanding")).values("sum"))


class ByOutstanding(PageOfRows):
    """A list that is put in the order of what is outstanding only where so many rows can be compared."""

    def get_queryset(self, *args: Any, **kwargs: Any) -> "QuerySet[Any]":
        """The rows; of too many the newest first, which is said."""
        rows: QuerySet[Any] = super().get_queryset(*args, **kwargs)
        if not any(_is_of_outstanding(each) for each in rows.query.order_by):
            return rows
        if rows.order_by()[: COUNTED + 1].count() <= COUNTED:
            return rows
        said = _(
            "Up to %(number)s contracts can be put in the order of what is outstanding. Filter the list further: by a "
            "smallest amount outstanding, for example."
        )
        messages.warning(self.request, said % {"number": f"{COUNTED:,}"})
        return rows.order_by("-pk")


def _is_of_outstanding(order: Any) -> bool:
    return getattr(order, "expression", None) is OUTSTANDING


class ContractColumns:
    """The columns of the list of contracts that are read for a page's rows together."""

    page_of_rows = ByOutstanding

    def prepare(self, rows: Sequence[Any]) -> None:
        """Let each row of a page know its state."""
        states = contract_states([row.pk for row in rows])
        for row in rows:
            row.state_today = states[row.pk]

    @display(description=gettext_lazy("supplier"))  # type: ignore[untyped-decorator]
    def supplier_today(self, row: Any) -> SafeString | str:
        """The lead supplier."""
        supplier = _state(row).supplier
        return "-" if supplier is None else clipped(link_to(supplier), supplier)

    @display(description=gettext_lazy("state"), label=CONTRACT_STATUS)  # type: ignore[untyped-decorator]
    def status_today(self, row: Any) -> tuple[str, str]:
        """The state today."""
        status = _state(row).status
        return status or UNKNOWN, word("contract_status", status)

    @display(description=gettext_lazy("programs"))  # type: ignore[untyped-decorator]
    def programs_today(self, row: Any) -> SafeString | str:
        """The programs with a share of it."""
        programs = _state(row).programs
        links = format_html_join(", ", "{}", ((link_to(each),) for each in programs))
        return clipped(links, ", ".join(map(str, programs))) if programs else "-"

    @display(description=gettext_lazy("outstanding"), ordering=UnknownLast(OUTSTANDING))  # type: ignore[untyped-decorator]
    def outstanding_today(self, row: Any) -> SafeString:
        """What is committed and not paid."""
        return unbroken(localized.in_full(_state(row).outstanding, row.currency))


def _state(row: Any) -> ContractState:
    state: ContractState = row.state_today
    return state


# filters


class SupplierFilter(OrganizationFilter):
    """Contracts to which an organization is or was party, in any role."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = gettext_lazy("supplier")

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":  # noqa: ARG002
        """The contracts of any that is one with it."""
        chosen = _id(self.value())
        if chosen is None:
            return queryset
        parties = ContractParty.objects.filter(organization__in=bodies_now().all_of([chosen]))
        return queryset.filter(pk__in=parties.values("contract"))


class ProgramFilter(AutocompleteSelectFilter):  # type: ignore[misc]  # unfold ships no types
    """Contracts that belong or belonged to a program."""

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":  # noqa: ARG002
        """Each once, however often it was allocated."""
        chosen = _id(self.value())
        if chosen is None:
            return queryset
        reversals = ProgramAllocation.objects.filter(reverses=OuterRef("pk"))
        allocated = ProgramAllocation.objects.filter(~Exists(reversals), reverses=None, program=chosen)
        ids = _few(allocated)
        if ids is not None:
            return queryset.filter(pk__in=ids)
        return queryset.filter(Exists(allocated.filter(contract=OuterRef("pk"))))


def _id(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


class StatusFilter(SimpleListFilter):
    """The state today, as it is kept beside the facts."""

    title = gettext_lazy("state")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:  # noqa: ARG002
        """Every state, and that it is unknown."""
        states = [(each, word("contract_status", each)) for each in ContractStatusChange.Status.values]
        return [*states, (UNKNOWN, localized.unknown())]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":  # noqa: ARG002
        """The contracts in a state."""
        if not self.value():
            return queryset
        status = None if self.value() == UNKNOWN else self.value()
        found = Line.objects.filter(is_stock=True, contract_status=status)
        ids = _few(found)
        if ids is not None:
            return queryset.filter(pk__in=ids)
        return queryset.filter(Exists(OF_CONTRACT.filter(contract_status=status)))


class CurrencyFilter(SimpleListFilter):
    """The currencies in which contracts are."""

    title = gettext_lazy("currency")
    parameter_name = "currency"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:  # noqa: ARG002
        """Every currency of a contract, the commonest first."""
        totals = (
            Total.objects.filter(dimension=Total.Dimension.ALL).order_by("-lines").values_list("currency", flat=True)
        )
        return [(code, f"{code} {localized.currency_name(code)}") for code in totals if code]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":  # noqa: ARG002
        """The contracts in a currency."""
        return queryset.filter(currency=self.value()) if self.value() else queryset


class OutstandingFilter(SimpleListFilter):
    """What is outstanding, from and to, as people write amounts. Amounts are compared whatever their currency."""

    title = gettext_lazy("outstanding")
    parameter_name = "outstanding"
    template = "unfold/filters/filters_numeric_range.html"
    ENDS: ClassVar[Mapping[str, str]] = {"from": "gte", "to": "lte"}

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        self.request = request
        super().__init__(request, params, model, model_admin)
        for name in self.expected_parameters():
            if given := params.pop(str(name), None):
                self.used_parameters[str(name)] = given[-1] if isinstance(given, list) else given

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:  # noqa: ARG002
        """Nothing to choose from, but Django shows no filter that has nothing."""
        return [("", "")]

    def expected_parameters(self) -> list[str | None]:
        """Both ends."""
        return [f"{self.parameter_name}_{end}" for end in self.ENDS]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """The contracts in the range; none, with a message, if an end cannot be read."""
        try:
            ends = {lookup: self._end(name) for name, lookup in self.ENDS.items()}
        except NotAnAmount as error:
            messages.error(request, str(error))
            return queryset.none()
        given = {lookup: end for lookup, end in ends.items() if end is not None}
        return with_outstanding(queryset, given) if given else queryset

    def _end(self, name: str) -> Any:
        text = str(self.used_parameters.get(f"{self.parameter_name}_{name}") or "").strip()
        return read_amount(text).amount if text else None

    def choices(self, changelist: Any) -> Iterator[Any]:  # noqa: ARG002 (unfold's signature)
        """The two boxes, with what was typed."""
        form = AmountRangeForm(str(self.parameter_name), data=self.used_parameters)
        yield {"request": self.request, "parameter_name": self.parameter_name, "form": form}


def with_outstanding(rows: "QuerySet[Any]", ends: Mapping[str, Any]) -> "QuerySet[Any]":
    """Those of some contracts with so much outstanding; of one that programs share it is the sum of their shares.

    They are named; of very many a page is found sooner by summing the lines of one contract of the list after another.
    """
    shared = Line.objects.exclude(companions="").values("contract_id")
    alone = {f"outstanding__{lookup}": end for lookup, end in ends.items()}
    together = {f"sum__{lookup}": end for lookup, end in ends.items()}
    lines = Line.objects.filter(is_stock=True, outstanding__isnull=False)
    single = lines.filter(**alone, is_first=True, companions="").values("contract_id")
    sums = lines.filter(contract_id__in=shared).order_by().values("contract_id").annotate(sum=Sum("outstanding"))
    both = single.union(sums.filter(**together).values("contract_id"), all=True)
    found = list(both.values_list("contract_id", flat=True)[: VERY_MANY + 1])
    if len(found) > VERY_MANY:
        of_each: QuerySet[Any] = rows.alias(sum=OUTSTANDING).filter(**together)
        return of_each
    named: QuerySet[Any] = rows.filter(OneOf(F("pk"), Value(found, ArrayField(BigIntegerField()))))
    return named


def _few(rows: "QuerySet[Any]") -> list[int] | None:
    """The contracts of some rows; None where they are more than a list counts."""
    found = list(rows.order_by().values_list("contract_id", flat=True)[: COUNTED + 1])
    return found if len(found) <= COUNTED else None


CONTRACT_COLUMNS = (
    "reference",
    "title",
    "supplier_today",
    "buyer",
    "programs_today",
    "status_today",
    "outstanding_today",
    "signed",
    "ends",
)
