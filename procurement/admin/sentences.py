"""Sentences with links in them, in any language."""

from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def sentence(said: Any, **parts: Any) -> SafeString:
    """A translated sentence with its named places filled in: links stay links, anything else is escaped."""
    escaped = {name: conditional_escape(part) for name, part in parts.items()}
    return mark_safe(conditional_escape(said) % escaped)  # noqa: S308  (every part is escaped, unless it is a link)
