"""Downloads and archives of USAspending.gov since 2018, with code and words in columns of their own. Pure."""

from collections.abc import Sequence

from procurement.imports.formats.us_contract_actions.layouts import At, Kind

MODERN = Kind(
    "modern",
    {
        "key": [At("contract_transaction_unique_key")],
        "award_key": [At("contract_award_unique_key")],
        "piid": [At("award_id_piid")],
        "modification": [At("modification_number")],
        "number": [At("transaction_number")],
        "parent_piid": [At("parent_award_id_piid")],
        "parent_agency": [At("parent_award_agency_id")],
        "department": [At("awarding_agency_code")],
        "deleted": [At("correction_delete_ind")],
        # money
        "funding": [At("federal_action_obligation")],
        "commitment": [At("base_and_exercised_options_value")],
        "ceiling": [At("base_and_all_options_value")],
        # days
        "signed": [At("action_date")],
        "starts": [At("period_of_performance_start_date")],
        "ends": [At("period_of_performance_current_end_date")],
        "may_end": [At("period_of_performance_potential_end_date")],
        # who
        "buyer_code": [At("awarding_sub_agency_code")],
        "buyer_name": [At("awarding_sub_agency_name")],
        "supplier": [At("recipient_name"), At("recipient_name_raw")],
        "supplier_also": [At("recipient_doing_business_as_name")],
        "uei": [At("recipient_uei")],
        "duns": [At("recipient_duns")],
        "cage": [At("cage_code")],
        "supplier_country": [At("recipient_country_code"), At("recipient_country_name")],
        # what
        "kind": [At("award_or_idv_flag")],
        "title": [At("transaction_description"), At("award_description")],
        "award_title": [At("prime_award_base_transaction_description")],
        "reason": [At("action_type_code")],
        "reason_words": [At("action_type")],
        "system": [At("dod_acquisition_program_code")],
        "system_words": [At("dod_acquisition_program_description")],
        "link": [At("usaspending_permalink")],
    },
    frozenset({"award_id_piid", "modification_number", "federal_action_obligation", "action_date"}),
    {
        "title": "Prime award transactions of contracts",
        "publisher": "USAspending.gov",
        "url": "https://www.usaspending.gov/download_center/award_data_archive",
        "language": "en",
        "grade": "primary",
    },
    starts_with_contract=True,
)

#: The archive of 2018 has 261 columns in this order and no headings.
WIDTH_OF_2018 = 261
_PLACES_OF_2018 = {
    0: "award_id_piid",
    1: "modification_number",
    2: "transaction_number",
    3: "parent_award_agency_id",
    5: "parent_award_id_piid",
    7: "federal_action_obligation",
    9: "base_and_exercised_options_value",
    11: "base_and_all_options_value",
    13: "action_date",
    14: "period_of_performance_start_date",
    15: "period_of_performance_current_end_date",
    16: "period_of_performance_potential_end_date",
    18: "awarding_agency_code",
    20: "awarding_sub_agency_code",
    21: "awarding_sub_agency_name",
    34: "recipient_duns",
    35: "recipient_name",
    36: "recipient_doing_business_as_name",
    37: "cage_code",
    40: "recipient_country_code",
    41: "recipient_country_name",
    59: "award_or_idv_flag",
    70: "transaction_description",
    71: "action_type_code",
    72: "action_type",
    89: "dod_acquisition_program_code",
    90: "dod_acquisition_program_description",
}
HEADINGS_OF_2018: Sequence[str] = [_PLACES_OF_2018.get(place, "") for place in range(WIDTH_OF_2018)]
