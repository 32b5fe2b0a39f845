"""The data feed of USAspending.gov until 2017: 225 columns, code and words in one cell (5700: DEPT OF ...). Pure."""

from procurement.imports.formats.us_contract_actions.cells import code, words
from procurement.imports.formats.us_contract_actions.layouts import At, Kind

#: How the types of contracts begin that only frame orders.
VEHICLES = ("BOA ", "BPA ", "FSS ", "GWAC ", "IDC ", "OT IDV")


def award_or_vehicle(cell: str) -> str:
    """IDV for a contract that only frames orders; `BPA Call` is an order."""
    return "IDV" if cell.startswith(VEHICLES) and not cell.startswith("BPA Call") else "AWARD"


LEGACY = Kind(
    "legacy",
    {
        "piid": [At("piid")],
        "modification": [At("modnumber")],
        "number": [At("transactionnumber")],
        "parent_piid": [At("idvpiid")],
        "parent_agency": [At("idvagencyid", code)],
        "agency": [At("agencyid", code)],
        "state": [At("transaction_status")],
        # money
        "funding": [At("dollarsobligated")],
        "commitment": [At("baseandexercisedoptionsvalue")],
        "ceiling": [At("baseandalloptionsvalue")],
        # days
        "signed": [At("signeddate")],
        "starts": [At("effectivedate")],
        "ends": [At("currentcompletiondate")],
        "may_end": [At("ultimatecompletiondate")],
        # who
        "buyer_code": [At("mod_agency", code), At("contractingofficeagencyid", code)],
        "buyer_name": [At("mod_agency", words), At("contractingofficeagencyid", words)],
        "supplier": [At("vendorname")],
        "supplier_also": [At("vendordoingasbusinessname"), At("vendoralternatename")],
        "duns": [At("dunsnumber")],
        "supplier_country": [At("vendorcountrycode")],
        # what
        "kind": [At("contractactiontype", award_or_vehicle)],
        "title": [At("descriptionofcontractrequirement")],
        "reason": [At("reasonformodification", code)],
        "reason_words": [At("reasonformodification", words)],
        "system": [At("systemequipmentcode", code)],
        "system_words": [At("systemequipmentcode", words)],
    },
    frozenset({"piid", "modnumber", "dollarsobligated", "signeddate", "agencyid"}),
    {
        "title": "Data feed of contracts (legacy layout)",
        "publisher": "USAspending.gov",
        "language": "en",
        "grade": "primary",
    },
    names_end_at=30,
)
