"""`scv compare` over a small published warehouse on disk: known numbers, and nothing written."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from pipelines.config import load_config
from pipelines.delta import TableStore
from pipelines.manifest import read_manifest
from pipelines.run import Run
from quality.identity_measures import upgrade_churn
from quality.measures import take
from resolution.golden.schema import IDENTITY_HISTORY
from resolution.history import NO_HISTORY, Cause, Occasion, changes
from resolution.identity import NO_IDENTITIES, identify
from resolution.judgements.constraints import Constraint, Constraints
from resolution.judgements.relations import UNDECIDED, as_table, pins_table
from resolution.model.artefact import Model, write_model
from resolution.resolving import resolve
from resolution.schema import CLUSTERS, CONSTRAINTS, EDGES, IDENTITIES, PINS
from scv.main import app
from sources.record import LINKS, RECORDS
from tests.pipelines.publications import put
from tests.resolution.models import model
from tests.resolution.tables import record, silver

JOINS = model(prior=-8_000)
PARTS = model(prior=-100_000)
"""At this prior no pair is at even odds: everybody stands alone."""

JANE = {"name": ("jane", "stone"), "birth_date": "1980-01-01", "emails": ["jane.stone@x.org"]}
OMAR = {"name": ("omar", "haddad"), "birth_date": "1951-12-31", "emails": ["omar@x.org"]}
ROWS = [
    record("r1", **JANE), record("r2", **JANE), record("r3", **JANE),
    record("r4", **OMAR), record("r5", **OMAR),
    record("r6", name=("lena", "novak"), emails=["lena.novak@y.org"]),
]  # fmt: skip
"""Three persons; under `JOINS` three customers, under `PARTS` six."""

TRUTH = """source,key,person_id,household_id,evidence
crm,r1,jane,,strong
crm,r2,jane,,strong
crm,r3,jane,,strong
crm,r4,omar,,strong
crm,r5,omar,,strong
crm,r6,lena,,strong
"""


class Place:
    """A folder with a warehouse, and models as files beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.models = {"joins": folder / "joins.json", "parts": folder / "parts.json"}
        self.store = TableStore(folder / "warehouse")

    def settings(self, name: str, **values: Any) -> Path:
        path = self.folder / name
        path.write_text(json.dumps({"warehouse": "warehouse"} | values), encoding="utf-8")
        return path

    def compare(self, *words: object, config: str = "scv.yml") -> Result:
        given = ["compare", *map(str, words), "--config", str(self.folder / config)]
        return CliRunner().invoke(app, given)

    def shown(self, *words: object, config: str = "scv.yml") -> dict[str, Any]:
        result = self.compare(*words, "--json", config=config)
        assert result.exit_code == 0, result.output
        return dict(json.loads(result.stdout))

    def state(self) -> dict[str, bytes]:
        """Every file of the warehouse, the Delta logs among them."""
        root = self.folder / "warehouse"
        return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def make_place(folder: Path, applied: Model, decided: Constraints = UNDECIDED) -> Place:
    """With a publication that this model made."""
    place = Place(folder)
    for name, one in (("joins", JOINS), ("parts", PARTS)):
        write_model(one, place.models[name])
    place.settings("scv.yml", model="joins.json" if applied is JOINS else "parts.json")
    publish(place.store, applied, decided, Run(load_config(folder / "scv.yml")))
    return place


def publish(store: TableStore, applied: Model, decided: Constraints, run: Run) -> None:
    """What a run's stages write, without Spark."""
    with silver(ROWS) as connection:
        resolve(connection, applied, decided=decided)
        connection.register("constraints", as_table(decided))
        connection.execute(NO_IDENTITIES)
        connection.execute(NO_HISTORY)
        identify(connection, "p000001")
        at = datetime(2026, 1, 5, tzinfo=UTC)
        changes(connection, Occasion("p000001", at, Cause("migration")))
        made: dict[str, pa.Table] = {
            table.name: connection.sql(
                f"select {', '.join(table.columns)} from {view}"
            ).to_arrow_table()
            for table, view in (
                (RECORDS, "records"), (LINKS, "links"), (EDGES, "edges"), (CLUSTERS, "clusters"),
                (IDENTITIES, "identities"), (IDENTITY_HISTORY, "changes"),
            )
        }  # fmt: skip
    made |= {CONSTRAINTS.name: as_table(decided), PINS.name: pins_table(())}
    versions = {name: store.write_arrow(rows, name, "overwrite") for name, rows in made.items()}
    stage = pa.table(
        {
            "run_id": ["run"],
            "stage": ["resolve"],
            "seconds": [7.5],
            "rows": pa.array([[("forecast pairs", 123)]], pa.map_(pa.string(), pa.int64())),
        }
    )
    store.write_arrow(stage, "ops.runs", "append")
    put(
        store, "published", tables=versions, model_version=applied.version,
        rules_version=run.rules_version, code_version=run.code_version,
    )  # fmt: skip


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Published once; each test gets a copy."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("joined", "parted")}
    make_place(folders["joined"], JOINS)
    make_place(folders["parted"], PARTS)
    return folders


@pytest.fixture
def joined(originals: dict[str, Path], tmp_path: Path) -> Place:
    return Place(Path(shutil.copytree(originals["joined"], tmp_path / "copy")))


@pytest.fixture
def parted(originals: dict[str, Path], tmp_path: Path) -> Place:
    return Place(Path(shutil.copytree(originals["parted"], tmp_path / "copy")))


def test_a_model_that_parts_all_splits_two_customers(joined: Place) -> None:
    shown = joined.shown("--model", joined.models["parts"])
    assert shown["effect"]["customers"] == {
        "unchanged": {"live": 1, "new": 1},
        "merged": {"live": 0, "new": 0},
        "split": {"live": 2, "new": 5},
        "reshuffled": {"live": 0, "new": 0},
    }
    churn = shown["effect"]["churn"]
    assert (churn["records_before"], churn["records_kept"]) == (6, 3)
    assert (churn["customers_before"], churn["customers_kept"]) == (3, 3)
    assert shown["effect"]["edges"] == {"live": 4, "new": 0}
    assert (shown["moved_share"], shown["would_be_held"]) == (0.5, True)
    assert (shown["publication"], shown["candidate"]) == ("p000001", "p000002")
    assert shown["rules_differ"] is False


def test_a_model_that_joins_merges_and_says_by_which_edge(parted: Place) -> None:
    shown = parted.shown("--model", parted.models["joins"], "--examples", 2)
    customers = shown["effect"]["customers"]
    assert customers["merged"] == {"live": 5, "new": 2}
    assert customers["unchanged"] == {"live": 1, "new": 1}
    assert [one["change"] for one in shown["examples"]] == ["merged", "merged"]
    for one in shown["examples"]:
        assert one["records"] == len(one["other_ids"]) == 1
        # The two models differ in the prior alone; the live one kept no edge, and scored it anew.
        assert one["new_weight"] >= 0
        assert one["live_weight"] == one["new_weight"] - 92_000


def test_the_ids_are_those_of_a_run_and_the_edge_of_a_split_has_both_weights(
    joined: Place,
) -> None:
    shown = joined.shown("--model", joined.models["parts"])
    splits = shown["examples"]
    assert [one["change"] for one in splits] == ["split"] * 3
    live = {
        row["record_id"]: row["customer_id"]
        for row in joined.store.read_arrow(IDENTITIES.name).to_pylist()
    }
    for one in splits:
        (origin,) = one["other_ids"]
        assert origin == live[one["left_id"]] == live[one["right_id"]]
        assert one["customer_id"] not in live.values()
        assert one["live_weight"] - one["new_weight"] == 92_000
    assert joined.shown("--model", joined.models["parts"])["examples"] == splits


def test_the_share_that_decides_is_that_of_the_check(joined: Place) -> None:
    out = joined.folder / "changes.parquet"
    shown = joined.shown("--model", joined.models["parts"], "--out", out)
    # The check of a run counts the flows of the history that the file's rows come from.
    with silver(ROWS) as connection:
        resolve(connection, PARTS)
        connection.register("constraints", as_table(Constraints()))
        for view, table in (("last_identities", IDENTITIES), ("history", IDENTITY_HISTORY)):
            rows = joined.store.read_arrow(table.name)
            connection.register(f"{view}_rows", rows)
            connection.execute(f"create table {view} as from {view}_rows")
        identify(connection, "p000002")
        cause = Cause("model")
        changes(connection, Occasion("p000002", datetime(2026, 1, 6, tzinfo=UTC), cause))
        connection.execute("insert into history by name from changes")
        measure = upgrade_churn("p000002", 0.02)
        assert take(connection, [measure])[measure.name] == shown["moved_share"]
        new = {
            row[0]
            for row in connection.execute("from (select customer_id from identities)").fetchall()
        }
    named = {
        row["customer_id"] for row in pq.read_table(out).to_pylist() if row["change"] == "split"
    }
    assert named < new


def test_the_file_is_the_one_of_diff(joined: Place) -> None:
    out = joined.folder / "changes.csv"
    result = joined.compare("--model", joined.models["parts"], "--out", out)
    assert result.exit_code == 0, result.output
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "customer_id", "change", "from_ids", "to_ids", "attributes", "causes",
    ]  # fmt: skip
    assert sorted(row["change"] for row in rows) == ["changed"] * 2 + ["split"] * 3
    assert {(row["attributes"], row["causes"]) for row in rows} == {("", "model")}


def test_nothing_is_written(joined: Place) -> None:
    before, rows = joined.state(), read_manifest(joined.store)
    result = joined.compare("--model", joined.models["parts"])
    assert result.exit_code == 0, result.output
    assert joined.state() == before
    assert read_manifest(joined.store) == rows
    names = {path.name for path in joined.folder.iterdir()}
    assert names == {"warehouse", "scv.yml", "joins.json", "parts.json"}


def test_settings_alone_are_compared_and_decisions_stand(tmp_path: Path) -> None:
    apart = Constraints(cannot_link=(Constraint("r1", "r3", ("j1",)),))
    place = make_place(tmp_path, JOINS, apart)
    live = place.store.read_arrow(IDENTITIES.name).to_pylist()
    assert len({row["customer_id"] for row in live}) == 4
    path = str(place.models["joins"])
    place.settings("strict.yml", model=path, linking={"start_bits": 90})
    shown = place.shown(config="strict.yml")
    assert shown["effect"]["customers"]["split"] == {"live": 2, "new": 4}
    assert (shown["live_model"], shown["rules_differ"]) == (shown["new_model"], True)
    # Without the guard nothing but the decision holds r1 and r3 apart: it must be in force.
    place.settings("loose.yml", model=path, linking={"over_merge_guard": False})
    assert place.shown(config="loose.yml")["moved_share"] == 0


def test_too_large_a_cluster_is_counted_as_held(joined: Place) -> None:
    path = str(joined.models["joins"])
    joined.settings("small.yml", model=path, linking={"largest_cluster": 2})
    shown = joined.shown(config="small.yml")
    # Held records keep their customer, so no id changes.
    assert shown["effect"]["held"] == {"live": 0, "new": 3}
    assert shown["moved_share"] == 0


def test_quality_of_both_by_labels(joined: Place) -> None:
    truth = joined.folder / "truth.csv"
    truth.write_text(TRUTH, encoding="utf-8")
    words = ("--model", joined.models["parts"], "--truth", truth)
    scores = joined.shown(*words)["quality"]
    assert scores["live"]["pairs"]["f1"]["value"] == 1
    assert scores["new"]["pairs"]["recall"]["value"] == 0
    assert scores["new"]["b_cubed"]["recall"]["value"] == pytest.approx(0.5)
    printed = [line.split() for line in joined.compare(*words).stdout.splitlines()]
    assert ["B-cubed", "recall", "1.000", "0.500"] in printed


def test_the_words_end_with_what_to_type(joined: Place) -> None:
    told = joined.compare("--model", joined.models["parts"]).stdout
    last = told.strip().splitlines()[-1]
    assert "It would be held: 50.00% of the records would get another customer" in last
    assert "quality.largest_upgrade_churn is 2.00%" in last
    assert f"scv run --model {joined.models['parts']} --config" in last
    assert "then scv publications approve p000002 --reason WHY; to drop it" in last
    assert ["split", "2", "5"] in [line.split() for line in told.splitlines()]
    assert ["seconds", "7.5"] in [line.split()[:2] for line in told.splitlines()]
    joined.settings("all.yml", quality={"largest_upgrade_churn": 0.5})
    at_limit = joined.compare("--model", joined.models["parts"], config="all.yml").stdout
    assert "It would be published at once" in at_limit
    assert "approve" not in at_limit


def test_cost_of_the_run_that_made_the_live_edges(joined: Place) -> None:
    put(joined.store, "maintained", run_id="later", tables=read_manifest(joined.store)[0].tables,
        model_version=JOINS.version)  # fmt: skip
    cost = joined.shown("--model", joined.models["parts"])["cost"]
    assert cost["live"] == {"pairs": 123, "seconds": 7.5}
    assert cost["new"]["pairs"] >= 4
    assert cost["new"]["seconds"] >= 0


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (["--model", "none.json"], {}, "there is no model at"),
        ([], {}, "there is nothing to compare"),
        (["--model", "{parts}"], {"memory": "0m"}, "linking.memory is 0m"),
        (["--model", "{parts}"], {"most_pairs": 1}, "linking.most_pairs is 1"),
    ],
)
def test_what_can_not_be_compared_is_one_sentence(
    joined: Place, words: list[str], settings: dict[str, Any], said: str
) -> None:
    joined.settings("scv.yml", model=str(joined.models["joins"]), linking=settings)
    before = joined.state()
    result = joined.compare(*(word.format(**joined.models) for word in words))
    assert result.exit_code == 4, result.output
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert joined.state() == before


def test_a_migrated_warehouse_waits_for_its_run(joined: Place) -> None:
    row = read_manifest(joined.store)[0]
    values = {"model_version": row.model_version, "rules_version": row.rules_version,
              "code_version": row.code_version}  # fmt: skip
    put(joined.store, "migrated", tables=row.tables, **values)
    refused = joined.compare("--model", joined.models["parts"])
    assert refused.exit_code == 4
    assert "p000002 is of an earlier release, migrated" in refused.stderr
    # From before there were decisions: such a publication has no table of them.
    older = {
        name: at for name, at in row.tables.items() if name not in (CONSTRAINTS.name, PINS.name)
    }
    put(joined.store, "maintained", tables=older, **values)
    assert joined.shown("--model", joined.models["parts"])["moved_share"] == 0.5


def test_a_warehouse_without_a_publication_and_a_wrong_file_name_are_refused(
    joined: Place, tmp_path: Path
) -> None:
    model_path = joined.models["parts"]
    empty = joined.compare("--model", model_path, "--warehouse", tmp_path / "none")
    assert empty.exit_code == 4
    assert "nothing was published in it" in empty.stderr
    assert not (tmp_path / "none").exists()
    assert joined.compare("--model", model_path, "--out", tmp_path / "a.txt").exit_code == 2
