"""No trigger is ever ignored, whatever a session says.

Every trigger of django-pgtrigger first asks `_pgtrigger_should_ignore`. The library's own reads a setting that anybody
may set, and is ready to catch an error, which opens a subtransaction for each trigger and row: a long transaction slows
down with each row that it writes. It comes with each trigger that is installed, and ours is put in its place each time.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger import compiler
from pgtrigger.migrations import AddTrigger

NEVER_IGNORED = """
CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT false $$;
"""


def ignore_none() -> None:
    """Let whatever installs a trigger, migrations old and new among them, leave our function behind. Call it once."""
    library: Any = compiler.Trigger.install_sql

    def followed_by_ours(trigger: compiler.Trigger) -> str:
        return f"{library.fget(trigger)}\n{NEVER_IGNORED}"

    compiler.Trigger.install_sql = property(followed_by_ours)  # type: ignore[method-assign,assignment]


class AddTriggers(Operation):
    """A migration's step that installs many triggers: models are rendered anew once, not for each of them."""

    reversible = False

    def __init__(self, triggers: Sequence[AddTrigger]) -> None:
        self.triggers = triggers

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Note the triggers in the options of their models."""
        for each in self.triggers:
            options = state.models[app_label, each.model_name].options
            options["triggers"] = [*options.get("triggers", ()), each.trigger]
        state.reload_models([(app_label, each.model_name) for each in self.triggers], delay=True)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Install them."""
        for each in self.triggers:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What `migrate --plan` says."""
        return f"Create {len(self.triggers)} triggers"
