"""The table says honestly whether a target is met, and what was left out."""

import datetime as dt

import pytest

from benchmarks.exposure import growth
from benchmarks.measuring import Measurement, seconds
from benchmarks.reporting import BY_HAND, Circumstances, page, table, write
from benchmarks.size import Size

CIRCUMSTANCES = Circumstances(Size(1_000_000), "a machine", "fsync on", "0.1", dt.date(2026, 1, 5))


@pytest.mark.parametrize(
    ("target", "more_is_better", "verdict"),
    [(2.0, False, "met"), (1.9, False, "not met"), (2.0, True, "met"), (2.1, True, "not met"), (None, False, "")],
)
def test_a_target_is_met_or_not(target, more_is_better, verdict):
    each = Measurement("x", ours=10, yardstick=5, unit="ms", target=target, more_is_better=more_is_better)
    assert each.verdict == verdict
    assert table([each]).splitlines()[-1].split("|")[-2].strip() == verdict


def test_the_page_names_sizes_seed_machine_and_day():
    said = page(CIRCUMSTANCES, [Measurement("posting", 3, 4, "facts/s"), "A note."])
    for each in ("1,000,000 contracts, 10,000,000 ledger entries", "seed 1", "a machine", "2026-01-05", "fsync on"):
        assert each in said
    assert said.endswith("\n\nA note.")


def test_a_written_page_says_what_the_yardsticks_are(tmp_path):
    write(page(CIRCUMSTANCES, []), tmp_path / "benchmarks.md")
    said = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert said.startswith("# Benchmarks")
    assert "plain INSERTs" in said
    assert "10,000,000 ledger entries" in said


def test_what_people_wrote_below_the_figures_is_kept(tmp_path):
    place = tmp_path / "benchmarks.md"
    place.write_text(f"# Benchmarks\n\nold figures\n\n{BY_HAND}\n\nSeries take long.\n", encoding="utf-8")
    write("new figures", place)
    said = place.read_text(encoding="utf-8")
    assert said.endswith(f"new figures\n\n{BY_HAND}\n\nSeries take long.\n")
    assert "old figures" not in said


@pytest.mark.parametrize(("ours", "verdict"), [(20, "met"), (21, "not met")])
def test_a_limit_is_in_the_unit_of_what_is_measured(ours, verdict):
    each = Measurement("x", ours=ours, yardstick=1, unit="ms", limit=20)
    assert each.verdict == verdict
    assert "≤ 20 ms" in page(CIRCUMSTANCES, [each])


def test_growth_compares_our_own_times():
    small = [Measurement("total", 10, 100, "ms", 0.001), Measurement("free", 1, 1, "ms", 2.0)]
    whole = [Measurement("total", 14, 1000, "ms", 0.001), Measurement("free", 9, 1, "ms", 2.0), "A note."]
    (each,) = growth(small, whole)
    assert (each.ratio, each.target, each.verdict) == (1.4, 1.5, "met")


def test_each_is_measured_three_times_after_a_free_run():
    did = []
    seconds(lambda: did.append("ours"), lambda: did.append("yardstick"), before=lambda: did.append("before"))
    assert did == ["before", "ours", "yardstick"] * 4
