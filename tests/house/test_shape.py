"""The shape of the code, held where the best models of this field have it."""

import ast
import statistics
from math import ceil

from tests.house import shape

BAGS = {"utils", "util", "helpers", "helper", "misc", "services", "common_utils", "managers_utils"}
LONG = 50
MODEL_SIGNALS = {"pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}


def lengths():
    return sorted(shape.length(function) for module in shape.modules() for function in shape.functions(module))


def at(share, values):
    return values[ceil(share * len(values)) - 1]


def test_half_of_the_functions_have_at_most_eight_lines():
    assert statistics.median(lengths()) <= 8


def test_nine_of_ten_functions_have_at_most_28_lines():
    assert at(0.9, lengths()) <= 28


def test_at_most_two_in_a_hundred_functions_have_over_50_lines():
    found = lengths()
    assert sum(lines > LONG for lines in found) <= 0.02 * len(found)


def test_half_of_the_files_have_at_most_a_hundred_lines():
    assert statistics.median(module.lines for module in shape.modules()) <= 100


def test_no_file_has_over_400_lines():
    assert not [f"{module}: {module.lines}" for module in shape.modules() if module.lines > 400]


def test_no_module_is_a_bag():
    assert not [module for module in shape.modules() if module.path.stem in BAGS or module.path.parent.name in BAGS]


def test_everything_is_typed():
    assert not [
        f"{module}:{function.lineno} {function.name}"
        for module in shape.modules()
        for function in shape.functions(module)
        if shape.untyped(function)
    ]


def test_no_model_overrides_save():
    """What happens beside a write belongs to the verb, where a bulk write does not miss it."""
    assert not [
        f"{module}:{node.lineno} {owner.name}.save"
        for module in shape.modules()
        if module.path.name == "models.py" or module.path.parent.name == "models"
        for owner in shape.classes(module)
        for node in owner.body
        if isinstance(node, ast.FunctionDef) and node.name == "save"
    ]


def test_no_signal_carries_domain_logic():
    """A reader of a recording function sees everything it does."""
    assert not [
        f"{module}: {name}"
        for module in shape.modules()
        for name in shape.imported(module)
        if name.startswith("django.db.models.signals.") and name.rpartition(".")[2] in MODEL_SIGNALS
    ]


def test_every_serializer_names_its_fields():
    assert not [
        f"{module}:{node.lineno}"
        for module in shape.modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and node.value.value == "__all__"
        and any(isinstance(target, ast.Name) and target.id == "fields" for target in node.targets)
    ]


def test_no_wildcard_import():
    assert not [f"{module}: {name}" for module in shape.modules() for name in shape.imported(module) if name[-1] == "*"]


def test_no_two_areas_import_each_other():
    pairs = shape.areas_imported()
    assert not {(one, other) for one, other in pairs if (other, one) in pairs and one < other}


def test_text_is_never_null():
    """Two ways to say nothing are one too many: an empty text is it."""
    from django.apps import apps
    from django.db import models

    assert not [
        field
        for model in apps.get_app_config("procurement").get_models()
        if "Event" not in model.__name__  # pghistory's copies take their fields from the model
        and model.__module__ != "procurement.exposure.kept.models"  # keys of totals, of which unknown is one
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and field.null and not field.unique
    ]
