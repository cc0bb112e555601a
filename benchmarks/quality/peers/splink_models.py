"""Splink's models for the sets, set up as its own demonstrations of FEBRL and pseudopeople are.

Each model is for its set alone: the columns, thresholds and rules were chosen by Splink's authors
with that data before them, which is more than `scv link` is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import splink.comparison_library as comparisons
from splink import SettingsCreator, block_on

KEY = "unique_id"
SOURCE = "source_dataset"


@dataclass(frozen=True)
class Model:
    """How one set is read and trained.

    columns gives, per file stem ("*": any), the SQL of the columns after source and key. A rule is
    SQL over l and r. certain is what estimates the share of matches, with its guessed recall;
    training are the columns that the two EM sessions block on.
    """

    columns: dict[str, str]
    settings: Callable[[], SettingsCreator]
    certain: list[str]
    recall: float
    training: tuple[tuple[str, ...], ...]


def febrl_one_file() -> SettingsCreator:
    """One file with duplicates, as in the demonstration of FEBRL 3."""
    return SettingsCreator(
        unique_id_column_name=KEY,
        link_type="dedupe_only",
        comparisons=[
            comparisons.NameComparison("given_name"),
            comparisons.NameComparison("surname"),
            _febrl_birth_date(),
            comparisons.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            comparisons.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            comparisons.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on(column)
            for column in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")
        ],
    )


def febrl_two_files() -> SettingsCreator:
    """Two files without duplicates, as in the demonstration of FEBRL 4 (its detailed model)."""
    return SettingsCreator(
        unique_id_column_name=KEY,
        link_type="link_only",
        comparisons=[
            comparisons.NameComparison("given_name").configure(term_frequency_adjustments=True),
            comparisons.NameComparison("surname").configure(term_frequency_adjustments=True),
            _febrl_birth_date(),
            comparisons.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            comparisons.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            comparisons.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(
                term_frequency_adjustments=True
            ),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            {"blocking_rule": "l.given_name = r.surname and l.surname = r.given_name"},
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
    )


def _febrl_birth_date() -> comparisons.DateOfBirthComparison:
    return comparisons.DateOfBirthComparison(
        "date_of_birth",
        input_is_string=True,
        datetime_format="%Y%m%d",
        invalid_dates_as_null=True,
    )


def pseudopeople(with_ssn: bool) -> SettingsCreator:
    """Three registers with duplicates: the demonstration of census and survey, and the ssn."""
    ssn = comparisons.DamerauLevenshteinAtThresholds("ssn", [1])
    return SettingsCreator(
        unique_id_column_name=KEY,
        link_type="link_and_dedupe",
        comparisons=[
            comparisons.NameComparison("first_name", jaro_winkler_thresholds=[0.9]).configure(
                term_frequency_adjustments=True
            ),
            comparisons.ExactMatch("middle_initial").configure(term_frequency_adjustments=True),
            comparisons.NameComparison("last_name", jaro_winkler_thresholds=[0.9]).configure(
                term_frequency_adjustments=True
            ),
            comparisons.DamerauLevenshteinAtThresholds("date_of_birth", [1]),
            comparisons.DamerauLevenshteinAtThresholds("address", [1, 2]).configure(
                term_frequency_adjustments=True
            ),
            comparisons.ExactMatch("sex"),
            *([ssn] if with_ssn else []),
        ],
        blocking_rules_to_generate_predictions=[
            block_on(column)
            for column in (
                *(["ssn"] if with_ssn else []),
                "first_name",
                "last_name",
                "date_of_birth",
                "street_name",
            )
        ],
    )


def _register(address: str, birth_date: str, sex: str, ssn: str) -> str:
    """Columns of a register; an address that lacks any part but the unit counts as missing."""
    parts = " || ' ' || ".join(
        f"{address}{part}" for part in ("street_number", "street_name", "city", "state", "zipcode")
    )
    return (
        f"first_name, middle_initial, last_name, {birth_date} as date_of_birth,"
        f" {address}street_number as street_number, {address}street_name as street_name,"
        f" {parts} || ' ' || coalesce({address}unit_number, '') as address,"
        f" {sex} as sex, {ssn} as ssn"
    )


def _registers(ssn: str) -> dict[str, str]:
    absent = "null::varchar"
    return {
        "decennial_census": _register("", "replace(date_of_birth, '/', '')", "sex", absent),
        "taxes_w2_and_1099": _register("mailing_address_", absent, absent, ssn),
        "women_infants_and_children": _register("", "date_of_birth", "sex", absent),
    }


FEBRL_COLUMNS = {
    "*": "given_name, surname, date_of_birth, soc_sec_id, street_number, address_1, postcode, state"
}
SAME_SSN = "l.ssn = r.ssn"
SAME_SOC_SEC_ID = "l.soc_sec_id = r.soc_sec_id"
SAME_NAME = "l.first_name = r.first_name and l.last_name = r.last_name"
SAME_NAME_AND_BIRTH = (
    "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth"
)
SWAPPED_NAME_AND_BIRTH = (
    "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"
)
FEBRL_TRAINING = (("date_of_birth",), ("postcode",))
# The demonstration blocks on the birth date and on the family name alone, and all its files have a
# birth date. The tax forms have none, so EM took households for persons: without the SSN, pairs F1
# was 0.49 so, and is 0.87 with these.
REGISTER_TRAINING = (("first_name", "last_name"), ("date_of_birth", "middle_initial"))

MODELS = {
    "febrl": Model(
        FEBRL_COLUMNS,
        febrl_one_file,
        [SAME_SOC_SEC_ID, SAME_NAME_AND_BIRTH, SWAPPED_NAME_AND_BIRTH],
        0.9,
        FEBRL_TRAINING,
    ),
    "febrl4": Model(
        FEBRL_COLUMNS,
        febrl_two_files,
        [SAME_SOC_SEC_ID, SAME_NAME_AND_BIRTH],
        0.8,
        FEBRL_TRAINING,
    ),
    "pseudopeople": Model(
        _registers("ssn"),
        lambda: pseudopeople(with_ssn=True),
        [SAME_SSN, f"{SAME_NAME} and l.address = r.address"],
        0.8,
        REGISTER_TRAINING,
    ),
    "pseudopeople_no_ssn": Model(
        _registers("null::varchar"),
        lambda: pseudopeople(with_ssn=False),
        [f"{SAME_NAME} and l.middle_initial = r.middle_initial and l.address = r.address"],
        0.6,
        REGISTER_TRAINING,
    ),
}
"""By the name of the set's contract."""
