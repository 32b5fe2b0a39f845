"""Lists of terminated contracts that their authors joined with the FPDS record of one action of each. Pure.

Columns of the authors (value, ceiling_value, savings, date, update_date) are not the government's record and are not
read. Codes may have become numbers (541611.0), and days are written in two ways, also within a line.
"""

from functools import cache
from urllib.parse import parse_qs, urlsplit

from procurement.imports.formats.us_contract_actions.cells import Part, agency_code, float_code
from procurement.imports.formats.us_contract_actions.layouts import At, Kind


@cache
def in_link(name: str) -> Part:
    """Reads one part of the address of an FPDS record: …?agencyID=9507&PIID=9523ZY19F0048&modNumber=P00001."""

    def read(cell: str) -> str:
        try:
            return parse_qs(urlsplit(cell.strip()).query).get(name, [""])[0].strip()
        except ValueError:  # no address
            return ""

    return read


#: Where the record names only the Department of Defense: whose office it is that begins a contract's number.
SERVICES = {
    "W": ("2100", "DEPT OF THE ARMY"),
    "N": ("1700", "DEPT OF THE NAVY"),
    "M": ("1700", "DEPT OF THE NAVY"),
    "FA": ("5700", "DEPT OF THE AIR FORCE"),
    "SP": ("97AS", "DEFENSE LOGISTICS AGENCY"),
}

TERMINATIONS = Kind(
    "terminations",
    {
        "piid": [At("award_procurement_id"), At("fpds_link", in_link("PIID"))],
        "modification": [At("award_modification_num", float_code), At("fpds_link", in_link("modNumber"))],
        "number": [At("fpds_link", in_link("transactionNumber"))],
        "parent_piid": [At("ref_idv_procurement_id"), At("fpds_link", in_link("idvPIID"))],
        "parent_agency": [At("ref_idv_agency", agency_code), At("fpds_link", in_link("idvAgencyID"))],
        # money
        "funding": [At("amount_obligated")],
        "commitment": [At("amount_base_exercised_options")],
        "ceiling": [At("amount_ultimate")],
        # days
        "signed": [At("date_signed")],
        "starts": [At("date_effective")],
        "ends": [At("date_complete")],
        "may_end": [At("date_ult_complete_est")],
        # who
        "buyer_code": [At("award_agency", agency_code), At("fpds_link", in_link("agencyID"))],
        "listed_under": [At("agency")],
        "supplier": [At("entity_name"), At("vendor")],
        "supplier_also": [At("entity_dba")],
        "uei": [At("entity_id")],
        "cage": [At("cage_code", float_code)],
        "supplier_country": [At("entity_county"), At("entity_county_disp")],  # so spelled: it holds the country
        # what
        "kind": [At("fpds_link", in_link("contractType"))],
        "listed_id": [At("piid")],
        "title": [At("description"), At("description_doge")],
        "reason_words": [At("fpds_status")],
        "link": [At("fpds_link")],
    },
    frozenset({"amount_obligated", "date_signed", "fpds_status"}),
    {"title": "List of terminated contracts, joined with FPDS", "language": "en", "grade": "secondary"},
    offices=SERVICES,
)
