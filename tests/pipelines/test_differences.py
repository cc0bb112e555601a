"""Which two publications are compared, and `scv diff` over tables on disk."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from pipelines.delta import TableStore
from pipelines.differences import two_publications
from pipelines.errors import PublicationError
from pipelines.manifest import Publication, read_manifest
from scv.main import app
from tests.pipelines.publications import put

CUSTOMERS = pa.schema(
    [("customer_id", pa.string()), ("email", pa.string()), ("publication", pa.string())]
)
CROSSWALK = pa.schema([("record_id", pa.string()), ("customer_id", pa.string())])
HISTORY = pa.schema(
    [
        ("publication", pa.string()), ("step", pa.int32()),
        ("changed_at", pa.timestamp("us", tz="UTC")), ("kind", pa.string()),
        ("from_id", pa.string()), ("to_id", pa.string()), ("records", pa.list_(pa.string())),
        ("founder", pa.string()), ("cause", pa.string()),
        ("cause_records", pa.list_(pa.string())), ("cause_decisions", pa.list_(pa.string())),
        ("detail", pa.string()),
    ]
)  # fmt: skip


def publish(
    store: TableStore, customers: dict[str, tuple[str, str]], *history: tuple[str, str, str, str]
) -> Publication:
    """A publication of these customers (records, e-mail); `history` are new rows: publication,
    from, to, cause.
    """
    people = [{"customer_id": name, "email": email} for name, (_, email) in customers.items()]
    members = [
        {"record_id": letter, "customer_id": name}
        for name, (letters, _) in customers.items()
        for letter in letters
    ]
    at = datetime(2026, 1, 5, tzinfo=UTC)
    flows = [
        {"publication": number, "step": 3, "changed_at": at, "from_id": left or None,
         "to_id": right or None, "cause": cause}
        for number, left, right, cause in history
    ]  # fmt: skip
    tables = {
        "golden.customers": (pa.Table.from_pylist(people, CUSTOMERS), "overwrite"),
        "golden.crosswalk": (pa.Table.from_pylist(members, CROSSWALK), "overwrite"),
        "golden.identity_history": (pa.Table.from_pylist(flows, HISTORY), "append"),
    }
    versions = {name: store.write_arrow(rows, name, mode) for name, (rows, mode) in tables.items()}
    return put(store, "published", tables=versions)


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    """A merge in p000002; p000003 only maintains."""
    store = TableStore(tmp_path / "warehouse")
    publish(store, {"A": ("ab", "x"), "B": ("c", "y")}, ("p000001", "", "A", "data"))
    second = publish(store, {"A": ("abc", "z")}, ("p000002", "B", "A", "model"))
    put(store, "maintained", tables=second.tables)
    return store


def diff(store: TableStore, *words: object) -> Result:
    given = ["diff", *map(str, words), "--warehouse", store.warehouse]
    return CliRunner().invoke(app, given)


def ids(pair: tuple[Publication, Publication]) -> list[str]:
    return [row.publication[-1] for row in pair]


def test_what_was_only_maintained_is_compared_by_what_it_shows(store: TableStore) -> None:
    assert ids(two_publications(read_manifest(store), None, None)) == ["1", "3"]
    put(store, "rejected")
    manifest = read_manifest(store)
    assert ids(two_publications(manifest, None, None)) == ["1", "3"]
    assert ids(two_publications(manifest, None, "p000004")) == ["3", "4"]
    assert ids(two_publications(manifest, "p000002", None)) == ["2", "3"]
    assert ids(two_publications(manifest, "p000003", "p000001")) == ["3", "1"]
    with pytest.raises(PublicationError, match="nothing was published before p000001"):
        two_publications(manifest, None, "p000001")


def test_the_numbers_and_the_way_back(store: TableStore) -> None:
    shown = json.loads(diff(store, "--json").stdout)
    assert shown["publications"] == {"before": "p000001", "after": "p000003"}
    assert (shown["customers"]["merged"], shown["customers"]["changed"]) == (1, 1)
    assert (shown["attributes"], shown["records"]["moved"]) == ({"email": 1}, 1)
    assert shown["causes"] == {"changed": {"model": 1}, "merged": {"model": 1}}
    back = json.loads(diff(store, "p000003", "p000001", "--json").stdout)
    assert (back["customers"]["split"], back["causes"]) == (1, {})
    table = diff(store).stdout
    assert "From p000001 to p000003" in table
    assert ["merged", "1", "model", "1"] in [line.split() for line in table.splitlines()]


def test_after_a_restore_the_tables_say_what_changed(store: TableStore) -> None:
    first = read_manifest(store)[0]
    put(store, "restored", tables=first.tables, restored_from="p000001")
    shown = json.loads(diff(store, "--json").stdout)
    assert shown["publications"] == {"before": "p000003", "after": "p000004"}
    assert (shown["customers"]["split"], shown["customers"]["merged"]) == (1, 0)
    same = json.loads(diff(store, "p000001", "p000004", "--json").stdout)
    assert same["customers"]["changed"] == same["records"]["moved"] == 0


def test_the_file_has_ids_alone_unless_values_are_asked_for(
    store: TableStore, tmp_path: Path
) -> None:
    out = tmp_path / "feeds" / "diff.csv"
    assert diff(store, "--out", out).exit_code == 0
    with out.open(newline="", encoding="utf-8") as file:
        assert list(csv.DictReader(file)) == [
            {"customer_id": "A", "change": "changed", "from_ids": "B", "to_ids": "",
             "attributes": "email", "causes": "model"},
            {"customer_id": "B", "change": "merged", "from_ids": "", "to_ids": "A",
             "attributes": "", "causes": "model"},
        ]  # fmt: skip
    parquet = tmp_path / "diff.parquet"
    assert diff(store, "--out", parquet, "--values").exit_code == 0
    first, _ = pq.read_table(parquet).to_pylist()
    assert first["from_ids"] == ["B"]
    assert json.loads(first["old_values"]) == {"email": "x"}
    assert json.loads(first["new_values"]) == {"email": "z"}
    assert list(tmp_path.glob("*.partial")) == []


def test_what_can_not_be_compared_or_written_is_one_sentence(
    store: TableStore, tmp_path: Path
) -> None:
    assert diff(store, "--values").exit_code == 2
    assert diff(store, "--out", tmp_path / "diff.txt").exit_code == 2
    put(store, "rejected", tables={})
    for words, said in (
        (["p000009"], "see 'scv publications list'"),
        (["p000001", "p000004"], "has no table 'golden.customers'"),
    ):
        result = diff(store, *words)
        assert result.exit_code == 4, result.output
        assert said in result.stderr
    for file in store.files("golden.customers", read_manifest(store)[0].tables["golden.customers"]):
        Path(file).unlink()
    assert "p000001 has expired" in diff(store).stderr
