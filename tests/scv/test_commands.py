"""The command line on a published warehouse, and its sentences where something is wrong."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pyarrow.parquet
import pytest
from typer.testing import CliRunner, Result

from pipelines.config import Config, load_config
from pipelines.run import Run
from resolution.model.artefact import SHIPPED, read_model, write_model
from scv.commands import docs
from scv.main import app
from tests.conftest import Published
from tests.resolution.models import model


def scv(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def sentence(result: Result) -> str:
    """What is said on stderr where an input can't be used: one sentence, no stack trace."""
    assert result.exit_code == 4, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("scv: ")
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.fixture
def own(published: Published, tmp_path: Path) -> Path:
    return published.copy_to(tmp_path)


# --- reading a publication


def test_sql_as_json(published: Published) -> None:
    query = "select count(*) as customers, min(state) as state from golden.customers"
    result = scv("sql", query, "--json", "--warehouse", published.warehouse)
    assert result.exit_code == 0, result.output
    (row,) = json.loads(result.stdout)
    assert row["customers"] > 300
    assert row["state"] in ("published", "held")


def test_sql_as_csv_keeps_every_character(published: Published) -> None:
    query = "select '萧, \"红\" [b]' as name, null as nothing"
    result = scv("sql", query, "--format", "csv", "--warehouse", published.warehouse)
    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["name", "nothing"],
        ['萧, "红" [b]', ""],
    ]


def test_sql_as_a_table_says_the_publication(published: Published) -> None:
    result = scv("sql", "select '[bold]x' as x", "--warehouse", published.warehouse)
    assert "[bold]x" in result.stdout
    assert "1 rows of p000001" in result.stdout


def test_sql_as_a_table_shows_a_year_as_it_is(published: Published) -> None:
    assert "2026" in scv("sql", "select 2026 as year", "--warehouse", published.warehouse).stdout


@pytest.mark.parametrize(
    "query",
    ["create table x as select 1", "copy (select 1) to 'out.csv'", "select 1; drop view x",
     "explain analyze create table x as select 1", "attach 'out.db'", ""],
)  # fmt: skip
def test_sql_that_does_not_read_is_refused(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = sentence(scv("sql", query, "--warehouse", published.warehouse))
    assert "one query that reads" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("query", ["from golden.customers limit 1", "describe golden.customers"])
def test_sql_that_reads_without_select(published: Published, query: str) -> None:
    assert scv("sql", query, "--warehouse", published.warehouse).exit_code == 0


def test_sql_that_fails_on_a_value_does_not_show_it(published: Published) -> None:
    query = "select (full_name || 'Zaphodine')::int from golden.customers"
    said = sentence(scv("sql", query, "--warehouse", published.warehouse))
    assert "try_cast" in said
    assert "Zaphodine" not in said


def test_an_empty_publication_is_none(published: Published) -> None:
    words = ("--publication", "", "--warehouse", published.warehouse)
    assert "no publication ''" in sentence(scv("sql", "select 1", *words))


@pytest.mark.parametrize("damage", ["golden/customers/*.parquet", "golden/customers/_delta_log/*"])
def test_a_damaged_table_is_one_sentence(own: Path, tmp_path: Path, damage: str) -> None:
    for path in own.glob(damage):
        path.unlink()
    for words in (("sql", "select 1"), ("export", "customers", "--out", tmp_path / "out.csv")):
        assert "golden.customers can't be used" in sentence(scv(*words, "--warehouse", own))
    assert not (tmp_path / "out.csv.partial").exists()


def test_a_damaged_manifest_is_one_sentence(own: Path) -> None:
    for path in own.glob("ops/publications/*.parquet"):
        path.unlink()
    said = sentence(scv("publications", "list", "--warehouse", own))
    assert "ops.publications can't be used" in said


def test_sql_that_is_wrong_is_one_sentence(published: Published) -> None:
    result = scv("sql", "select nothing from golden.customers", "--warehouse", published.warehouse)
    assert "the query failed" in sentence(result)


def test_sql_of_an_empty_warehouse_names_the_command(tmp_path: Path) -> None:
    assert "type 'scv run' first" in sentence(scv("sql", "select 1", "--warehouse", tmp_path))


def test_sql_of_an_unknown_publication_names_the_command(published: Published) -> None:
    result = scv("sql", "select 1", "--publication", "p9", "--warehouse", published.warehouse)
    assert "scv publications list" in sentence(result)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_export_writes_the_whole_table(published: Published, tmp_path: Path, form: str) -> None:
    out = tmp_path / "new" / f"crosswalk.{form}"
    words = ("crosswalk", "--out", out, "--format", form, "--warehouse", published.warehouse)
    result = scv("export", *words)
    assert result.exit_code == 0, result.output
    if form == "csv":
        rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    else:
        rows = pyarrow.parquet.read_table(out).to_pylist()
    counted = scv(
        "sql", "select count(*) as n from golden.crosswalk", "--json",
        "--warehouse", published.warehouse,
    )  # fmt: skip
    assert len(rows) == json.loads(counted.stdout)[0]["n"]
    assert {"source", "source_key", "customer_id"} <= set(rows[0])
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_export_is_sorted_by_the_whole_key(published: Published, tmp_path: Path) -> None:
    out = tmp_path / "attributes.csv"
    scv("export", "attributes", "--out", out, "--warehouse", published.warehouse)
    rows = csv.DictReader(out.open(encoding="utf-8", newline=""))
    keys = [(row["customer_id"], row["attribute"]) for row in rows]
    assert keys == sorted(keys)


def test_export_of_a_table_without_a_key_is_sorted_too(
    published: Published, tmp_path: Path
) -> None:
    out = tmp_path / "contacts.csv"
    result = scv("export", "bronze.crm_contacts", "--out", out, "--warehouse", published.warehouse)
    assert result.exit_code == 0, result.output
    first = [row[0] for row in csv.reader(out.open(encoding="utf-8", newline=""))][1:]
    assert first == sorted(first)


@pytest.mark.parametrize("out", ["folder", "file/out.csv", "/proc/out.csv"])
def test_export_to_a_place_that_can_not_be_written(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("file").touch()
    words = ("--out", out, "--warehouse", published.warehouse)
    assert out in sentence(scv("export", "customers", *words))
    assert out in sentence(scv("train", *words))
    assert {path.name for path in tmp_path.rglob("*")} == {"folder", "file"}


def test_frequencies_are_renewed_and_what_changes_is_shown(
    published: Published, tmp_path: Path
) -> None:
    out = tmp_path / "renewed.json"
    words = ("--refresh-statistics", "--out", out, "--warehouse", published.warehouse)
    result = scv("train", *words)
    assert result.exit_code == 0, result.output
    shipped, renewed = read_model(SHIPPED), read_model(out)
    assert (renewed.prior, renewed.comparisons) == (shipped.prior, shipped.comparisons)
    assert renewed.version != shipped.version
    assert f"{renewed.version}" in result.output
    assert "name_family" in result.output


def test_export_of_an_unknown_table_lists_the_known_ones(
    published: Published, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    said = sentence(scv("export", "nobody", "--out", out, "--warehouse", published.warehouse))
    assert "golden.customers" in said
    assert not out.exists()


def one(published: Published, query: str) -> dict:
    result = scv("sql", query, "--json", "--warehouse", published.warehouse)
    found: dict = json.loads(result.stdout)[0]
    return found


def test_explain_a_customer(published: Published) -> None:
    wanted = one(
        published,
        "select customer_id, records, email from golden.customers where email is not null"
        " and state = 'published' order by records desc, 1 limit 1",
    )
    words = ("explain", wanted["customer_id"], "--warehouse", published.warehouse)
    shown = json.loads(scv(*words, "--json").stdout)
    assert len(shown["members"]) == wanted["records"]
    values = {value["attribute"]: value for value in shown["values"]}
    assert values["email"]["value"] == wanted["email"]
    assert values["email"]["file"].split("/")[0] in ("crm", "store", "web", "social")
    people = scv(*words)
    assert people.exit_code == 0, people.output
    assert f"{wanted['customer_id']}: {wanted['records']} records" in people.stdout
    for heading in ("Members", "Edges", "Golden values"):
        assert heading in people.stdout


def test_explain_a_customer_whom_certain_links_hold(published: Published) -> None:
    wanted = one(
        published,
        "select customer_id from golden.customers where confidence is null and records > 1"
        " order by 1 limit 1",
    )
    people = scv("explain", wanted["customer_id"], "--warehouse", published.warehouse)
    assert "held by certain links" in people.stdout


def test_explain_a_pair_gives_the_weight_of_its_edge(published: Published) -> None:
    edge = one(
        published,
        "select left_id, right_id, weight from resolution.edges where kind = 'probabilistic'"
        " order by weight desc, 1, 2 limit 1",
    )
    words = ("explain", edge["right_id"], edge["left_id"], "--warehouse", published.warehouse)
    shown = json.loads(scv(*words, "--json").stdout)
    assert shown["weight"] == edge["weight"] == sum(step["weight"] for step in shown["steps"])
    people = scv(*words)
    assert f"joins: {edge['weight'] / 1000:+.1f} bits" in people.stdout


def test_explain_names_the_veto_between_two_customers(published: Published) -> None:
    edge = one(
        published,
        "select left_id, right_id, veto from resolution.edges where veto is not null"
        " order by weight desc, 1, 2 limit 1",
    )
    words = ("explain", edge["left_id"], edge["right_id"], "--warehouse", published.warehouse)
    shown = json.loads(scv(*words, "--json").stdout)
    assert (shown["standing"], shown["veto"]) == ("vetoed", edge["veto"])
    assert shown["parting"]["rule"] == edge["veto"]
    people = " ".join(scv(*words).stdout.split())
    assert f"Vetoed by {edge['veto']}: " in people
    assert "This pair is vetoed: " in people


def test_explain_nobody_is_one_sentence(published: Published) -> None:
    said = sentence(scv("explain", "c0", "--warehouse", published.warehouse))
    assert "no customer 'c0'" in said


def test_explain_by_a_model_that_scored_nothing_here_is_refused(
    published: Published, tmp_path: Path
) -> None:
    write_model(model(), tmp_path / "other.json")
    options = ["--model", tmp_path / "other.json", "--warehouse", published.warehouse]
    said = sentence(scv("explain", "c0", *options))
    assert f"was scored by {read_model(SHIPPED).version}" in said


def test_explain_three_ids_is_wrong_usage(published: Published) -> None:
    assert scv("explain", "a", "b", "c", "--warehouse", published.warehouse).exit_code == 2


def test_evaluate_as_json_and_as_tables(published: Published) -> None:
    truth = published.feeds / "truth" / "identities.csv"
    words = ("evaluate", "--truth", truth, "--warehouse", published.warehouse)
    scores = json.loads(scv(*words, "--json").stdout)
    assert 0.5 < scores["pairs"]["precision"]["value"] <= 1
    assert 0.3 < scores["pairs"]["recall"]["value"] <= 1
    shown = scv(*words)
    assert shown.exit_code == 0, shown.output
    assert "Agreement with the truth" in shown.stdout


def test_evaluate_without_a_truth_is_one_sentence(published: Published, tmp_path: Path) -> None:
    missing = tmp_path / "none.csv"
    said = sentence(scv("evaluate", "--truth", missing, "--warehouse", published.warehouse))
    assert "none.csv" in said


# --- publications


def test_publications_are_listed_and_restored(own: Path) -> None:
    listed = json.loads(scv("publications", "list", "--json", "--warehouse", own).stdout)
    assert [(row["publication"], row["state"], row["live"]) for row in listed] == [
        ("p000001", "published", True)
    ]
    restored = scv("publications", "restore", "p000001", "--warehouse", own)
    assert "p000002 is live with the tables of p000001" in restored.stdout
    after = json.loads(scv("publications", "list", "--json", "--warehouse", own).stdout)
    assert [(row["publication"], row["state"], row["live"]) for row in after] == [
        ("p000001", "published", False),
        ("p000002", "restored", True),
    ]
    # The history goes on, and what follows from it is written anew.
    of_history = {"golden.crosswalk_history", "golden.identifier_resolution"}
    same = [
        {name: version for name, version in row["tables"].items() if name not in of_history}
        for row in after
    ]
    assert same[1] == same[0]
    assert [row["pinned"] for row in after] == [False, True]
    assert "restored from p000001" in scv("publications", "list", "--warehouse", own).stdout
    released = scv("publications", "release", "--warehouse", own)
    assert "p000003 is live with the same tables" in released.stdout
    (*_, last) = json.loads(scv("publications", "list", "--json", "--warehouse", own).stdout)
    assert (last["state"], last["live"], last["pinned"]) == ("released", True, False)


def test_an_unknown_publication_cannot_be_restored(own: Path) -> None:
    said = sentence(scv("publications", "restore", "p000099", "--warehouse", own))
    assert "scv publications list" in said


# --- configuration


def test_init_writes_a_configuration_that_loads(tmp_path: Path) -> None:
    result = scv("init", tmp_path / "new")
    assert result.exit_code == 0, result.output
    file, key = tmp_path / "new" / "scv.yml", tmp_path / "new" / "warehouse.key"
    written = load_config(file)
    assert written.warehouse == tmp_path / "new" / "warehouse"
    changed = file.read_text("utf-8").replace("warehouse: warehouse", "warehouse: elsewhere")
    file.write_text(changed, encoding="utf-8")
    assert load_config(file).warehouse == tmp_path / "new" / "elsewhere"
    assert load_config(file).secret_path == key
    assert written.secret_path == key
    assert len(bytes.fromhex(key.read_text("ascii"))) == 32
    assert key.stat().st_mode & 0o077 == 0


def test_init_names_every_key_and_uncommented_it_loads_with_the_defaults(tmp_path: Path) -> None:
    scv("init", tmp_path)
    file = tmp_path / "scv.yml"
    lines = file.read_text("utf-8").splitlines()
    keys = {line.lstrip("# ").split(":")[0] for line in lines if ":" in line}
    assert set(Config.model_fields) <= keys
    told = [line for line in lines if ": " in line or line.endswith(":")]
    opened = [
        line.removeprefix("# ").removeprefix("#")
        for line in told
        if line.lstrip("# ").split(":")[0] in keys_of(Config)
    ]
    kept = [line for line in opened if not line.startswith(("model", "key_file"))]
    file.write_text("\n".join(kept), encoding="utf-8")
    loaded = load_config(file)
    defaults = Config()
    for name in ("spark", "schedule", "quality", "shipped_sources", "sources"):
        assert getattr(loaded, name) == getattr(defaults, name), name


def keys_of(section: type) -> set[str]:
    """The keys of a section and of those within it."""
    found = set()
    for name, field in section.model_fields.items():  # type: ignore[attr-defined]
        found.add(name)
        inner = type(field.get_default(call_default_factory=True))
        if hasattr(inner, "model_fields"):
            found |= keys_of(inner)
    return found


def test_init_never_overwrites(tmp_path: Path) -> None:
    scv("init", tmp_path)
    before = (tmp_path / "warehouse.key").read_text("ascii")
    assert "exists already" in sentence(scv("init", tmp_path))
    assert (tmp_path / "warehouse.key").read_text("ascii") == before


def test_an_unknown_key_is_named_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "scv.yml"
    file.write_text("spark: {memry: 2g}\n", encoding="utf-8")
    said = sentence(scv("sql", "select 1", "--config", file))
    assert "spark.memry" in said


# --- sources, feeds, documents


def test_sources_list_every_table() -> None:
    shown = scv("sources", "list").stdout
    for table in ("crm_contacts", "store_members", "store_receipts", "web_events", "social_posts"):
        assert table in shown.replace("\n", "") or table[:8] in shown


def test_sources_check_tries_every_contract(published: Published) -> None:
    stray = published.landing.parent / "other-landing" / "crm" / "notes.txt"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_text("x", encoding="utf-8")
    result = scv("sources", "check", "--landing", stray.parents[1])
    assert result.exit_code == 0, result.output
    assert result.stdout.count("holds together") == 5
    assert "no contract takes crm/notes.txt" in result.stdout


def test_a_contract_with_an_unknown_column_is_refused(published: Published, tmp_path: Path) -> None:
    folder = tmp_path / "feeds" / "shop"
    folder.mkdir(parents=True)
    (folder / "source.yml").write_text(
        "feed: shop\nabout: a\nowner: b\nphone_regions: [US]\nfiles:\n"
        "- {table: orders, location: 'shop/dt={day}/o.csv', format: csv, key: id,\n"
        "   columns: {id: {required: true}},\n"
        "   records: [{source: shop, key: id, trust: 1, attributes: {city: town}}]}\n",
        encoding="utf-8",
    )
    said = scv("sources", "check", tmp_path / "feeds")
    assert said.exit_code == 4
    assert "shop: orders, records of shop" in said.stderr
    assert "town" in said.stderr


def test_generate_refuses_what_cannot_be(tmp_path: Path) -> None:
    assert "persons is 0" in sentence(scv("generate", tmp_path / "a", "--persons", 0))
    made = scv("generate", tmp_path / "b", "--persons", 20, "--days", 1)
    assert made.exit_code == 0, made.output
    assert "already exists" in sentence(scv("generate", tmp_path / "b", "--persons", 20))


def test_run_without_a_landing_folder_is_one_sentence(tmp_path: Path) -> None:
    said = sentence(scv("run", "--landing", tmp_path / "none", "--warehouse", tmp_path / "w"))
    assert "scv generate DIR" in said
    assert not (tmp_path / "w").exists()


def test_run_of_days_the_wrong_way_round_is_wrong_usage(
    published: Published, tmp_path: Path
) -> None:
    places = ("--landing", published.landing, "--warehouse", tmp_path / "w")
    result = scv("run", *places, "--from", "2026-01-07", "--to", "2026-01-05")
    assert result.exit_code == 2
    assert "lies after" in result.stderr


def test_a_range_that_begins_tomorrow_is_one_sentence(tmp_path: Path) -> None:
    places = ("--landing", tmp_path, "--warehouse", tmp_path / "w")
    assert "lies in the future" in sentence(scv("run", *places, "--from", "2999-01-01"))
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("days", [(), ("--from", "2026-01-05", "--to", "2026-01-05")])
def test_a_first_run_without_a_file_publishes_nothing(
    published: Published, tmp_path: Path, days: tuple[str, ...]
) -> None:
    landing = tmp_path / "landing"
    for name in ("crm/contacts.csv", "notes.txt"):
        (landing / name).parent.mkdir(parents=True, exist_ok=True)
        (landing / name).write_text("x", encoding="utf-8")
    if days:
        file = "crm/dt=2026-01-06/contacts.csv"
        (landing / file).parent.mkdir()
        shutil.copy(published.landing / file, landing / file)
    said = sentence(scv("run", "--landing", landing, "--warehouse", tmp_path / "w", *days))
    for part in (str(landing), "2 that none takes", "scv sources list", "scv sources check"):
        assert part in said
    assert not (tmp_path / "w").exists()


def test_a_run_says_how_many_files_nobody_takes(own: Path, published: Published) -> None:
    stray = own.parent / "landing" / "crm" / "notes.txt"
    shutil.copytree(published.landing, own.parent / "landing")
    stray.write_text("x", encoding="utf-8")
    places = ("--landing", own.parent / "landing", "--warehouse", own)
    assert "1 files in the landing folder are taken by no contract" in scv("run", *places).stdout
    assert json.loads(scv("run", *places, "--json").stdout)["untaken_files"] == 1


def test_a_range_before_the_first_partition_is_one_sentence(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    landing.mkdir()
    options = ["--landing", landing, "--warehouse", tmp_path / "w", "--from", "2019-01-07"]
    assert "2020-01-01 at the earliest; without --from and --to" in sentence(scv("run", *options))
    assert not (tmp_path / "w").exists()


def test_run_with_a_day_that_is_none_is_wrong_usage(published: Published) -> None:
    assert scv("run", "--landing", published.landing, "--from", "yesterday").exit_code == 2


def test_run_without_a_model_names_the_command(published: Published, tmp_path: Path) -> None:
    words = ("--landing", published.landing, "--warehouse", tmp_path / "w")
    said = sentence(scv("run", *words, "--model", tmp_path / "none.json"))
    assert "scv train --out" in said


def test_run_with_another_key_is_one_sentence(own: Path, tmp_path: Path) -> None:
    own.with_name(own.name + ".key").write_text("ab" * 32, encoding="ascii")
    feeds = tmp_path / "more"
    scv("generate", feeds, "--persons", 20, "--days", 1)
    said = sentence(scv("run", "--landing", feeds / "landing", "--warehouse", own))
    assert "is not the key" in said


def test_docs_check_tells_a_stale_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for page_with_prose in (docs.MODEL_CARD, docs.NAMES):
        shutil.copy(docs.FOLDER / page_with_prose, tmp_path)
    monkeypatch.setattr(docs, "FOLDER", tmp_path)
    assert scv("docs", "--check").exit_code == 1
    assert scv("docs").exit_code == 0
    assert scv("docs", "--check").exit_code == 0
    page = (tmp_path / "dictionary.md").read_text("utf-8")
    assert "## golden.customers" in page
    (tmp_path / "dictionary.md").write_text(page + "x", encoding="utf-8")
    stale = scv("docs", "--check")
    assert stale.exit_code == 1
    assert "type: scv docs" in stale.stdout


# --- files that were set aside or are to leave


def test_quarantine_list_names_file_reason_and_remedy_and_no_row(published: Published) -> None:
    result = scv("quarantine", "list", "--json", "--warehouse", published.warehouse)
    rows = json.loads(result.stdout)
    assert rows
    assert {tuple(sorted(row)) for row in rows} == {
        ("column", "file", "lines", "reason", "remedy", "rows"),
    }
    assert all(row["remedy"] for row in rows)


def test_a_file_that_nobody_delivered_can_not_be_withdrawn(published: Published) -> None:
    options = ["--reason", "wrong", "--warehouse", published.warehouse]
    said = sentence(scv("sources", "withdraw", "crm/none.csv", *options))
    assert "no file 'crm/none.csv'" in said


def test_a_file_that_is_gone_can_not_be_replayed(published: Published, tmp_path: Path) -> None:
    options = ["--landing", tmp_path, "--warehouse", published.warehouse]
    said = sentence(scv("quarantine", "replay", *options))
    assert "is no longer in" in said


def test_a_decision_that_waits_is_on_record(own: Path, published: Published) -> None:
    file = "crm/dt=2026-01-06/contacts.csv"
    options = ["--reason", "wrong shop", "--later", "--warehouse", own]
    said = scv("sources", "withdraw", file, *options)
    assert said.exit_code == 0, said.output
    query = "select file, action, reason from ops.file_decisions"
    kept = json.loads(scv("sql", query, "--json", "--warehouse", own).stdout)
    assert kept == [{"file": file, "action": "withdraw", "reason": "wrong shop"}]
    assert Run(load_config(landing=published.landing, warehouse=own)).has_work
