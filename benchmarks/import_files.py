"""Files to import, as publishers write them: Japanese awards in CSV, and OCDS releases a line each."""

import csv
import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.size import DAYS, FIRST_DAY
from procurement.imports.formats.gbizinfo import COLUMNS
from procurement.parties.identifying import SCHEMES

#: Different suppliers in a file, and the departments that buy.
SUPPLIERS = 5_000
DEPARTMENTS = ("防衛省", "経済産業省", "国土交通省", "海上保安庁", "警察庁")


def awards(path: Path, lines: int, seed: int) -> None:
    """Write awards in the columns of gBizINFO; another seed makes other contracts of the same suppliers."""
    chance = random.Random(seed)  # noqa: S311  (a sample, not a secret)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(lines):
            supplier, department = chance.randrange(SUPPLIERS), chance.choice(DEPARTMENTS)
            amount, title = chance.randrange(1, 10**9), f"誘導武器の部品 第{seed}-{number}号"
            writer.writerow((_day(chance).isoformat(), title, amount, department, "", corporate_number(supplier)))


def releases(path: Path, count: int, seed: int) -> None:
    """Write OCDS releases: a contract with its award, its supplier and two payments each."""
    chance = random.Random(seed)  # noqa: S311
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(_release(number, seed, chance), ensure_ascii=False) + "\n")


def _release(number: int, seed: int, chance: random.Random) -> dict[str, Any]:
    ocid, supplier, buyer = f"ocds-abc123-{seed}-{number}", chance.randrange(SUPPLIERS), chance.randrange(20)
    day, value = _day(chance), {"amount": chance.randrange(1, 10**8), "currency": "EUR"}
    date = f"{day.isoformat()}T00:00:00Z"
    parties = [_party(f"B-{buyer}", f"Ministry {buyer}", "buyer"), _party(f"S-{supplier}", f"Maker {supplier}")]
    named = [{"id": party["id"], "name": party["name"]} for party in parties]
    return {
        "ocid": ocid,
        "id": f"{ocid}-1",
        "date": date,
        "tag": ["contract", "implementation"],
        "initiationType": "tender",
        "language": "en",
        "parties": parties,
        "buyer": named[0],
        "tender": {"id": f"T-{number}", "title": f"Spare parts, lot {number}", "procurementMethod": "open"},
        "awards": [{"id": "A-1", "status": "active", "date": date, "value": value, "suppliers": named[1:]}],
        "contracts": [
            {
                "id": f"C-{seed}-{number}",
                "awardID": "A-1",
                "title": f"Spare parts, lot {number}",
                "status": "active",
                "value": value,
                "dateSigned": date,
                "period": {"startDate": date, "endDate": f"{day + dt.timedelta(days=700)}T00:00:00Z"},
                "implementation": {"transactions": list(_payments(day, value))},
            }
        ],
    }


def _party(given: str, name: str, role: str = "supplier") -> dict[str, Any]:
    return {"id": given, "name": name, "roles": [role], "address": {"countryName": "France"}}


def _payments(day: dt.date, value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number in (1, 2):
        paid = {"amount": value["amount"] // 4, "currency": value["currency"]}
        yield {"id": f"P-{number}", "date": f"{day + dt.timedelta(days=100 * number)}T00:00:00Z", "value": paid}


def _day(chance: random.Random) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=chance.randrange(DAYS - 300))


def corporate_number(number: int) -> str:
    """A 法人番号 with the right check digit."""
    candidates = (f"{check}{number + 1:012}" for check in range(1, 10))
    return next(each for each in candidates if SCHEMES["JP-HOUJIN-BANGOU"].checks(each))
