"""Record ids against Python's own HMAC, and the tables' schemas."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from sources.event import EVENTS
from sources.record import LINKS, RECORDS, record_id
from sources.schema import TableSchema

KEYS = ["1", "C-0001", "", " ", "weibo:陳大文", "é", "a\x1fb", "x" * 200]
SECRETS = [bytes(32), bytes(range(32)), b"\xff" * 64]


def oracle(source: str, key: str, secret: bytes) -> str:
    message = f"{source}\x1f{key}".encode()
    return "r" + hmac.new(secret, message, hashlib.sha256).hexdigest()[:24]


def test_ids_are_a_keyed_hash_of_source_and_key(spark: SparkSession) -> None:
    sources = ["crm", "web_user"]
    keys = [*KEYS, None]
    frame = spark.createDataFrame([(key,) for key in keys], "key string").coalesce(1)
    found = frame.select(
        *[
            record_id(source, F.col("key"), secret).alias(f"{source}_{number}")
            for source in sources
            for number, secret in enumerate(SECRETS)
        ]
    ).collect()
    without_key = found.pop()
    assert set(without_key) == {None}
    for key, row in zip(KEYS, found, strict=True):
        expected = [oracle(source, key, secret) for source in sources for secret in SECRETS]
        assert list(row) == expected
    ids = [value for row in found for value in row]
    assert len(set(ids)) == len(ids)
    assert all(len(value) == 25 for value in ids)


@pytest.mark.parametrize("schema", [RECORDS, LINKS, EVENTS], ids=lambda schema: schema.name)
def test_schemas_have_their_keys_and_document_every_column(
    schema: TableSchema, spark: SparkSession
) -> None:
    assert set(schema.key) <= {field.name for field in schema.fields if field.required}
    assert len(set(schema.columns)) == len(schema.columns)
    assert all(field.about.endswith(".") for field in schema.fields)
    assert schema.struct.fieldNames() == schema.columns
    assert schema.select(spark.createDataFrame([], schema.struct)).schema == schema.struct
