"""The contract of a club whose rows speak of everything that a record can hold."""

from __future__ import annotations

from typing import Any

from pyspark.sql import Row

from sources.contract import SourceContract
from tests.sources.landing import contract, varied

COLUMNS = ("given", "family", "street", "town", "language", "email", "phone", "agreed", "gone")


def club(**file: Any) -> SourceContract:
    """`file` changes the file kind; `state` its record mapping."""
    record = {
        "state": file.pop("state", "replace"),
        "deleted": "coalesce(gone, false)",
        "attributes": {
            "given_name": "given",
            "family_name": "family",
            "address_line": "street",
            "city": "town",
            "language": "language",
        },
        "emails": "email",
        "phones": "phone",
        "consents": {"marketing": "agreed"},
    }
    columns = {
        "member": {"required": True},
        "changed": {"type": "timestamp"},
        **{name: {} for name in COLUMNS},
        "agreed": {"type": "boolean"},
        "gone": {"type": "boolean"},
    }
    return contract(varied(record, columns=columns, **file) | {"phone_regions": ["US"]})


def comparable(record: Row) -> dict[str, Any]:
    """A record in the form of tests/oracles/records.py."""

    def seen(values: list[Row]) -> list[tuple[Any, ...]]:
        return [
            (one["value"], one["first_seen"], one["last_seen"], one["file"], one["line"])
            for one in values
        ]

    return {
        "name": [record["given_name"], record["family_name"]],
        "address": [record["address_line"], record["city"]],
        "language": record["language"],
        "emails": seen(record["emails"]),
        "phones": seen(record["phones"]),
        "consents": [(c["channel"], c["granted"], c["observed_at"]) for c in record["consents"]],
        "deleted": record["deleted"],
        "seen": (record["first_seen"], record["last_seen"]),
    }
