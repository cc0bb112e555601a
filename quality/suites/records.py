"""What must hold of `silver.records`, row by row."""

from __future__ import annotations

import great_expectations as gx
import great_expectations.expectations as gxe

from quality.suites.naming import described

RECORD_COLUMNS = ("record_id", "source", "birth_year", "name_key", "first_email", "first_phone")
"""The projection that is validated: fewer columns, fewer seconds."""


def record_suite(sources: list[str]) -> gx.ExpectationSuite:
    """Identifiers, known sources, and normalised forms."""
    return gx.ExpectationSuite(
        name="silver.records",
        expectations=[
            gxe.ExpectColumnValuesToMatchRegex(
                column="record_id",
                regex=r"\Ar[0-9a-f]{24}\z",
                severity="critical",
                meta=described("record_id_form", "Another form means another way of making ids."),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="source",
                value_set=sources,
                severity="critical",
                meta=described("known_source", "A source without contract has no trust rank."),
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="first_email",
                regex=r"\A[^@\s]+@[^@\s]+\.[^@\s]+\z",
                mostly=0.999,
                severity="critical",
                meta=described("email_form", "Addresses that are none link strangers."),
            ),
            gxe.ExpectColumnValuesToMatchRegex(
                column="first_phone",
                regex=r"\A\+[1-9][0-9]{6,14}\z",
                severity="critical",
                meta=described("phone_form", "Numbers that are not E.164 don't meet each other."),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="birth_year",
                min_value=1900,
                max_value=2100,
                mostly=0.999,
                severity="warning",
                meta=described("birth_year_range", "A format was read the wrong way."),
            ),
        ],
    )
