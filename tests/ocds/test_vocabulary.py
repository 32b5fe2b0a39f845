"""The extension has a place for every fact about contracts, and for every column of one."""

import pytest

from procurement.common import ocds_extension as extension
from procurement.common.ocds_extension import FACT_LISTS, NOTE, OF_FACTS, Kind
from procurement.contracts.models import Contract
from procurement.ocds.gathering import OF_CONTRACTS, REFERENCES
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import Fact, is_about
from procurement.sources.models import Document

#: How a row came in, what it takes back, and what a list is of.
NOT_TOLD = {"id", "contract", "source_key", "revision", "entered_by", "recorded_at", "reverses", "source"}
#: A figure of a contract is of nothing else.
OTHER_SUBJECTS = {"reported_figures": {"program", "organization"}}
ABOUT_CONTRACTS = [table for table in FACT_TABLES if is_about(table.model, "contract")]
#: Columns of descriptive rows that are keys, made for matching, or tell how the row came in; and who may have our copy.
INTERNAL = {
    "id", "created_at", "entered_by", "withdrawn_at", "match_key", "bare_key", "local_key", "reference_key",
    "copy_is_public",
}  # fmt: skip


def columns(model):
    return {each.name for each in model._meta.concrete_fields}


@pytest.mark.parametrize("table", ABOUT_CONTRACTS, ids=lambda table: table.name)
def test_every_column_of_a_fact_is_told(table):
    told = {
        each.column
        for listed in FACT_LISTS
        if listed.table == table.name
        for each in (*OF_FACTS, *listed.members, NOTE)
    }
    assert columns(table.model) - NOT_TOLD - OTHER_SUBJECTS.get(table.name, set()) == told


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (Contract, {*OF_CONTRACTS, "source"} - {"source_id"} | {each.column for each in extension.OF_CONTRACTS}),
        (Document, {"url", "published_on"} | {each.column for each in extension.OF_DOCUMENTS}),
        (Organization, {"name"} | {each.column for each in extension.OF_PARTIES}),
        (Program, {"code", "source"} | {each.column for each in extension.OF_PROGRAMS}),
    ],
)
def test_every_column_of_a_description_is_told(model, told):
    assert columns(model) - INTERNAL == told - INTERNAL


def test_the_members_that_refer_to_rows_are_foreign_keys():
    for table in ABOUT_CONTRACTS:
        for listed in (each for each in FACT_LISTS if each.table == table.name):
            for each in listed.members:
                assert (each.kind in REFERENCES) == table.model._meta.get_field(each.column).is_relation


def test_precisions_are_left_out_only_where_they_are_the_default():
    assert {Fact._meta.get_field("effective_precision").default} == {"day"}
    for table in ABOUT_CONTRACTS:
        for listed in (each for each in FACT_LISTS if each.table == table.name):
            for each in (each for each in listed.members if each.kind is Kind.PRECISION):
                assert table.model._meta.get_field(each.column).default == "day"
