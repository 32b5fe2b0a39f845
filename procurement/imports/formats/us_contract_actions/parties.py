"""The buyer and the supplier of an action. Contact data of vendors is never read. Pure."""

import re

from procurement.imports.formats.us_contract_actions.actions import DEFENSE_IN_KEYS, Action
from procurement.imports.formats.us_contract_actions.cells import country
from procurement.imports.placeholders import name_of_an_agency
from procurement.imports.reading import Reading
from procurement.imports.rows import Given, Ref

#: The codes of contracting agencies in FPDS.
AGENCIES = "US-FPDS-AGENCY"
#: Identifiers by our names of cells, the best first. A CAGE code names a place of a company, which may have several:
#: it decides who the company is only where nothing better does (parties/identifying.py).
SCHEMES = {"uei": "US-UEI", "duns": "DUNS", "cage": "CAGE"}
_SOUND = re.compile(r"[0-9A-Za-z-]{1,40}", re.ASCII)
#: DUNS numbers that stood for whoever had none, and how their holders are named: identifiers of nobody.
NOBODYS = frozenset({"123456787", "790238638", "790238851"})
GENERIC = re.compile(
    r"GENERIC (DUNS|ENTITY IDENTIFIER)|MISCELLANEOUS FOREIGN|\(UNDISCLOS|REDACTED|"
    r"MULTIPLE RECIPIENTS|PRIVATE INDIVIDUAL",
    re.IGNORECASE,
)


def buyer_of(reading: Reading, action: Action) -> Ref:
    """The agency that awarded a contract. A list that gives only its code gets a name made of that."""
    code, name = action.text("buyer_code"), action.text("buyer_name")
    if not name:
        code, name = _agency(reading, action, code)
    ref = Ref("organizations", f"agency {code or name}")
    if ref in reading.described:
        return ref
    return reading.row(
        ref,
        {
            "name": Given(action.layout.heading("buyer_name"), name, action.line),
            "kind": Given("", "government_executive", action.line),
            "country": Given("", "US", action.line),
            "identifiers": Given("", f"{AGENCIES}:{code}" if _SOUND.fullmatch(code) else "", action.line),
        },
        line=action.line,
        record=action.record,
    )


def _agency(reading: Reading, action: Action, code: str) -> tuple[str, str]:
    """The code and name of an agency that is given by its code only."""
    if code == DEFENSE_IN_KEYS:
        for begins, found in action.layout.kind.offices.items():
            if action.text("piid").startswith(begins):
                return found
        said = "names only the Department of Defense, and the contract's number none of its services: the buyer may"
        reading.remark("buyer-is-department", action.line, action.label, f"{said} be another in other files")
    return code, name_of_an_agency(code)


def supplier_of(reading: Reading, action: Action) -> Ref | None:
    """The supplier named by an action; None, with a remark, if it names none."""
    name, pairs = action.text("supplier"), _identifiers(reading, action)
    if not name:
        reading.remark("no-supplier", action.line, action.label, "names no supplier")
        return None
    home = _country(reading, action)
    ref = Ref("organizations", " ".join(pairs) or f"supplier {name} {home}")
    if ref in reading.described:
        return ref
    return reading.row(
        ref,
        {
            "name": action.given("supplier"),
            "country": Given("", home, action.line),
            "identifiers": Given("identifiers", "; ".join(pairs), action.line),
        },
        line=action.line,
        record=action.record,
    )


def _identifiers(reading: Reading, action: Action) -> list[str]:
    """Those that identify the supplier, as SCHEME:value, the best one first."""
    if action.text("duns") in NOBODYS or GENERIC.search(f"{action.text('supplier')} {action.text('supplier_also')}"):
        said = "stands for suppliers without an identifier or whose name is withheld; its identifiers are left out"
        reading.remark("generic-supplier", action.line, action.label, said, cell=action.given("supplier"))
        return []

    return _sound(reading, action)


def _sound(reading: Reading, action: Action) -> list[str]:
    found = []
    for name, scheme in SCHEMES.items():
        if _SOUND.fullmatch(value := action.text(name)):
            found.append(f"{scheme}:{value}")
        elif value:
            said = f"is no {scheme}, which has letters and digits only; it is left out"
            reading.remark("odd-identifier", action.line, action.label, said, cell=action.given(name))
    return found


def _country(reading: Reading, action: Action) -> str:
    given = action.given("supplier_country")
    found = country(given.text)
    if given.text and not found:
        said = "is no country known by that code or name; it is left out"
        reading.remark("unknown-country", action.line, action.label, said, cell=given)
    return found
