"""The admin's theme: names, menu, languages and what is loaded beside the theme's own files."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Procurement tracker"),
    "SITE_HEADER": _("Procurement tracker"),
    "SITE_SUBHEADER": _("What is stopped, and still owed"),
    "SITE_SYMBOL": "shield",
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("procurement/icon.svg")}
    ],
    "SHOW_BACK_BUTTON": True,
    "SHOW_VIEW_ON_SITE": False,
    "ENVIRONMENT": "procurement.admin.navigation.environment",
    "DASHBOARD_CALLBACK": "procurement.admin.first_page.page.fill",
    # in the dark, links need more light than the theme gives them
    "COLORS": {"primary": {"500": "oklch(72% .18 305)"}},
    "STYLES": [lambda _request: static("procurement/admin/admin.css"), "procurement.admin.navigation.style"],
    "SCRIPTS": [lambda _request: static("procurement/admin/names.js"), "procurement.admin.navigation.script"],
    "ACCOUNT": {"navigation": [{"title": _("Your login"), "link": reverse_lazy("mfa_index")}]},
    "SIDEBAR": {"show_search": False, "navigation": "procurement.admin.navigation.sidebar"},
}
