"""What one rule finds at a day."""

from procurement.common.dates import Asked
from procurement.flags.rule import Finding
from procurement.flags.screening.screen import backtest
from tests.makers import day


def found(code: str, as_of: str, *, limits=None, **more) -> list[Finding]:
    return backtest(Asked(as_of=day(as_of), **more), rules=[code], limits=limits)
