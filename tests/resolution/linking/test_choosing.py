"""Comparisons and blocking rules chosen by what the columns of a table hold."""

from __future__ import annotations

import duckdb

from resolution.linking.choosing import Chosen, choose
from resolution.linking.link import prepare
from tests.resolution.tables import record, silver


def chosen(records: list[dict], extras: dict[str, list] | None = None) -> Chosen:
    with silver(records) as connection:
        of_records(connection, extras or {})
        prepare(connection, ())
        return choose(connection)


def of_records(connection: duckdb.DuckDBPyConnection, extras: dict[str, list]) -> None:
    """The relation `extras`, in the order of the records' ids."""
    connection.execute("create table extras as select record_id from records order by record_id")
    for name, values in extras.items():
        connection.execute(f"alter table extras add column {name} varchar")
        for place, value in enumerate(values):
            connection.execute(
                f"update extras set {name} = ? where record_id = ?", [value, f"r{place:04d}"]
            )


def taken(found: Chosen, what: str) -> dict[str, bool]:
    return {one.name: one.taken for one in found.choices if one.what == what}


def reason(found: Chosen, name: str) -> str:
    return next(one.reason for one in found.choices if one.name == name)


def people(count: int, **columns: object) -> list[dict]:
    return [
        record(f"r{n:04d}", name=(f"given{n // 2}", f"family{n // 2}"), **columns)
        for n in range(count)
    ]


def test_what_no_record_has_is_neither_compared_nor_blocked() -> None:
    found = chosen(people(20, city="ayton"))
    assert taken(found, "comparison") == {
        "name": True, "birth": False, "email": False, "phone": False, "address": False,
        "gender": False,
    }  # fmt: skip
    assert reason(found, "birth") == "no record has it"
    # One city for all tells nobody apart.
    assert reason(found, "address") == "one value for all"
    assert not any("birth" in rule.name or "mailbox" in rule.name for rule in found.rules)


def test_every_rule_is_there_once() -> None:
    names = [rule.name for rule in chosen(people(20, postcode="1", birth_date="1980-01-01")).rules]
    assert len(names) == len(set(names))
    assert len(names) > 3


def test_a_rule_that_makes_too_many_pairs_is_left_out_with_its_count() -> None:
    found = chosen(people(2_600, city="ayton"))
    assert "same rare name" in [rule.name for rule in found.rules]
    one_family = [row | {"name_family": "stone"} for row in people(2_600, city="ayton")]
    crowded = chosen(one_family)
    assert not taken(crowded, "blocking rule")["same family name and city"]
    assert "3,378,700 pairs, too many" in reason(crowded, "same family name and city")


def test_a_column_that_another_tells_is_not_compared_beside_it() -> None:
    born = [f"{1950 + n % 40}-05-05" for n in range(400)]
    records = [
        record(f"r{n:04d}", name=(f"given{n}", f"family{n}"), birth_date=born[n],
               birth_year=int(born[n][:4]))
        for n in range(400)
    ]  # fmt: skip
    ages = [str(2020 - int(date[:4])) for date in born]
    towns = [f"town{n * 7 % 31}" for n in range(400)]
    found = chosen(records, {"other_age": ages, "other_town": towns})
    assert reason(found, "other_age") == "birth date tells it already"
    assert taken(found, "comparison")["other_town"]
    assert not any("age" in rule.name.split() for rule in found.rules)


def test_identifiers_are_compared_and_blocked_on() -> None:
    found = chosen(people(4), {"identifier_ssn": ["1", "1", "2", None]})
    assert taken(found, "comparison")["identifier_ssn"]
    assert taken(found, "blocking rule")["same ssn"]
