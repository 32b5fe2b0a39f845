"""Entering a case from a news story: three pages, kept as they are typed, and recorded at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from procurement.admin.acting import ActingForm, done, sent
from procurement.admin.acting import Doing as Act
from procurement.admin.asking_back import MEANT, Doubtful, ask_back, warn
from procurement.admin.guided.case_access import refuse_others
from procurement.admin.guided.case_story import CHECK, CONTRACTS, PAGES, PREFIX, STORY, Case, fault_of
from procurement.admin.guided.case_words import Offer, lines_of, notes_of, offers_for_contract, offers_for_story
from procurement.admin.guided.foreseeing import Outcome, foresee
from procurement.admin.guided.looking import LOOK, is_look, unready
from procurement.admin.guided.pages import linked
from procurement.admin.listing import link_to
from procurement.admin.sending_once import TOKEN, note_stored, sent_once, token_of
from procurement.contracts.models import Contract
from procurement.programs.models import Program
from procurement.programs.recording import approved_status_changes
from procurement.stories.keeping import discard, forget_expired, keep_page
from procurement.stories.models import StoryDraft
from procurement.stories.recording import Entered, record_story

#: What is sent along with a page, and is no part of what it says.
NOT_KEPT = frozenset({"csrfmiddlewaretoken", LOOK, MEANT, TOKEN, "_another", "_back"})
MOST_LISTED = 10
#: Fields that are filled in when a page opens.
OPENED_WITH = ("_precision", "_FORMS", "_NUM_FORMS")
TOTAL = f"{PREFIX}-TOTAL_FORMS"


def begin_case(request: HttpRequest) -> HttpResponse:
    """Begin a case, at an address of its own; nothing is kept until something is typed."""
    refuse_others(request)
    forget_expired()
    return HttpResponseRedirect(address(uuid4(), STORY))


def discard_case(request: HttpRequest, key: UUID) -> HttpResponse:
    """Throw away what was typed of a case."""
    refuse_others(request)
    if request.method == "POST" and discard(key, request.user.pk or 0):
        messages.success(request, _("What was typed of the case was thrown away."))
    return HttpResponseRedirect(reverse("admin:index"))


def case_page(request: HttpRequest, key: UUID, page: str) -> HttpResponse:
    """A page of a case."""
    refuse_others(request)
    if page not in PAGES:
        raise Http404
    if page == CHECK:
        return sent_once(request, lambda: _check(request, key))
    case = _kept(request, key, page)
    if is_look(request):
        return TemplateResponse(request, "procurement/admin/guided/case_offers.html", _seen(case, page))
    if request.method == "POST" and (onward := _onward(request, case, page)):
        return HttpResponseRedirect(address(key, onward))
    return _typing(request, case, page)


def address(key: UUID, page: str) -> str:
    """The address of a page."""
    return reverse("admin:case_page", args=[key, page])


def _draft(request: HttpRequest, key: UUID) -> StoryDraft | None:
    """What is kept of a case. Raises Http404 for another user's."""
    draft = StoryDraft.objects.filter(key=key).first()
    if draft is not None and draft.user_id != request.user.pk:
        raise Http404
    return draft


def _kept(request: HttpRequest, key: UUID, page: str) -> Case:
    """The case, after what was sent of this page is kept."""
    draft = _draft(request, key)
    if request.method == "POST":
        given = {name: request.POST.getlist(name) for name in request.POST if name not in NOT_KEPT}
        if "_another" in request.POST:
            given[TOTAL] = [str(_whole(request.POST.get(TOTAL, "")) + 1)]
        if draft is None and not is_typed(given):
            return Case(key, {page: given})
        draft = keep_page(key, request.user.pk or 0, page, given)
    return Case.of(key, draft)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def is_typed(given: Mapping[str, Sequence[str]]) -> bool:
    """Whether a page has anything that is worth keeping: more than what it opened with."""
    return any(any(values) for name, values in given.items() if not name.endswith(OPENED_WITH))


def _onward(request: HttpRequest, case: Case, page: str) -> str | None:
    """Where to go after a page was sent; None if it is shown again."""
    if "_another" in request.POST:
        return page
    if "_back" in request.POST:
        return STORY
    to_mend = case.first_page_to_mend()
    if to_mend is None or PAGES.index(to_mend) > PAGES.index(page):
        return PAGES[PAGES.index(page) + 1]
    return None if to_mend == page else to_mend


# typing


def _typing(request: HttpRequest, case: Case, page: str) -> HttpResponse:
    """A page to be filled in. Errors are shown only once it was sent; what an autosave kept is not complained of."""
    is_sent = request.method == "POST"
    context = _frame(request, case, page)
    if page == STORY:
        form = case.story_form()
        context |= {"forms": [form], "media": _media() + form.media}
    else:
        contracts, rest = case.contract_forms(), case.rest_form()
        if is_sent and contracts.is_valid() and rest.is_valid():
            context["fault"] = fault_of(contracts, rest)
        context |= {"contracts": contracts, "rest": rest, "forms": [], "media": _media() + contracts.media + rest.media}
    return TemplateResponse(request, "procurement/admin/guided/case.html", context | {"shows_errors": is_sent})


def _media() -> Any:
    """The scripts of pages of the admin, which pickers and calendars rest on."""
    return admin.site.get_model_admin(Contract).media


def _frame(request: HttpRequest, case: Case, page: str) -> dict[str, Any]:
    """What every page of a case shows."""
    number = PAGES.index(page) + 1
    others = StoryDraft.objects.of(request.user.pk or 0).exclude(key=case.key)[:MOST_LISTED] if page == STORY else []
    steps = (_("The story"), _("Contracts and amounts"), _("Check and record"))
    return {
        **admin.site.each_context(request),
        "title": _("Enter a case: page %(number)s of %(all)s") % {"number": number, "all": len(PAGES)},
        "case": case,
        "page": page,
        "steps": [(name, address(case.key, each), each == page) for name, each in zip(steps, PAGES, strict=True)],
        "others": [(each, address(each.key, STORY), reverse("admin:discard_case", args=[each.key])) for each in others],
        "discards": reverse("admin:discard_case", args=[case.key]) if case.given else "",
        "form_token": token_of(request),
    }


def _seen(case: Case, page: str) -> dict[str, Any]:
    """What on record is like what was typed, and what is missing yet."""
    form = case.story_form()
    form.is_valid()
    if page == STORY:
        missing, _wrong = unready(form, stood_in_for=())
        return {"offers": _named(offers_for_story(form)), "missing": missing}
    program: Program | None = form.cleaned_data.get("program")
    contracts = case.contract_forms()
    contracts.is_valid()
    offers = [offer for each in contracts.filled for offer in offers_for_contract(each, program)]
    missing = [name for each in contracts.filled for name in unready(each, stood_in_for=())[0]]
    return {"offers": _named(offers), "missing": missing}


def _named(offers: Iterable[Offer]) -> list[dict[str, Any]]:
    """Each offer with, for each row, what choosing it puts into the field."""
    return [
        {
            "field": field,
            "title": title,
            "rows": [(row, link_to(row), row.url if field == "url" else row.pk) for row in rows],  # type: ignore[attr-defined]
        }
        for field, title, rows in offers
        if rows
    ]


# recording


def _check(request: HttpRequest, key: UUID) -> HttpResponse:
    """The last page: everything that will be recorded; or record it, and go to the program."""
    draft = _draft(request, key)
    case = Case.of(key, draft)
    if draft is None:
        messages.warning(request, _("This case was recorded already, or thrown away."))
        return HttpResponseRedirect(reverse("admin:index"))
    if (to_mend := case.first_page_to_mend()) is not None:
        return HttpResponseRedirect(address(key, to_mend))
    form = ActingForm(sent(request))
    recorded: list[Entered] = []
    if form.is_valid() and done(request, form, _recording(request, case, recorded)):
        note_stored(request)
        return HttpResponseRedirect(reverse("admin:procurement_program_change", args=[recorded[0].program.pk]))
    return TemplateResponse(request, "procurement/admin/guided/case_check.html", _checked(request, case, form))


def _recording(request: HttpRequest, case: Case, recorded: list[Entered]) -> Act:
    """The act: the case is recorded and its draft removed, or nothing is."""

    def do(_given: Any) -> Any:
        entered = record_story(case.story(), by=request.user)  # type: ignore[arg-type]
        warn(request, ask_back(request, entered.warnings))
        discard(case.key, request.user.pk or 0)
        recorded.append(entered)
        if entered.draft is not None:
            messages.warning(request, format_html(_("Waits for approval: {draft}."), draft=link_to(entered.draft)))
        rows = linked([entered.program, *entered.made, *entered.facts])
        return format_html(_("Recorded the case: {rows}."), rows=rows)

    return Act(title="", button="", intro="", do=do)


def _checked(request: HttpRequest, case: Case, form: ActingForm) -> dict[str, Any]:
    """What the last page shows: what is recorded in words, what it changes, and its warnings with their box."""
    story = case.story()
    entered: list[Entered] = []

    def act() -> Outcome:
        found = record_story(story, by=request.user, statuses=approved_status_changes)  # type: ignore[arg-type]
        entered.append(found)
        return Outcome(found, found.facts, found.warnings, edited=tuple(_contracts(found)))

    with transaction.atomic():
        seen = foresee(act, day=story.status.effective_on if story.status else None)
        lines = lines_of(entered[0]) if entered else []
        notes = notes_of(entered[0]) if entered else []
    warnings = seen.pop("warnings", [])
    return {
        **_frame(request, case, CHECK),
        **seen,
        "lines": lines,
        "notes": notes,
        "form": form,
        "doubt": Doubtful(warnings) if warnings else None,
        "back": address(case.key, CONTRACTS),
    }


def _contracts(entered: Entered) -> list[int]:
    rows = (*entered.made, *entered.found)
    return [row.pk for row in rows if row._meta.model_name == "contract"]
