"""Every rule on random candidates against the oracle, and the rules that are shipped."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import get_args

import numpy as np
import pyarrow as pa
import pytest
from pydantic import ValidationError

from resolution.golden.survivorship import Candidates, Criterion, Rule, read_rules, survivors
from tests.resolution.golden.oracle import Candidate, winner

CRITERIA = get_args(Criterion)
PLAIN = [Rule(prefer=tuple(order)) for size in (1, 2, 3) for order in permutations(CRITERIA, size)]
UNITS = [Rule(parts=("a", "b"), prefer=rule.prefer) for rule in PLAIN[::3]]
START = datetime(2026, 1, 1, tzinfo=UTC)


def candidates(chance: random.Random, unit: bool) -> list[Candidate]:
    """Few distinct values, ranks and days, so that every kind of tie happens."""
    words = ["li", "jo", "anna", "萧红艳", "true"]
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


def arrays(case: list[list[Candidate]], unit: bool) -> Candidates:
    """Customers one after another, each one's candidates in order of record_id."""
    held = [(number, one) for number, found in enumerate(case) for one in found]
    values: list[tuple[str | None, ...]] = [
        one.value if isinstance(one.value, tuple) else (one.value,) for _, one in held
    ]
    return Candidates(
        customer=np.array([number for number, _ in held], np.int64),
        values=tuple(
            pa.array([value[part] for value in values], pa.string()) for part in range(1 + unit)
        ),
        trust=np.array([one.trust for _, one in held], np.int64),
        observed_at=np.array([one.observed_at.timestamp() * 1e6 for _, one in held], np.int64),
    )


@pytest.mark.parametrize("unit", [False, True], ids=["plain", "unit"])
def test_survivors_agree_with_plain_python(unit: bool) -> None:
    chance, rules = random.Random(11), UNITS if unit else PLAIN
    for _ in range(40):
        cases = [sorted(candidates(chance, unit), key=lambda one: one.record_id) for _ in range(30)]
        flat = [one for case in cases for one in case]
        for rule in rules:
            places, losers = survivors(arrays(cases, unit), rule)
            found = [
                (flat[place].record_id, flat[place].value, lost)
                for place, lost in zip(places, losers, strict=True)
            ]
            chosen = [best for best in (winner(case, rule) for case in cases) if best is not None]
            expected = [(best.record_id, best.value, lost) for best, lost in chosen]
            assert found == expected, rule.name


def test_nobody_survives_of_nobody() -> None:
    places, losers = survivors(arrays([], unit=False), PLAIN[0])
    assert (len(places), len(losers)) == (0, 0)


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
