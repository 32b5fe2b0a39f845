"""A day is the service's day: no timestamp becomes a date by the zone of a database session, or by none."""

import re

from tests.house import shape

#: SQL and Python that make a date of a moment without saying whose: sessions of the database are in UTC.
WAYS = re.compile(
    r"(created_at|recorded_at|opened_at|resolved_at|happened_at|retrieved_at|\bat)::date"
    r"|Cast\(\"\w+_at\""
    r"|(?<!localtime\()\b\w+\.(at|\w+_at):%Y"
    r"|_at\.date\(\)|date\.today\(\)|current_date|utcnow\(\)",
    re.IGNORECASE,
)


def test_no_moment_becomes_a_day_but_in_the_zone_of_the_service():
    found = {repr(module): found[0] for module in shape.modules() if (found := WAYS.search(module.text))}
    assert found == {}
