"""Made-up files of US contract actions in the layouts that are read."""

import csv
from collections.abc import Mapping
from io import BytesIO, StringIO
from typing import Any

from procurement.common.options import chosen
from procurement.imports.format import File
from procurement.imports.formats import format_named
from procurement.imports.rows import Issue, Parsed, Row

FORMAT = format_named("us_contract_actions")

MODERN = {
    "contract_transaction_unique_key": "9700_-NONE-_W15P7T20C0007_0_-NONE-_0",
    "contract_award_unique_key": "CONT_AWD_W15P7T20C0007_9700_-NONE-_-NONE-",
    "award_id_piid": "W15P7T20C0007",
    "modification_number": "0",
    "transaction_number": "0",
    "parent_award_agency_id": "",
    "parent_award_id_piid": "",
    "federal_action_obligation": "400.00",
    "base_and_exercised_options_value": "1000.00",
    "base_and_all_options_value": "5000.00",
    "action_date": "2020-03-02",
    "period_of_performance_start_date": "2020-03-15",
    "period_of_performance_current_end_date": "2021-03-14",
    "period_of_performance_potential_end_date": "2025-03-14 00:00:00",
    "awarding_agency_code": "097",
    "awarding_sub_agency_code": "2100",
    "awarding_sub_agency_name": "DEPT OF THE ARMY",
    "recipient_uei": "ABCDEFGHJKL1",
    "recipient_duns": "",
    "recipient_name": "SEARCHLIGHT RADAR &amp; SONS",
    "recipient_doing_business_as_name": "",
    "cage_code": "1ABC2",
    "recipient_country_code": "USA",
    "recipient_phone_number": "5550001111",
    "recipient_fax_number": "5550002222",
    "recipient_address_line_1": "1 HIDDEN ROAD",
    "highly_compensated_officer_1_name": "PAT PRIVATE",
    "award_or_idv_flag": "AWARD",
    "transaction_description": "BASE AWARD OF THE RADAR",
    "prime_award_base_transaction_description": "COASTAL RADAR",
    "action_type_code": "",
    "action_type": "",
    "dod_acquisition_program_code": "",
    "dod_acquisition_program_description": "",
    "usaspending_permalink": "https://www.usaspending.gov/award/CONT_AWD_W15P7T20C0007_9700_-NONE-_-NONE-/",
}
LEGACY = {
    "unique_transaction_id": "a0",
    "transaction_status": "active",
    "dollarsobligated": "400.00",
    "baseandexercisedoptionsvalue": "1000.00",
    "baseandalloptionsvalue": ".00",
    "mod_agency": "2100: DEPT OF THE ARMY",
    "signeddate": "3/2/2020",
    "effectivedate": "03/15/2020",
    "currentcompletiondate": "03/14/2021",
    "ultimatecompletiondate": "",
    "contractactiontype": "DCA Definitive Contract",
    "reasonformodification": ": ",
    "descriptionofcontractrequirement": "COASTAL RADAR",
    "vendorname": "SEARCHLIGHT RADAR",
    "vendordoingasbusinessname": "",
    "vendorcountrycode": "UNITED STATES",
    "dunsnumber": "010203040",
    "phoneno": "5550001111",
    "streetaddress": "1 HIDDEN ROAD",
    "systemequipmentcode": "000: NONE",
    "agencyid": "9700: DEPT OF DEFENSE",
    "piid": "W15P7T20C0007",
    "modnumber": "0",
    "transactionnumber": "0",
    "idvagencyid": "",
    "idvpiid": "",
}
LINK = "https://www.fpds.gov/ezsearch/jsp/viewLinkController.jsp?agencyID=7012&PIID=70X25F07&modNumber=P00002"
LISTED = {
    "piid": "70X25F07",
    "agency": "Department of Examples",
    "value": "99999",
    "fpds_status": "TERMINATE FOR CONVENIENCE (COMPLETE OR PARTIAL)",
    "fpds_link": f"{LINK}&idvAgencyID=4732&idvPIID=GS1&contractType=AWARD",
    "deleted_date": "Termination in progress",
    "award_agency": "7012.0",
    "award_procurement_id": "70X25F07",
    "award_modification_num": "P00002",
    "ref_idv_agency": "300.0",
    "ref_idv_procurement_id": "GS1",
    "date_signed": "2025-02-10",
    "date_effective": "02/01/2024",
    "date_complete": "2025-02-10",
    "date_ult_complete_est": "09/30/2029",
    "amount_obligated": "-250.5",
    "amount_base_exercised_options": "0.0",
    "amount_ultimate": "",
    "entity_id": "ABCDEFGHJKL1",
    "entity_name": "SEARCHLIGHT RADAR",
    "entity_dba": "",
    "cage_code": "1ABC2",
    "entity_county": "USA",
    "entity_phone": "(555) 000-1111",
    "description": "RADAR MAINTENANCE",
}


def table(*lines: Mapping[str, str], headed: bool = True, **form: Any) -> bytes:
    """Lines as CSV."""
    held = StringIO(newline="")
    written = csv.DictWriter(held, list(lines[0]), **{"lineterminator": "\n"} | form)
    if headed:
        written.writeheader()
    written.writerows(lines)
    return held.getvalue().encode()


def modern(**changes: str) -> dict[str, str]:
    """An action in the modern layout; of a later modification if its number is given."""
    line = MODERN | changes
    if number := changes.get("modification_number"):
        line["contract_transaction_unique_key"] = f"9700_-NONE-_{line['award_id_piid']}_{number}_-NONE-_0"
    return line


def read(content: bytes, name: str = "a.csv", **options: Any) -> Parsed:
    """Everything that a file is read into."""
    file = File(name, lambda: BytesIO(content))
    portions = list(FORMAT.read(file, chosen(FORMAT.options, options)))
    return Parsed(
        tuple(row for each in portions for row in each.rows),
        tuple(issue for each in portions for issue in each.issues),
        tuple(remark for each in portions for remark in each.remarks),
    )


def rows(parsed: Parsed, table: str) -> list[Row]:
    """The rows of a table."""
    return [row for row in parsed.rows if row.ref.table == table]


def row(parsed: Parsed, table: str) -> Row:
    """The only row of a table."""
    (found,) = rows(parsed, table)
    return found


def amounts(parsed: Parsed) -> dict[str, str]:
    """What moved, by key behind that of the action."""
    found = {each.ref.key.rpartition(":")[2]: each.values["amount"] for each in rows(parsed, "ledger_entries")}
    return {measure: str(amount) for measure, amount in found.items()}


def kinds(issues: tuple[Issue, ...]) -> list[str]:
    """The kinds of remarks."""
    return [each.kind for each in issues]
