"""The form of a decision or statement: the difference is explained, and neither is chosen beforehand."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from procurement.admin.facts import FactForm

KIND_HELP = _(
    "A decision is the deciding body's own recorded act: it sets the standing status. A report of it, an answer in "
    "parliament or what a minister says is a statement: it never sets the status, but can dispute it."
)
SCOPE_HELP = _("A decision about a part only ever shows as “reduced”.")


class StatusChangeForm(FactForm):
    """A decision or statement."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, said in (("kind", KIND_HELP), ("scope", SCOPE_HELP)):
            if name in self.fields:
                self.fields[name].help_text = said
