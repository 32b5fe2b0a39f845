"""Documentation of this repository as part of a page: CommonMark with tables, and no HTML of its own."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from procurement.flags.rules import all_rules

#: Headings of a document stand below that of the page around it.
_LOWER = {"h1": "h2", "h2": "h3", "h3": "h4"}


def rendered(text: str) -> SafeString:
    """A text of ours as HTML. Links to rules lead to their pages; other links within the repository are left out."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    _each(tokens, _lowered)
    for token in tokens:
        _unlinked(token.children or [])
    html: str = parser.renderer.render(tokens, parser.options, {})
    return mark_safe(html)  # noqa: S308  (the text is in this repository, and HTML in it is escaped)


def _each(tokens: list[Token], change: Callable[[Token], None]) -> None:
    for token in tokens:
        change(token)


def _lowered(token: Token) -> None:
    token.tag = _LOWER.get(token.tag, token.tag) if token.type.startswith("heading") else token.tag


def _unlinked(tokens: list[Token]) -> None:
    """Let links lead to pages, and those that cannot be plain text."""
    kept = True
    for token in tokens:
        if token.type == "link_open":
            address = _address(str(token.attrGet("href") or ""))
            kept = bool(address)
            token.attrSet("href", address)
            token.hidden = not kept
        if token.type == "link_close":
            token.hidden = not kept
        if token.hidden:
            token.type, token.tag, token.content = "text", "", ""


def _address(given: str) -> str:
    name = given.partition("#")[0].removesuffix(".md")
    if name in {each.code for each in all_rules()}:
        return reverse("pages:rule", args=[name])
    return given if given.startswith("https://") else ""
