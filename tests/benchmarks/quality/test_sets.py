"""The sets, their contracts and the harness around them agree with each other."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from benchmarks.quality import sets
from benchmarks.quality.contenders import CONTENDERS, Contender, Result, measure
from benchmarks.quality.environments import FOLDER, requirements, version_in
from benchmarks.quality.page import HEADER, section
from benchmarks.quality.peers.splink_models import MODELS
from benchmarks.quality.scoring import Scores, Triple
from benchmarks.quality.sets import SETS, DataSet
from benchmarks.watch import Timing

ATTRIBUTES = {
    "given_name",
    "family_name",
    "full_name",
    "birth_date",
    "birth_year",
    "gender",
    "address_line",
    "city",
    "region",
    "postcode",
    "emails",
    "phones",
    "identifiers",
    "others",
}
WRITE = """
import sys, pandas
rows = [("a", "1", "x"), ("a", "2", "x"), ("b", "3", "y")]
names = ["source", "record_id", "cluster_id"]
pandas.DataFrame(rows, columns=names).to_parquet(sys.argv[1] + "/clusters.parquet")
"""


@pytest.mark.parametrize("data", SETS.values(), ids=lambda data: data.name)
def test_a_set_is_complete(data: DataSet) -> None:
    said = yaml.safe_load(data.contract_file.read_text())["sources"]
    for source in said.values():
        assert source["key"] == "record_id"
        assert set(source["columns"]) <= ATTRIBUTES
        # What is true about a set must not stand in what a linker is told.
        assert set(source) <= {"key", "duplicate_free", "birth_date_formats", "columns"}
    assert data.contract in MODELS


def test_the_set_without_the_number_has_none() -> None:
    text = SETS["pseudopeople_no_ssn"].contract_file.read_text()
    assert "ssn" not in text
    assert "ssn: ssn" in SETS["pseudopeople"].contract_file.read_text()


def test_a_set_is_exported_anew_when_its_files_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    exported = []

    def export(exporter: str) -> None:
        exported.append(exporter)
        for data in SETS.values():
            if data.exporter == exporter:
                data.folder.mkdir(parents=True)
                data.truth.touch()

    monkeypatch.setattr(sets, "_export", export)
    wanted = [SETS["febrl3"], SETS["febrl4"]]
    sets.prepare(wanted)
    sets.prepare(wanted)
    assert exported == ["febrl"]
    SETS["febrl4"].truth.unlink()
    sets.prepare(wanted)
    assert exported == ["febrl", "febrl"]


def test_every_package_of_an_environment_is_pinned() -> None:
    for name in ("data", "goldenmatch"):
        lines = requirements(name).read_text().splitlines()
        assert all("==" in line and "/" not in line for line in lines if line[0] != "#")
    assert version_in("data", "recordlinkage") == "0.16"


def test_the_command_is_told_the_files_and_the_contract_alone(tmp_path: Path) -> None:
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    command = CONTENDERS["scv_link"].command(tmp_path / "c.yml", tmp_path / "out", files)
    assert Path(command[0]).name == "scv"
    assert command[1:] == [
        "link",
        *map(str, files),
        "--contract",
        str(tmp_path / "c.yml"),
        "--out",
        str(tmp_path / "out"),
    ]


def test_measure_starts_from_an_empty_folder_and_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = DataSet("tiny", "nobody", "febrl", "Tiny")
    data.folder.mkdir(parents=True)
    rows = [("a", "1", "A"), ("a", "2", "A"), ("b", "3", "A")]
    names = ["source", "record_id", "person_id"]
    pd.DataFrame(rows, columns=names).to_csv(data.truth, index=False)
    (data.folder / "a.csv").touch()
    left = FOLDER / "runs" / "tiny" / "fake" / "left.txt"
    left.parent.mkdir(parents=True)
    left.touch()

    def command(contract: Path, out: Path, files: list[Path]) -> list[str]:
        assert contract.is_file()
        assert files == [data.folder / "a.csv"]
        return [sys.executable, "-c", f"import os; os.makedirs({str(out)!r}){WRITE}", str(out)]

    result = measure(Contender("fake", "Fake", command), data)
    assert not left.exists()
    assert result.scores.pairs == Triple(1.0, 1 / 3, 0.5)
    assert result.timing.wall > 0


def test_a_row_per_contender_and_what_is_missing() -> None:
    scores = Scores(Triple(1, 0.5, 2 / 3), Triple(1, 0.75, 6 / 7), 4, 6, 1200, 3000, 2)
    result = Result(CONTENDERS["splink"], scores, Timing(12.34, 20.0, 1_500_000_000, ""))
    lines = section(SETS["febrl3"], [result])
    persons = "the largest person has 6 records"
    goal = "To reach: B-cubed F1 at least 0.999."
    assert f"3,000 records, 1,200 true pairs; {persons}. {goal}" in lines
    row = lines[lines.index(HEADER[-1]) + 1]
    figures = "1.0000 | 0.5000 | 0.6667 | 1.0000 | 0.7500 | 0.8571 | 4 | 12.3 | 1.5"
    assert row == f"| plain Splink | {figures} |"
    assert row.count("|") == HEADER[0].count("|") == HEADER[1].count("|")
    assert any("no cluster for 2 records" in line for line in lines)
