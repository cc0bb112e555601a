"""Every rule on random candidates against the oracle, and the rules that are shipped."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from resolution.golden.survivorship import Criterion, Rule, read_rules, survivor
from tests.resolution.golden.oracle import Candidate, winner

CRITERIA = get_args(Criterion)
PLAIN = [Rule(prefer=tuple(order)) for size in (1, 2, 3) for order in permutations(CRITERIA, size)]
UNITS = [Rule(parts=("a", "b"), prefer=rule.prefer) for rule in PLAIN[::3]]
NO_CANDIDATE: list[Any] = [None]
START = datetime(2026, 1, 1, tzinfo=UTC)
FIELDS = (
    "record_id string, source string, trust int, observed_at timestamp, file string, line bigint"
)


def candidates(chance: random.Random, unit: bool) -> list[Candidate]:
    """Few distinct values, ranks and days, so that every kind of tie happens."""
    words = ["li", "jo", "anna", "萧红艳"]
    found = []
    for number in range(chance.choice((0, 1, 2, 3, 5, 8))):
        value = chance.choice(words)
        parts = (chance.choice([*words, None]), value)
        found.append(
            Candidate(
                value=parts if unit else value,
                record_id=f"r{chance.randint(0, 9)}{number}",
                trust=chance.choice((10, 50, 90)),
                observed_at=START + timedelta(days=chance.choice((0, 1, 2))),
                line=number,
            )
        )
    chance.shuffle(found)
    return found


def fields(case: list[Candidate]) -> list[tuple[Any, ...]]:
    return [(c.value, c.record_id, c.source, c.trust, c.observed_at, c.file, c.line) for c in case]


@pytest.mark.parametrize("unit", [False, True], ids=["plain", "unit"])
def test_survivors_agree_with_plain_python(spark: SparkSession, unit: bool) -> None:
    chance, rules = random.Random(11), UNITS if unit else PLAIN
    cases = [candidates(chance, unit) for _ in range(60)]
    rows = [
        (number, candidate and (*candidate, sum(c[0] == candidate[0] for c in held)))
        for number, held in enumerate(map(fields, cases))
        # A group without a candidate is a row that has none.
        for candidate in (held or NO_CANDIDATE)
    ]
    value = "struct<a string, b string>" if unit else "string"
    kind = FIELDS.replace(" string", ": string").replace(" int", ": int")
    kind = kind.replace(" timestamp", ": timestamp").replace(" bigint", ": bigint")
    schema = f"number int, candidate struct<value: {value}, {kind}, frequency: bigint>"
    frame = spark.createDataFrame(rows, schema)
    chosen = (
        frame.groupBy("number")
        .agg(*[survivor(F.col("candidate"), rule).alias(f"s{n}") for n, rule in enumerate(rules)])
        .collect()
    )
    assert len(chosen) == len(cases)
    for row in chosen:
        for place, rule in enumerate(rules):
            expected = winner(cases[row["number"]], rule)
            found = row[f"s{place}"]
            if expected is None:
                assert found is None
                continue
            best, losers = expected
            assert (found["value"], found["record_id"], found["losers"]) == (
                best.value,
                best.record_id,
                losers,
            ), (rule.name, row["number"])
            assert (found["line"], found["file"]) == (best.line, best.file)


def test_the_shipped_rules_move_names_and_addresses_as_units() -> None:
    rules = read_rules()
    assert rules["address"].parts == ("address_line", "city", "region", "postcode", "country")
    assert rules["name"].parts == ("given_name", "family_name", "full_name")
    assert {name for name, rule in rules.items() if rule.parts} == {"address", "name"}


def test_a_rule_says_its_name() -> None:
    assert Rule(prefer=("trust", "recency")).name == "trust > recency"


def test_an_unknown_criterion_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text("email: {prefer: [luck]}\n", encoding="utf-8")
    with pytest.raises(ValidationError, match="luck"):
        read_rules(path)
