"""Keys and their carriers, counted on a small warehouse with a truth beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import measured_blocks
from benchmarks.measured_blocks import LETTERS, measure, save, saved
from benchmarks.resolving import resolving, table
from pipelines.delta import TableStore
from tests.resolution.tables import record, silver

RECORDS = [
    record("r1", emails=["ann.bell@x.org"], name_key="ann bell", name_family="bell"),
    record("r2", emails=["ann.bell@x.org"], name_key="ann bell", name_family="bell"),
    record("r3", emails=["annbell@y.org"], name_key="ann bell", name_family="bell"),
]
TRUTH = """source,key,person_id,household_id,evidence
{0},{1},P1,H1,strong
{2},{3},P1,H1,strong
{4},{5},P2,H2,strong
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    store = TableStore(tmp_path / "warehouse")
    connection = silver(RECORDS)
    for name in ("records", "links"):
        rows = connection.sql(f"from {name}").to_arrow_table()
        store.write_arrow(rows, f"silver.{name}", "overwrite")
    keys = connection.execute(
        "select source, source_key from records order by record_id"
    ).fetchall()
    truth = TRUTH.format(*(part for key in keys for part in key))
    (tmp_path / "identities.csv").write_text(truth, encoding="utf-8")
    return tmp_path / "warehouse"


def test_pairs_within_a_household_and_between(warehouse: Path) -> None:
    found = measure(warehouse, warehouse.with_name("identities.csv"))
    assert (found.persons, found.records, found.nodes) == (2, 3, 3)
    mailbox, login = found.kinds["same mailbox"], found.kinds[LETTERS]
    assert (mailbox.pairs, mailbox.strangers, mailbox.households) == (1, 0, {1: 2})
    assert (login.pairs, login.strangers, login.households) == (3, 2, {2: 1})
    assert login.nodes == {1: 1, 2: 1}
    assert login.families == 0


def test_measurements_are_saved_by_size(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured_blocks, "FILE", tmp_path / "saved.json")
    found = measure(warehouse, warehouse.with_name("identities.csv"))
    save(found)
    save(found)
    assert saved() == [found]


def test_resolving_is_measured_beside_its_forecast(warehouse: Path) -> None:
    found = resolving(warehouse, threads=1)
    crowded = resolving(warehouse, threads=1, crowd=3)
    assert (found.records, found.nodes) == (3, 3)
    assert crowded.pairs > found.pairs
    assert 0 < found.seconds_after < found.seconds
    assert found.memory_before > 10_000_000
    assert len({line.count("|") for line in table([found, crowded])}) == 1
