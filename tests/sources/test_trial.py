"""Contracts are tried on an empty file: mappings may only name what is declared."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pyspark.sql import SparkSession

from sources.catalog import load_catalog
from sources.errors import ContractError
from sources.trial import try_contract
from tests.sources.landing import CLUB, contract

LINK = {"kind": "card", "left": "a", "left_key": "member", "right": "b", "right_key": "cart"}
EVENT = {"kind": "'visit'", "key": "member", "occurred_at": "changed", "record": [["a", "note"]]}


def test_the_shipped_contracts_can_be_used(spark: SparkSession) -> None:
    for source, file in load_catalog().files:
        try_contract(spark, source, file)


@pytest.mark.parametrize(
    ("part", "value", "says"),
    [
        (
            "records",
            {"attributes": {"full_name": "surname"}},
            ["records of club_member", "surname"],
        ),
        ("records", {"emails": ["lower(email"]}, ["records of club_member"]),
        ("links", LINK, ["links of card", "cart"]),
        ("events", EVENT | {"amount": "price"}, ["events of 'visit'", "price"]),
    ],
    ids=["unknown column", "broken expression", "link", "event"],
)
def test_a_mapping_that_can_not_work_is_named(
    spark: SparkSession, part: str, value: dict[str, Any], says: list[str]
) -> None:
    document: Any = copy.deepcopy(CLUB)
    file = document["files"][0]
    file[part] = [file[part][0] | value] if part == "records" else [value]
    source = contract(document)
    with pytest.raises(ContractError) as caught:
        try_contract(spark, source, source.files[0])
    for text in ["club: club_members", *says, "columns that the contract declares"]:
        assert text in str(caught.value)
