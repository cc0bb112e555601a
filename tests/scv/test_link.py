"""`scv link` as a newcomer types it: a draft, a result, and sentences for what is wrong."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from deltalake import write_deltalake
from typer.testing import CliRunner, Result

from scv.main import app

FAMILIES = ["Stone", "Miller", "O'Neill", "van der Berg", "Chan", "Okafor", "Novak", "Hale"]
HEAD = ["person_no", "First Name", "Last Name", "dob", "street_address", "zip", "email"]


def scv(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def refused(result: Result) -> str:
    assert result.exit_code == 4, result.output
    assert "Traceback" not in result.stderr
    return result.stderr


def rows(count: int, seed: int = 2) -> list[list[str]]:
    """Of each person one row, its values in the order of HEAD."""
    chance = random.Random(seed)
    made = []
    for place in range(count):
        given = f"{chance.choice('ABDGKLM')}{chance.choice('aeiou')}{chance.choice('lmnrs')}ia"
        family = f"{chance.choice(FAMILIES)}"
        born = (
            f"{chance.randint(1, 12):02d}/{chance.randint(1, 28):02d}/{chance.randint(1940, 2000)}"
        )
        street = f"{chance.randint(1, 400)} {chance.choice(('Mill', 'High', 'Park'))} Road"
        made.append([str(1000 + place), given, family, born, street,
                     f"{chance.randint(10000, 10060)}", f"{given}{place}@example.net"])  # fmt: skip
    return made


def file_of(path: Path, people: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([HEAD, *people])
    return path


@pytest.fixture(scope="module")
def two_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same 300 people in both; in the second some values are missing or written otherwise."""
    folder = tmp_path_factory.mktemp("files")
    people = rows(300)
    other = []
    for place, (_, given, family, born, street, code, email) in enumerate(people):
        other.append([str(9000 + place), given.upper() if place % 2 else given, family,
                      "" if place % 5 == 0 else born, street if place % 3 else "", code,
                      "" if place % 2 else email])  # fmt: skip
    return file_of(folder / "shop.csv", people), file_of(folder / "club.csv", other)


@pytest.fixture(scope="module")
def result(two_files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("linked")
    done = scv("link", *two_files, "--out", out)
    assert done.exit_code == 0, done.output
    assert "600 records are" in done.stdout
    return out


def test_a_draft_is_printed_and_kept(two_files: tuple[Path, Path], tmp_path: Path) -> None:
    contract = tmp_path / "link.yml"
    done = scv("link", "--draft", *two_files, "--contract", contract)
    assert done.exit_code == 0, done.output
    assert contract.read_text("utf-8") == done.stdout
    assert yaml.safe_load(done.stdout)["sources"]["shop"] == {
        "key": "person_no",
        "duplicate_free": False,
        "birth_date_formats": ["MM/dd/yyyy"],
        "columns": {
            "given_name": "First Name",
            "family_name": "Last Name",
            "birth_date": "dob",
            "address_line": "street_address",
            "postcode": "zip",
            "emails": "email",
        },
    }
    contract.write_text("mine", encoding="utf-8")
    again = scv("link", "--draft", *two_files, "--contract", contract)
    assert again.stdout == done.stdout
    assert "left as it is" in again.stderr
    assert contract.read_text("utf-8") == "mine"


def test_everything_is_written_and_every_row_has_a_cluster(result: Path) -> None:
    assert sorted(path.name for path in result.iterdir()) == [
        "clusters.parquet", "edges.parquet", "link.yml", "model.json", "records.parquet",
        "report.html",
    ]  # fmt: skip
    clusters = pq.read_table(result / "clusters.parquet").to_pylist()
    assert {(row["source"], row["record_id"]) for row in clusters} == {
        *(("shop", str(1000 + n)) for n in range(300)),
        *(("club", str(9000 + n)) for n in range(300)),
    }
    assert {row["state"] for row in clusters} == {"published"}


def test_people_are_found_again(result: Path) -> None:
    found = {
        (row["source"], row["record_id"]): row["cluster_id"]
        for row in pq.read_table(result / "clusters.parquet").to_pylist()
    }
    right = sum(found["shop", str(1000 + n)] == found["club", str(9000 + n)] for n in range(300))
    assert right >= 290
    assert len(set(found.values())) >= 298


def test_edges_say_in_words_why(result: Path) -> None:
    edges = pq.read_table(result / "edges.parquet").to_pylist()
    assert {(edge["left_source"], edge["right_source"]) for edge in edges} >= {("club", "shop")}
    best = max(edges, key=lambda edge: edge["weight_bits"])
    assert "name: same name" in best["because"]
    assert 0.5 <= best["probability"] <= 1


def test_the_report_asks_nothing_of_the_network_and_names_no_person(result: Path) -> None:
    page = (result / "report.html").read_text("utf-8")
    assert "http" not in page
    assert "600" in page
    assert "same mailbox" in page
    assert not any(family in page for family in FAMILIES)


def test_the_same_files_give_the_same_bytes(
    two_files: tuple[Path, Path], result: Path, tmp_path: Path
) -> None:
    assert scv("link", *two_files, "--out", tmp_path, "--json").exit_code == 0
    for name in ("clusters.parquet", "edges.parquet", "model.json"):
        assert (tmp_path / name).read_bytes() == (result / name).read_bytes()


def test_no_jvm_is_needed(two_files: tuple[Path, Path], tmp_path: Path) -> None:
    """Where Java can't be found at all."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("JAVA", "SPARK"))
    }
    command = [sys.executable, "-m", "scv.main", "link", str(two_files[0]), "--out", str(tmp_path)]
    done = subprocess.run(
        command, env=environment | {"PATH": "", "JAVA_HOME": "/nowhere"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_parquet_and_delta_are_read_as_well(two_files: tuple[Path, Path], tmp_path: Path) -> None:
    table = pa.table(dict(zip(HEAD, zip(*rows(300), strict=True), strict=True)))
    pq.write_table(table, tmp_path / "shop.parquet")
    write_deltalake(tmp_path / "club", table)
    out = tmp_path / "out"
    done = scv("link", tmp_path / "shop.parquet", tmp_path / "club", "--out", out, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["records"] == {"club": 300, "shop": 300}


def test_what_is_wrong_is_a_sentence(two_files: tuple[Path, Path], tmp_path: Path) -> None:
    shop, _ = two_files
    contract = tmp_path / "link.yml"
    contract.write_text("sources: {shop: {key: First Name, columns: {city: dob}}}", "utf-8")
    said = refused(scv("link", shop, "--contract", contract, "--out", tmp_path / "o"))
    assert "shop.csv: row " in said
    assert "the key was there before" in said
    assert not (tmp_path / "o").exists()
    said = refused(scv("link", tmp_path / "none.csv", "--out", tmp_path / "o"))
    assert "there is no such file" in said
    same = file_of(tmp_path / "shop.csv", rows(3))
    assert "two files are called ['shop']" in refused(scv("link", shop, same, "--out", tmp_path))
    assert "--out FOLDER" in scv("link", shop).stderr


def test_few_rows_are_linked_too(tmp_path: Path) -> None:
    people = rows(4)
    path = file_of(tmp_path / "few.csv", [*people, ["5000", *people[0][1:]]])
    done = scv("link", path, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    clusters = pq.read_table(tmp_path / "out" / "clusters.parquet").to_pylist()
    together = [row["record_id"] for row in clusters if row["records"] == 2]
    assert sorted(together) == ["1000", "5000"]
