"""Coming back: a form that a record's page leads to returns there once it has stored something."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

#: The parameter that holds the address of the page to return to.
RETURN = "_return"
#: Buttons that go on with the form, and the mark of a form in a small window.
GOES_ON = ("_continue", "_addanother", "_popup")
ANOTHER = "_addanother"


def return_address(request: HttpRequest) -> str:
    """Where a form returns to; empty where it says nothing, or an address that is not of this site."""
    given = request.GET.get(RETURN, "")
    secure = request.is_secure()
    fits = url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()}, require_https=secure)
    return given if fits else ""


def with_return(address: str, back: str, **filled_in: Any) -> str:
    """The address of a form with some fields filled in, which returns to a page."""
    given = {name: value for name, value in filled_in.items() if value not in (None, "")}
    return f"{address}?{urlencode({**given, RETURN: back})}"


def returned(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """An answer that leads to the list or the row after storing, leading back to where the form was opened from."""
    back = return_address(request)
    if request.method != "POST" or not back or not isinstance(answer, HttpResponseRedirect):
        return answer
    if ANOTHER in request.POST:  # the next form returns there too
        sign = "&" if "?" in answer.url else "?"
        return HttpResponseRedirect(f"{answer.url}{sign}{urlencode({RETURN: back})}")
    return answer if any(name in request.POST for name in GOES_ON) else HttpResponseRedirect(back)


class Returning:
    """Forms that return to the page that led to them."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show or store, then return."""
        return returned(request, super().changeform_view(request, *args, **kwargs))  # type: ignore[misc]
