"""The canonical record: one row per source identity, whatever feed it came from."""

from __future__ import annotations

import hmac
from hashlib import sha256

import pyarrow as pa
from pyspark.sql import Column
from pyspark.sql.pandas.functions import arrow_udf

from sources.schema import Field, TableSchema

SEEN = "value string, first_seen timestamp, last_seen timestamp, file string, line bigint"

RECORDS = TableSchema(
    name="silver.records",
    grain="source identity",
    about=(
        "Normalised attributes of every contact, card, receipt with a person on it, log-in, "
        "cookie and social account. The state depends on event time and batch day, never on the "
        "order of arrival."
    ),
    key=("record_id",),
    fields=(
        Field("record_id", "string", "Opaque id: a keyed hash of source and key.", required=True),
        Field("source", "string", "Kind of identity, such as crm or web_user.", required=True),
        Field("source_key", "string", "The source's own key.", personal=True, required=True),
        Field("given_name", "string", "Given name as delivered.", personal=True),
        Field("family_name", "string", "Family name as delivered.", personal=True),
        Field("full_name", "string", "Free-text or local-script name as delivered.", personal=True),
        Field("name_given", "string", "Given name, romanised lower-case ASCII.", personal=True),
        Field("name_family", "string", "Family name, romanised lower-case ASCII.", personal=True),
        Field("name_key", "string", "Order-free key of the name.", personal=True),
        Field("name_keys", "array<string>", "Keys of its other spellings, too.", personal=True),
        Field("name_han", "string", "Chinese name in simplified characters.", personal=True),
        Field(
            "name_roots", "array<string>", "Roots of the given name (bob: robert).", personal=True
        ),
        Field("name_suffix", "string", "Jr, Sr, II and so on.", personal=True),
        Field("name_script", "string", "Script of the name: latin, han or mixed."),
        Field(
            "birth_date", "string", "Birth date, ISO; null where only part is known.", personal=True
        ),
        Field("birth_year", "int", "Year of birth.", personal=True),
        Field("gender", "string", "F or M as delivered.", personal=True),
        Field(
            "emails",
            f"array<struct<{SEEN}, mailbox string>>",
            "Normalised addresses, earlier ones too, with the mailbox key.",
            personal=True,
        ),
        Field(
            "phones",
            f"array<struct<{SEEN}, national string>>",
            "E.164 numbers, earlier ones too, with the national number.",
            personal=True,
        ),
        Field("address_line", "string", "Street and number as delivered.", personal=True),
        Field("address_key", "string", "Order-free key of street and number.", personal=True),
        Field("city", "string", "City as delivered.", personal=True),
        Field("region", "string", "State, province or county.", personal=True),
        Field("postcode", "string", "Postal code in its country's form.", personal=True),
        Field("country", "string", "ISO code of the country."),
        Field("language", "string", "Preferred language tag."),
        Field("lifecycle_stage", "string", "The CRM's stage of the relationship."),
        Field("handle", "string", "Handle on a social network.", personal=True),
        Field(
            "consents",
            "array<struct<channel string, granted boolean, observed_at timestamp, "
            "file string, line bigint>>",
            "Latest answer per channel, and the delivered row that gave it.",
        ),
        Field(
            "origins",
            "map<string, struct<file string, line bigint, observed_at timestamp>>",
            "Per attribute group, the delivered row that its value came from.",
        ),
        Field("first_seen", "timestamp", "Earliest row that names this identity, UTC."),
        Field("last_seen", "timestamp", "Latest row that names this identity, UTC."),
        Field("deleted", "boolean", "Whether the source deleted it.", required=True),
        Field("version", "string", "Hash of the attributes; changes when one does.", required=True),
    ),
)

LINKS = TableSchema(
    name="silver.links",
    grain="pair of records that a source itself linked",
    about="Certain links that rows state, such as a log-in on a cookie.",
    key=("kind", "left_id", "right_id"),
    fields=(
        Field("kind", "string", "Kind of link, such as login.", required=True),
        Field("left_id", "string", "record_id of the linked thing (the cookie).", required=True),
        Field("right_id", "string", "record_id it belongs to (the log-in).", required=True),
        Field("rows", "bigint", "Delivered rows that state it."),
        Field("first_seen", "timestamp", "First such row, UTC."),
        Field("last_seen", "timestamp", "Last such row, UTC."),
    ),
)


def record_id(source: str, source_key: Column, secret: bytes) -> Column:
    """Ids as in `identities`, for a column of keys of one source.

    In Python, because as native expressions the secret stands in every plan and its log, and
    SHA-256 took a third of the seconds of writing events.
    """

    def identify(keys: pa.Array) -> pa.Array:
        return identities(pa.repeat(source, len(keys)), keys, secret)

    # Spark reads the kind of function from the annotations; its type stubs know no call like it.
    return arrow_udf(identify, "string")(source_key)  # type: ignore[call-overload, no-any-return]


def identities(sources: pa.Array, keys: pa.Array, secret: bytes) -> pa.Array:
    """HMAC-SHA256 of source and key, 24 hexadecimal digits after an `r`; null without a key.

    The secret is made by `scv init` and lies outside the tables, so that nobody can try out
    e-mail addresses or card numbers against the ids. 96 bits: among a billion records a
    collision has a chance of 6 in a trillion.
    """
    keyed = hmac.new(secret, digestmod=sha256)
    rows = zip(sources.to_pylist(), keys.to_pylist(), strict=True)
    return pa.array([_identity(keyed, name, key) for name, key in rows], pa.string())


def _identity(keyed: hmac.HMAC, source: str | None, key: str | None) -> str | None:
    if source is None or key is None:
        return None
    message = keyed.copy()
    message.update(f"{source}\x1f{key}".encode())
    return f"r{message.hexdigest()[:24]}"
