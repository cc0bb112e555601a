"""The golden tables, each column documented once."""

from __future__ import annotations

from sources.schema import Field, TableSchema

CUSTOMERS = TableSchema(
    name="golden.customers",
    grain="customer",
    about="One row per person, with the surviving value of every attribute.",
    key=("customer_id",),
    fields=(
        Field("customer_id", "string", "Opaque id of the customer.", required=True),
        Field("given_name", "string", "Given name.", personal=True),
        Field("family_name", "string", "Family name.", personal=True),
        Field(
            "full_name",
            "string",
            "Full name, in the customer's own script where known.",
            personal=True,
        ),
        Field("birth_date", "string", "Birth date, ISO.", personal=True),
        Field("gender", "string", "F or M as a source says.", personal=True),
        Field("email", "string", "Best e-mail address.", personal=True),
        Field("phone", "string", "Best phone number, E.164.", personal=True),
        Field("emails", "array<string>", "All e-mail addresses, sorted.", personal=True),
        Field("phones", "array<string>", "All phone numbers, E.164, sorted.", personal=True),
        Field("address_line", "string", "Street and number.", personal=True),
        Field("city", "string", "City.", personal=True),
        Field("region", "string", "State, province or county.", personal=True),
        Field("postcode", "string", "Postal code.", personal=True),
        Field("country", "string", "ISO code of the country."),
        Field("language", "string", "Preferred language tag."),
        Field("lifecycle_stage", "string", "The CRM's stage of the relationship."),
        Field("handle", "string", "Handle on a social network.", personal=True),
        Field(
            "consent_marketing",
            "boolean",
            "Marketing allowed: every source that answers says yes; null = nobody asked.",
        ),
        Field("consent_analytics", "boolean", "Analytics allowed, by the same rule."),
        Field("records", "int", "Source identities behind this customer."),
        Field("sources", "array<string>", "Kinds of these identities, sorted."),
        Field("events", "bigint", "Events of these identities."),
        Field("purchases", "bigint", "Purchases among them."),
        Field("first_seen", "timestamp", "Earliest trace, UTC."),
        Field("last_seen", "timestamp", "Latest trace, UTC."),
        Field("state", "string", "published, or held where the link is in doubt."),
        Field(
            "confidence",
            "double",
            "Probability behind the weakest link that was needed; null for a single record and "
            "where certain links alone hold the records.",
        ),
        Field("publication", "string", "Publication that this row came with."),
    ),
)

ATTRIBUTES = TableSchema(
    name="golden.attributes",
    grain="customer and attribute",
    about="Where every golden value came from, and what it won against.",
    key=("customer_id", "attribute"),
    fields=(
        Field("customer_id", "string", "The customer.", required=True),
        Field("attribute", "string", "Attribute or group of attributes.", required=True),
        Field("value", "string", "The surviving value; groups as JSON.", personal=True),
        Field("record_id", "string", "Record that it came from.", required=True),
        Field("source", "string", "Kind of that record.", required=True),
        Field("observed_at", "timestamp", "When the source said so, UTC."),
        Field("rule", "string", "Survivorship rule that chose it."),
        Field("losers", "int", "Other distinct values that lost."),
        Field("file", "string", "Delivered file of the value."),
        Field("line", "bigint", "Line in that file."),
    ),
)

CROSSWALK = TableSchema(
    name="golden.crosswalk",
    grain="record",
    about="Which customer a source's key belongs to.",
    key=("record_id",),
    fields=(
        Field("record_id", "string", "The record.", required=True),
        Field("source", "string", "Kind of identity.", required=True),
        Field("source_key", "string", "The source's own key.", personal=True, required=True),
        Field("customer_id", "string", "The customer.", required=True),
        Field("state", "string", "published or held.", required=True),
        Field("since", "string", "Publication since which this is so."),
        Field("publication", "string", "Publication that this row came with."),
    ),
)

CROSSWALK_HISTORY = TableSchema(
    name="golden.crosswalk_history",
    grain="record and time in which it was one customer's",
    about=(
        "The customer of a record on any day: the row with valid_from <= day and valid_to after "
        "it, or empty."
    ),
    key=("record_id", "valid_from"),
    fields=(
        Field("record_id", "string", "The record.", required=True),
        Field("customer_id", "string", "The customer that it was then.", required=True),
        Field("valid_from", "timestamp", "When the run began that made it so, UTC.", required=True),
        Field("valid_to", "timestamp", "When the run began that ended it; empty = still so."),
        Field("since", "string", "Publication that made it so.", required=True),
        Field("until", "string", "Publication that ended it; empty = still so."),
    ),
)

IDENTITY_HISTORY = TableSchema(
    name="golden.identity_history",
    grain="flow of records from one customer to another in a publication",
    about=(
        "What became of customers, and why. All rows from the first, added up, give the customer "
        "of every record: a system of record that no run computes again."
    ),
    key=("publication", "step", "from_id", "to_id"),
    fields=(
        Field("publication", "string", "Publication that made the change.", required=True),
        Field(
            "step",
            "int",
            "Order within it: 0 model, rule, restore or migration, 1 erasure, 2 steward, 3 data.",
            required=True,
        ),
        Field("changed_at", "timestamp", "When its run began, UTC.", required=True),
        Field(
            "kind",
            "string",
            "birth, addition, merge, split, move, removal, retirement or revival.",
            required=True,
        ),
        Field("from_id", "string", "Customer that the records had; empty = none."),
        Field("to_id", "string", "Customer that they have now; empty = none."),
        Field("records", "array<string>", "The records that went this way.", required=True),
        Field("founder", "string", "Record that a new id was made of."),
        Field("cause", "string", "data, steward, erasure, model, rule, restore or migration."),
        Field("cause_records", "array<string>", "Changed records behind a change of data."),
        Field("cause_decisions", "array<string>", "Judgements behind a change by stewards."),
        Field("detail", "string", "What changed, such as the two models."),
    ),
)

IDENTIFIER_RESOLUTION = TableSchema(
    name="golden.identifier_resolution",
    grain="customer_id ever published",
    about="Where an id leads today. No id is missing here, and none is used twice.",
    key=("customer_id",),
    fields=(
        Field("customer_id", "string", "The id, as it was published once.", required=True),
        Field("status", "string", "current, merged, split, retired or erased.", required=True),
        Field("current_ids", "array<string>", "Customers that it stands for today.", required=True),
        Field("ended_with", "string", "Publication that ended it; empty = current."),
    ),
)
