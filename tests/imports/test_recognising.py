"""Which format a file is read in."""

import pytest

from procurement.common.errors import Refused
from tests.imports.orders import FIRST, handed_in, orders

pytestmark = pytest.mark.django_db
__all__ = ["orders"]


def test_a_wrong_format_is_refused_and_the_right_one_named():
    with pytest.raises(Refused, match="not in “gbizinfo”: its content is that of “orders”"):
        handed_in(FIRST, format="gbizinfo")


def test_a_format_that_nothing_contradicts_is_believed():
    assert handed_in("a,b\n1,2\n", format="gbizinfo").format == "gbizinfo"


def test_a_file_in_no_known_format_is_refused():
    with pytest.raises(Refused, match="or name its format"):
        handed_in("a,b\n1,2\n")
