"""What makes no sense is refused before anything starts, in a sentence."""

import pytest

from benchmarks.options import PARTS, parse
from benchmarks.size import Size


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("--contracts 0", "--contracts must be at least 1"),
        ("--contracts many", "invalid int value: 'many'"),
        ("--entries-per-contract -1", "--entries-per-contract must be at least 1"),
        ("--colour red", "--colour"),
        (
            "--only exposure,speed",
            f"“speed” is no part; accepted: {', '.join(PARTS)}",
        ),
        ("--reuse --contracts 5", "--contracts is settled by the kept database"),
        ("--reuse --growth", "needs at least 10 contracts and no --reuse"),
        ("--contracts 9 --growth", "needs at least 10 contracts"),
        ("--size huge", "invalid choice: 'huge'"),
    ],
)
def test_it_is_refused(capsys, given, said):
    with pytest.raises(SystemExit) as ended:
        parse(given.split())
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_without_arguments_everything_is_measured():
    assert (parse([]).parts, parse([]).size) == (PARTS, Size(1_000_000))


def test_parts_keep_their_order():
    assert parse(["--only", "sweep,posting"]).parts == ("posting", "sweep")
    assert parse(["--only", "fill"]).parts == ()


def test_alerts_alone_need_no_large_portfolio():
    assert parse(["--only", "alerts"]).size == Size(2_000, entries_per_contract=4, programs=1_200, suppliers=100)
    assert parse(["--only", "alerts", "--size", "full"]).size == Size(1_000_000)
    assert parse(["--only", "admin,alerts"]).size == Size(1_000_000)


def test_a_small_run_has_fewer_contracts_and_every_measurement():
    small = parse(["--size", "small"])
    assert (small.parts, small.size) == (PARTS, Size(20_000))
    assert parse(["--size", "small", "--contracts", "50"]).size == Size(50)
