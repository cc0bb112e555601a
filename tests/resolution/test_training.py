"""Training on small made-up nodes, and the model file."""

from __future__ import annotations

import json
import random
from pathlib import Path

import duckdb
import pytest

from resolution.engines.duckdb import score
from resolution.errors import ModelError
from resolution.model.artefact import SHIPPED, Model, Rule, read_model, versioned, write_model
from resolution.model.comparisons import all_comparisons
from resolution.model.counting import random_pairs
from resolution.model.features import FEATURES
from resolution.model.refreshing import refresh_statistics, term_changes
from resolution.model.training import TrainingSettings, authored, train_on_records
from resolution.nodes import build_nodes
from tests.resolution.models import model
from tests.resolution.tables import record, silver

GIVEN = [
    f"{start}{end}" for start in ("an", "ber", "car", "dor", "el") for end in ("na", "nie", "la")
]
FAMILY = [
    f"{start}{end}"
    for start in ("sto", "mil", "nor", "ha", "ver")
    for end in ("ne", "ler", "man", "vak", "beck")
]


def people(count: int, seed: int = 5) -> duckdb.DuckDBPyConnection:
    """Two or three records of each person, with gaps and typing errors."""
    chance = random.Random(seed)
    made = []
    for person in range(count):
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        born = (
            f"{chance.randint(1940, 2005)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        )
        whole = {
            "birth_date": born,
            "emails": [f"{given}.{family}{person}@x.org"],
            "phones": [f"555{person:05d}"],
            "postcode": f"{person % 60:05d}",
            "address_key": f"{person % 90} mill road",
            "city": f"city{person % 9}",
            "gender": "fm"[person % 2],
        }
        for copy in range(chance.choice((2, 3))):
            kept = {name: value for name, value in whole.items() if chance.random() < 0.75}
            name = (given[0] if chance.random() < 0.1 else given, family)
            made.append(record(f"r{person:04d}{copy}", name=name, **kept))
    return silver(made)


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("charts")


@pytest.fixture(scope="module")
def trained(charts: Path) -> Model:
    return train_on_records(people(350), TrainingSettings(name="small", seed=3, charts=charts))


def test_every_comparison_and_level_is_trained(trained: Model) -> None:
    assert list(trained.comparisons) == [
        comparison.create_comparison_dict("duckdb")["output_column_name"]
        for comparison in all_comparisons()
    ]
    for comparison in all_comparisons():
        described = comparison.create_comparison_dict("duckdb")
        levels = trained.comparisons[described["output_column_name"]]
        numbers = [level.number for level in levels]
        assert [number for number in numbers if number >= 0] == [*range(len(levels) - 2, -1, -1)]
        assert numbers.count(-1) == 1
        assert [level.condition for level in levels] == [
            level["sql_condition"] for level in described["comparison_levels"]
        ]
    assert trained.version.startswith("small-")
    assert trained.features == FEATURES


def test_agreement_speaks_for_and_disagreement_against(trained: Model) -> None:
    for levels in trained.comparisons.values():
        best = max(level.number for level in levels)
        weights = {level.number: level.weight for level in levels}
        assert weights[best] > 0 > weights[0]
        assert weights[-1] == 0
    assert trained.prior < -5_000


def test_it_separates_the_people_it_was_trained_on(trained: Model) -> None:
    connection = people(350)
    build_nodes(connection)
    score(connection, trained, keep_at=None)
    rows = connection.execute(
        "with named as (select node, any_value(record_id)[2:5] as person from members"
        " group by node)"
        " select l.person = r.person, weight from scored join named l on l.node = left_node"
        " join named r on r.node = right_node"
    ).fetchall()
    same = [weight for together, weight in rows if together]
    strangers = [weight for together, weight in rows if not together]
    assert sum(weight >= 8_000 for weight in same) > 0.8 * len(same)
    assert sum(weight >= 8_000 for weight in strangers) < 0.02 * len(same)


def test_the_same_records_and_seed_give_the_same_model(trained: Model) -> None:
    again = train_on_records(people(350), TrainingSettings(name="small", seed=3))
    assert again == trained


def test_other_records_give_another_version(trained: Model) -> None:
    other = train_on_records(people(350, seed=6), TrainingSettings(name="small", seed=3))
    assert other.version != trained.version


def test_the_frequencies_of_the_same_records_are_those_of_the_training(trained: Model) -> None:
    again = refresh_statistics(people(350), trained)
    for one in term_changes(trained, again):
        assert one.listed_before == one.listed_now
        # The prior is kept in whole milli-bits.
        assert max(one.largest_change, abs(one.unlisted_now - one.unlisted_before)) <= 2
    assert trained.terms["name_family"].adjustments


def test_renewed_frequencies_change_nothing_else(trained: Model) -> None:
    now = refresh_statistics(people(900, seed=6), trained)
    assert now.version != trained.version
    assert now.version.startswith("small-")
    kept = {"prior", "comparisons", "features", "splink", "name"}
    assert all(getattr(now, name) == getattr(trained, name) for name in kept)
    assert now.training["refreshed_from"] == trained.version
    changes = {one.column: one for one in term_changes(trained, now)}
    assert changes["name_family"].changed > 0
    # Among more people a name that nobody listed is rarer, and worth more.
    assert changes["name_family"].unlisted_now > changes["name_family"].unlisted_before


def test_a_renewed_model_can_be_written_and_read(trained: Model, tmp_path: Path) -> None:
    now = refresh_statistics(people(400, seed=8), trained)
    write_model(now, tmp_path / "now.json")
    assert read_model(tmp_path / "now.json") == now


def test_too_few_nodes_are_refused_with_the_number_needed() -> None:
    with pytest.raises(ModelError, match=r"\d+ nodes are too few.*at least 500"):
        train_on_records(people(20), TrainingSettings())


def test_what_no_record_has_is_not_compared() -> None:
    nameless = silver(record(f"r{n:04d}", phones=[f"555{n // 2:05d}"]) for n in range(600))
    assert list(train_on_records(nameless, TrainingSettings()).comparisons) == ["phone"]


def test_records_with_nothing_to_compare_are_refused() -> None:
    with pytest.raises(ModelError, match="anything to compare"):
        train_on_records(silver(record(f"r{n:04d}") for n in range(600)), TrainingSettings())


def test_charts_ask_nothing_of_the_network(charts: Path, trained: Model) -> None:
    pages = sorted(charts.glob("*.html"))
    assert len(pages) == 2
    for page in pages:
        assert 'src="http' not in page.read_text("utf-8")


def test_the_version_is_a_hash_of_what_decides() -> None:
    one = model()
    turned = dict(reversed(one.comparisons.items()))
    assert versioned(one.model_copy(update={"comparisons": turned})).version == one.version
    changes: tuple[dict[str, object], ...] = (
        {"prior": one.prior - 1},
        {"household_prior": 1},
        {"terms": {}},
    )
    for changed in changes:
        assert versioned(one.model_copy(update=changed)).version != one.version


def test_a_model_that_was_changed_by_hand_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    write_model(model().model_copy(update={"prior": -1}), path)
    with pytest.raises(ModelError, match="was changed after training"):
        read_model(path)


def test_a_written_model_is_read_as_it_was(trained: Model, tmp_path: Path) -> None:
    path = tmp_path / "models" / "own.json"
    write_model(trained, path)
    assert read_model(path) == trained
    assert [file.name for file in path.parent.iterdir()] == ["own.json"]


def test_the_shipped_model_fits_this_release() -> None:
    shipped = read_model(SHIPPED)
    for comparison in all_comparisons():
        described = comparison.create_comparison_dict("duckdb")
        levels = shipped.comparisons[described["output_column_name"]]
        assert [level.condition for level in levels] == [
            level["sql_condition"] for level in described["comparison_levels"]
        ]


def test_a_missing_model_names_the_command(tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    with pytest.raises(ModelError, match=f"scv train --out {path}"):
        read_model(path)


@pytest.mark.parametrize("text", ["", "{}", '{"version": 1}', "\udcff"])
def test_a_file_that_is_no_model_names_the_command(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError, match=f"{path} is no model.*scv train --out {path}"):
        read_model(path)


def test_a_model_of_other_columns_names_them_and_the_command(tmp_path: Path) -> None:
    path = tmp_path / "foreign.json"
    document = model().model_dump(mode="json") | {"features": [*FEATURES, "shoe_size"]}
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ModelError, match=r"\['shoe_size'\].*scv train --out"):
        read_model(path)


def test_a_model_of_a_table_s_own_rules_is_not_for_the_pipeline(tmp_path: Path) -> None:
    path = tmp_path / "link.json"
    own = Rule(name="same ssn", columns=("identifier_ssn",))
    write_model(versioned(model().model_copy(update={"rules": (own,)})), path)
    with pytest.raises(ModelError, match=r"made by 'scv link'.*scv train --out"):
        read_model(path)


def test_of_few_nodes_all_pairs_are_looked_at_once() -> None:
    with people(20) as connection:
        build_nodes(connection)
        nodes = connection.execute("select count(*) from nodes").fetchall()[0][0]
        offered = authored(all_comparisons())
        assert random_pairs(connection, offered, 10_000, 3).pairs.sum() == nodes * (nodes - 1) / 2
        assert random_pairs(connection, offered, 500, 3).pairs.sum() <= 500
