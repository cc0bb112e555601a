"""What must hold of `golden.customers`, row by row."""

from __future__ import annotations

import great_expectations as gx
import great_expectations.expectations as gxe

from quality.suites.naming import described
from resolution.golden.schema import CUSTOMERS

CUSTOMER_COLUMNS = (
    "customer_id", "state", "records", "confidence", "email", "phone", "birth_date", "last_seen",
    "first_seen",
)  # fmt: skip


def customer_suite() -> gx.ExpectationSuite:
    """Schema, identifiers, ranges and forms of the published table."""
    return gx.ExpectationSuite(
        name=CUSTOMERS.name,
        expectations=[
            gxe.ExpectColumnValuesToMatchRegex(
                column="customer_id",
                regex=r"\Ac[0-9a-f]{24}\z",
                severity="critical",
                meta=described("customer_id_form", "Ids are an interface for everybody."),
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="state",
                value_set=["published", "held"],
                severity="critical",
                meta=described("known_state", "Readers filter on it."),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="records",
                min_value=1,
                severity="critical",
                meta=described("has_records", "A customer without records is nobody."),
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="confidence",
                min_value=0.5,
                max_value=1,
                severity="critical",
                meta=described("confidence_range", "Below even odds nothing may be joined."),
            ),
            *_values(),
        ],
    )


def _values() -> list[gxe.Expectation]:
    """Forms of what the customer's attributes hold."""
    return [
        gxe.ExpectColumnValuesToMatchRegex(
            column="email",
            regex=r"\A[^@\s]+@[^@\s]+\.[^@\s]+\z",
            mostly=0.999,
            severity="critical",
            meta=described("email_form", "The address is written to."),
        ),
        gxe.ExpectColumnValuesToMatchRegex(
            column="birth_date",
            regex=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z",
            severity="critical",
            meta=described("birth_date_form", "Analysts cast it to a date."),
        ),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="last_seen",
            column_B="first_seen",
            or_equal=True,
            severity="critical",
            meta=described("seen_in_order", "Times were mixed up."),
        ),
    ]
