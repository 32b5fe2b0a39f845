"""What can be asked of `make bench ARGS=...`. What makes no sense is refused before anything starts."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.size import LARGE, SMALL, Size

PARTS = ("exposure", "posting", "joint", "sweep", "imports", "api", "pages", "admin", "alerts", "together")
#: Asked for alone: a portfolio and no measurements, for --keep.
FILL = "fill"
#: Contracts of the run that docs/benchmarks.md is of, and of one that ends in minutes.
SIZES = {"full": 1_000_000, "small": 20_000}
#: What is made where alerts are asked for alone: a program for each of them, most with a contract or none.
ALERTS, FOR_ALERTS = ("alerts",), {"contracts": 2_000, "entries_per_contract": 4, "programs": 1_200, "suppliers": 100}
NUMBERS = ("contracts", "entries_per_contract", "programs", "suppliers", "seed")


@dataclass(frozen=True)
class Options:
    """What was asked for; no size means that of the kept database."""

    size: Size | None
    parts: tuple[str, ...]
    keep: bool = False
    reuse: bool = False
    growth: bool = False
    write: bool = False


def parse(given: Sequence[str] | None = None) -> Options:
    """Read arguments; ends the process with status 2 and a sentence when they make no sense."""
    parser = _parser()
    found = parser.parse_args(given)
    sizes = {name: getattr(found, name) for name in (*NUMBERS, "stopped") if getattr(found, name) is not None}
    for name in NUMBERS:
        if name in sizes and sizes[name] < 1 and name != "seed":
            parser.error(f"{_option(name)} must be at least 1")
    if found.reuse and sizes:
        parser.error(
            f"{_option(next(iter(sizes)))} is settled by the kept database; leave it out, or leave out --reuse"
        )
    size = None if found.reuse else Size(**_usual(found.size, found.only) | sizes)
    if found.growth and (size is None or size.contracts < 10):
        parser.error("--growth fills a tenth and then the whole: it needs at least 10 contracts and no --reuse")
    return Options(size, found.only, found.keep, found.reuse, found.growth, found.write)


def _usual(size: str | None, parts: tuple[str, ...]) -> dict[str, int]:
    """The numbers of a size, or of what is measured where none is named."""
    if size is None and parts == ALERTS:
        return FOR_ALERTS
    return {"contracts": SIZES[size or "full"]}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure this service beside yardsticks of the same run."
    )
    parser.add_argument(
        "--size",
        choices=SIZES,
        help="how many contracts: "
        + ", ".join(f"{name} {contracts:,}" for name, contracts in SIZES.items())
        + "; full if not given, but for alerts alone",
    )
    default = Size()
    for name in NUMBERS:
        said = "as --size says" if name == "contracts" else f"{getattr(default, name):,}"
        parser.add_argument(_option(name), type=int, help=f"{said} if not given")
    parser.add_argument(
        "--stopped",
        choices=(SMALL, LARGE),
        help=f"which programs are stopped: {SMALL} ones (if not given), or a fifth with the largest among them",
    )
    parser.add_argument(
        "--only", type=_parts, default=PARTS, help=f"of {', '.join(PARTS)}; or {FILL}, to measure nothing"
    )
    parser.add_argument("--growth", action="store_true", help="measure with a tenth of the contracts too, and compare")
    parser.add_argument("--keep", action="store_true", help="keep the database for --reuse")
    parser.add_argument("--reuse", action="store_true", help="measure in the kept database (add --keep to keep it on)")
    parser.add_argument("--write", action="store_true", help="replace docs/benchmarks.md with what was measured")
    return parser


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _parts(text: str) -> tuple[str, ...]:
    if text == FILL:
        return ()
    unknown = sorted(set(text.split(",")) - set(PARTS))
    if unknown:
        raise argparse.ArgumentTypeError(f"“{', '.join(unknown)}” is no part; accepted: {', '.join((*PARTS, FILL))}")
    return tuple(part for part in PARTS if part in text.split(","))
