"""Linking a table by a model that is trained on it alone."""

from __future__ import annotations

import random

import duckdb
import pytest

from resolution.errors import ResolutionError
from resolution.guard import DEFAULT_GUARD
from resolution.linking.link import Linked, LinkSettings, link
from resolution.linking.outcome import Figures, figures
from tests.resolution.tables import record, silver

SETTINGS = LinkSettings(DEFAULT_GUARD)


def households(count: int, seed: int = 3) -> list[dict]:
    """Couples under one roof, two records of each person, with gaps and other dates by mistake."""
    chance = random.Random(seed)
    made = []
    for home in range(count):
        letters = [chance.choice(some) for some in ("bcdfgh", "lmnrst", "aeiou")]
        family = f"{letters[0]}a{''.join(letters[1:])}{home % 50}s"
        street = f"{home} mill road"
        for member in ("anna", "robert"):
            day, month = chance.randint(1, 28), chance.randint(1, 12)
            born = f"{chance.randint(1940, 1999)}-{month:02d}-{day:02d}"
            given = f"{member}{chance.choice('abcdefghij')}{chance.choice('klmnop')}"
            for copy in range(2):
                values = {"birth_date": born} if chance.random() < 0.9 else {}
                made.append(
                    record(
                        f"r{home:03d}{member[0]}{copy}", name=(given, family), address_key=street,
                        postcode=f"{home % 90:05d}", source=f"file{copy}", **values,
                    )
                )  # fmt: skip
    return made


def linked(records: list[dict], settings: LinkSettings = SETTINGS) -> duckdb.DuckDBPyConnection:
    connection = silver(records)
    connection.execute("create table extras as select record_id from records")
    link(connection, settings)
    return connection


def clusters(connection: duckdb.DuckDBPyConnection) -> set[frozenset[str]]:
    rows = connection.execute("select list(record_id) from clusters group by cluster_id").fetchall()
    return {frozenset(row[0]) for row in rows}


@pytest.fixture(scope="module")
def couples() -> tuple[set[frozenset[str]], Linked, Figures]:
    with silver(households(250)) as connection:
        connection.execute("create table extras as select record_id from records")
        made = link(connection, SETTINGS)
        return clusters(connection), made, figures(connection)


def test_couples_stay_two_people_and_records_of_one_come_together(couples: tuple) -> None:
    found, _, _ = couples
    same_home = [group for group in found if len({record_id[4] for record_id in group}) > 1]
    whole = [group for group in found if len(group) == 2]
    assert len(same_home) <= 5
    assert len(whole) >= 480


def test_the_model_knows_a_household_from_a_person(couples: tuple) -> None:
    model = couples[1].model
    street = {level.label: level for level in model.comparisons["address"]}
    assert street["same street and number"].weight > 5_000
    assert street["same street and number"].household < 1_000


def test_figures_count_what_was_found_and_estimate_how_good_it_is(couples: tuple) -> None:
    found, _, counted = couples
    assert counted.records == {"file0": 500, "file1": 500}
    assert counted.persons == len(found)
    assert sum(size * many for size, many in counted.sizes) == 1_000
    assert counted.precision > 0.9
    assert counted.recall > 0.9


def test_the_same_rows_in_any_order_are_the_same_persons(couples: tuple) -> None:
    again = households(250)
    random.Random(9).shuffle(again)
    with silver(again) as connection:
        connection.execute("create table extras as select record_id from records")
        assert link(connection, SETTINGS).model == couples[1].model
        assert clusters(connection) == couples[0]


def test_a_source_without_duplicates_never_gives_one_person_two_records() -> None:
    free = LinkSettings(DEFAULT_GUARD, duplicate_free=("crm",))
    same = [record(f"r{n:04d}", name=("anna", f"stone{n // 2}"), birth_date="1980-01-01")
            for n in range(60)]  # fmt: skip
    with silver(same) as connection:
        connection.execute("create table extras as select record_id from records")
        link(connection, free)
        assert all(len(group) == 1 for group in clusters(connection))


def test_birth_dates_veto_only_where_persons_have_one(couples: tuple) -> None:
    assert _veto(couples[1])
    wrong = [
        row | {"birth_date": f"19{n % 90 + 10}-0{n % 9 + 1}-15"} if n % 3 == 0 else row
        for n, row in enumerate(households(250))
    ]
    with silver(wrong) as connection:
        connection.execute("create table extras as select record_id from records")
        assert not _veto(link(connection, SETTINGS))


def _veto(made: Linked) -> bool:
    return next(c.taken for c in made.chosen.choices if c.name == "birth_dates_apart")


def test_a_table_that_tells_nothing_is_refused() -> None:
    with pytest.raises(ResolutionError, match="nothing to link by"):
        linked([record(f"r{n:04d}", city="ayton") for n in range(5)])
