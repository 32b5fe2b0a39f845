"""One row in every table."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from procurement.access.models import AccessToken, RepeatableRequest
from procurement.alerts.models import Alert, Channel, Delivery, Mute, Notice, Subscription
from procurement.contracts.models import Guarantee, LiabilityEstimate, Milestone
from procurement.contracts.recording import guarantees, liability_estimates, milestones
from procurement.delivery.models import Attempt
from procurement.figures.models import ReportedFigure
from procurement.figures.recording import reported_figures
from procurement.flags.models import Flag, FlagEvent, ThresholdChange
from procurement.imports.assignment.models import AssignmentRule
from procurement.imports.mappings import save_mapping
from procurement.imports.models import ColumnMapping, DoubtfulMatch, ImportBatch, ImportIssue
from procurement.notes.models import Note
from procurement.parties.recording import add_identifier
from procurement.programs.models import ProgramLink, StatusChange
from procurement.programs.proposing import Proposal, propose
from procurement.programs.recording import program_links
from procurement.sources.copies import DocumentCopy
from tests.imports.arms_list import arms_mapping
from tests.makers import (
    decide,
    join,
    make_contract,
    make_program,
    make_rate,
    make_source,
    make_supplier,
    post,
    state_complete,
)

DAY = dt.date(2020, 6, 15)


def fill(user):
    """Add a row to every table of this service."""
    program = make_program()
    contract = make_contract(program, committed="100", paid="10")
    add_identifier(make_supplier(f"Maker {contract.pk}"), scheme="US-UEI", value=f"UEI{contract.pk}")
    decide(program, "suspended")
    state_complete(contract, "2020-06-15")
    fill_facts(program, contract)
    fill_alerts(user, program, fill_flag(program, contract))
    make_rate("EUR", "JPY", "120.73", "2019-10-31")
    AccessToken.objects.create(user)
    RepeatableRequest.objects.create(user=user, key=f"k{contract.pk}", request_hash="0", status=201, answer="")
    batch = ImportBatch.objects.create(file_name="a.yaml", sha256="0" * 64, size=1, format="portfolio", by=user)
    ImportIssue.objects.create(batch=batch, kind="refusal", line=1, reason="!")
    DocumentCopy.objects.create(
        document=make_source(), sha256="0" * 64, size=1, media_type="application/pdf", entered_by=user
    )
    save_mapping(ColumnMapping(**arms_mapping(name=f"register {contract.pk}")), by=user)
    newer, older = make_supplier(f"Newer {contract.pk}"), make_supplier(f"Older {contract.pk}")
    DoubtfulMatch.objects.create(organization=newer, candidate=older, why="similar", batch=batch)
    stop = {"kind": "decision", "status": "cancelled", "side": "buyer", "effective_on": DAY, "source": make_source()}
    propose(Proposal(StatusChange(program=program, entered_by=user, **stop)))
    AssignmentRule.objects.create(program=program, text="radar", source=make_source())
    Note.objects.create(program=program, text="ask the ministry", written_by=user)
    return contract


def fill_facts(program, contract):
    common = {"effective_on": DAY, "source": make_source("2020-06-15")}
    milestones.record(Milestone(contract=contract, kind="payment", due_on=DAY, amount=Decimal(5), **common))
    liability_estimates.record(LiabilityEstimate(contract=contract, point=Decimal(5), **common))
    guarantees.record(Guarantee(contract=contract, kind="performance", amount=Decimal(5), **common))
    program_links.record(ProgramLink(program=program, kind="part_of", other=make_program(), **common))
    join(make_supplier(f"Maker {contract.pk}"), make_supplier(f"Holding {contract.pk}"))
    figure = {"measure": "paid", "amount": Decimal(5), "currency": "JPY", "as_of_date": DAY}
    reported_figures.record(ReportedFigure(program=program, **figure, **common))
    post(contract, "1", "payment")


def fill_flag(program, contract):
    flag = Flag.objects.create(
        rule="suspended-program-active-contract",
        program=program,
        contract=contract,
        severity="high",
        condition_since=DAY,
        summary="it is suspended and lives on",
        evidence={"outstanding": "90.00"},
        evidence_digest="0",
    )
    FlagEvent.objects.create(flag=flag, kind="opened", severity="high", summary=flag.summary)
    ThresholdChange.objects.create(rule=flag.rule, name="rises", value=flag.pk, reason="a new clause")
    return flag


def fill_alerts(user, program, flag):
    channel = Channel.objects.create(owner=user, address=f"a{flag.pk}@example.org")
    subscription = Subscription.objects.create(owner=user, name="all", channel=channel, events=["flag.opened"])
    alert = Alert.objects.create(
        event="flag.opened",
        origin_table="flag",
        origin_id=flag.pk,
        happened_at=timezone.now(),
        program=program,
        summary="!",
    )
    delivery = Delivery.objects.create(subscription=subscription)
    Notice.objects.create(subscription=subscription, alert=alert, delivery=delivery)
    Mute.objects.create(owner=user, program=program, until=timezone.now() + dt.timedelta(days=1))
    Attempt.objects.create(delivery=delivery, outcome="sent")
