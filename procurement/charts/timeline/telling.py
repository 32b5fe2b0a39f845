"""What a program's chart says in words: its title, its text alternative, its notes and its table."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement.charts.figure import Cell, Table
from procurement.charts.languages import first_in_capital, sentences
from procurement.charts.lettering import is_wide
from procurement.charts.statuses import status_in_words
from procurement.charts.timeline.lanes import speaker_of
from procurement.charts.timeline.reading import History, Move, Value
from procurement.common.dates import BY
from procurement.common.dating import Dated
from procurement.common.localized import day, in_full, in_japanese, in_short
from procurement.common.money import as_text
from procurement.common.words import word
from procurement.programs.standing import Said

COMPLETE = "1.0000"


def title(history: History) -> str:
    """The program's name, with the local one where there is another; in Japanese a Japanese name is enough."""
    local = history.local_name
    if in_japanese() and any(map(is_wide, local)):
        return local
    return f"{history.name} ({local})" if local and local != history.name else history.name


def standing(history: History) -> str:
    """The status and since when; with the beginning of the stop where that was another status; and the dispute."""
    now = history.standing
    if now.began is None:
        return _("No decision about its status is on record.")
    words = {"status": status_in_words(now.status), "day": since(now.began.dated)}
    said = _("%(status)s since %(day)s.") % words
    if now.stop and now.stop.by.id != now.began.id:
        words |= {"stop": since(now.stop.by.dated), "stopped_as": status_in_words(now.stop.by.status)}
        said = _("%(status)s since %(day)s; stopped since %(stop)s (%(stopped_as)s).") % words
    disputed = now.dispute_began and _("Disputed since %(day)s.") % {"day": since(now.dispute_began)}
    return sentences(first_in_capital(said), disputed or "")


def since(dated: Dated) -> str:
    """A day behind “since”: with its source's precision."""
    return _("%(day)s at the latest") % {"day": day(dated.on)} if dated.precision == BY else day(dated)


def alternative(history: History) -> str:
    """What the chart shows: the status, and the money in each currency."""
    money = [_money(currency, values[-1]) for currency, values in history.money.items()]
    head = _("%(name)s: %(standing)s") % {"name": title(history), "standing": standing(history)}
    return sentences(head, *money or [_("No contract is on record here.")])


def _money(currency: str, value: Value) -> str:
    words = {"day": day(value.day), "count": value.contracts, "currency": currency}
    if not value.contracts:
        return _("On %(day)s no contract in %(currency)s is left.") % words
    words |= {name: in_short(getattr(value, name), currency) for name in ("committed", "paid", "outstanding")}
    said = ngettext(
        "On %(day)s, %(count)d contract: committed %(committed)s, paid %(paid)s, outstanding %(outstanding)s.",
        "On %(day)s, %(count)d contracts: committed %(committed)s, paid %(paid)s, outstanding %(outstanding)s.",
        value.contracts,
    )
    unaccounted = ""
    if value.unaccounted:
        amount = {"amount": in_short(value.unaccounted, currency)}
        unaccounted = _("Of %(amount)s it is not on record whether it was paid.") % amount
    return sentences(said % words, unaccounted, _since_the_stop(value.paid_since, currency))


def _since_the_stop(amount: Decimal | None, currency: str) -> str:
    """What was paid since, or how much more came back; nothing where it is unknown or not stopped."""
    if amount is None:
        return ""
    words = {"amount": in_short(abs(amount), currency)}
    if amount < 0:
        return _("Since the stop %(amount)s more came back than was paid.") % words
    return _("Paid since the stop: %(amount)s.") % words


def notes(history: History, *, others: int, until: str) -> tuple[str, ...]:
    """What is unknown, left out or cut."""
    return tuple(_notes(history, others, until))


def _notes(history: History, others: int, until: str) -> Iterator[str]:
    for currency, values in history.money.items():
        yield from _about_paid(currency, values[-1])
    for move in history.moves:
        yield _("%(day)s: %(moved)s.") % {"day": day(move.day), "moved": moved_in_words(move)}
    if history.valued < history.days:
        counts = {"valued": history.valued, "days": history.days}
        yield _("The curves are drawn at %(valued)d of %(days)d days on which something changed.") % counts
    if others:
        yield (
            ngettext("%(count)d more speaker is in one row.", "%(count)d more speakers are in one row.", others)
            % {"count": others}
        )
    if until:
        yield until


def moved_in_words(move: Move) -> str:
    """How many contracts came or went, from or to which program."""
    went = ngettext("%(count)d contract went to %(other)s", "%(count)d contracts went to %(other)s", move.contracts)
    came = ngettext("%(count)d contract came from %(other)s", "%(count)d contracts came from %(other)s", move.contracts)
    return (went if move.leaving else came) % {"count": move.contracts, "other": move.other}


def _about_paid(currency: str, value: Value) -> Iterator[str]:
    """How much is known of what was paid, and through when."""
    if not value.contracts:
        return
    if value.paid is None:
        yield _("What was paid in %(currency)s is not known, so no curve of it is drawn.") % {"currency": currency}
        return
    if value.coverage not in (None, COMPLETE):
        share = f"{float(value.coverage or 0) * 100:.0f}"
        yield (
            _("Payments are known for %(share)s %% of what is committed in %(currency)s.")
            % {"share": share, "currency": currency}
        )
    if value.known_through and value.known_through < value.day:
        words = {"day": day(value.known_through), "currency": currency}
        yield _("Payments in %(currency)s are known through %(day)s; after that the curves are dotted.") % words


def no_later_change(history: History) -> str:
    """That the chart ends before the asked day, as nothing happened since."""
    words = {"last": day(history.last_change), "as_of": day(history.asked.as_of)}
    return _("Nothing on record changed between %(last)s and %(as_of)s.") % words


def table(history: History) -> Table:
    """Every decision and statement, and the money at each day, in order."""
    columns = (
        ("day", _("Day")), ("kind", _("What")), ("status", _("Status")), ("who", _("Who")), ("term", _("Their word")),
        ("currency", _("Currency")), ("committed", _("Committed")), ("paid", _("Paid")),
        ("outstanding", _("Outstanding")), ("unaccounted", _("Unaccounted")),
    )  # fmt: skip
    rows = [(each.effective_on, 0, _row_of_said(each)) for each in history.said]
    rows += [
        (value.day, 1, _row_of_value(currency, value)) for currency, values in history.money.items() for value in values
    ]
    return Table(columns, tuple(row for _day, _place, row in sorted(rows, key=lambda each: each[:2])))


def _row_of_said(said: Said) -> tuple[Cell, ...]:
    status = Cell(said.status, status_in_words(said.status)) if said.status else Cell.of("")
    role = f", {said.role}" if said.role and said.role != speaker_of(said) else ""
    head = (Cell(said.effective_on.isoformat(), day(said.dated)), Cell(said.kind, word("kind", said.kind)), status)
    return (*head, Cell.of(speaker_of(said) + role), Cell.of(said.term), *[Cell.of("")] * 5)


def _row_of_value(currency: str, value: Value) -> tuple[Cell, ...]:
    amounts = (value.committed, value.paid, value.outstanding, value.unaccounted)
    cells = [Cell(as_text(each, currency) or "", in_full(each, currency)) for each in amounts]
    head = (Cell(value.day.isoformat(), day(value.day)), Cell("value", _("money")), Cell.of(""))
    return (*head, Cell.of(""), Cell.of(""), Cell.of(currency), *cells)
