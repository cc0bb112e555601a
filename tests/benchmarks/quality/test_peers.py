"""Peers read the contract's columns, link, and write clusters that can be scored."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks.quality.contract import read_contract
from benchmarks.quality.peers import exact_rules, splink_demo
from benchmarks.quality.peers.clusters import connected
from benchmarks.quality.peers.goldenmatch_zero import as_table, plain, united

CONTRACT = """
sources:
  shop:
    key: no
    columns:
      given_name: [first, middle]
      family_name: last
      birth_date: born
      address_line: [street, house]
      emails: [mail]
      identifiers: {passport: passport}
  "*":
    key: id
    columns:
      given_name: name
      family_name: surname
      birth_date: birthday
      address_line: [road, number]
      identifiers: {passport: document}
      others: {age: age}
"""
SHOP = """no,first,middle,last,born,street,house,mail,passport
1,Ann,B,Lee,01/02/1990,High Street,1,ann@example.org,P 1
2,Ann,B,Lee,,High Street,1,Ann@Example.org,
3,Cyd,,Poe,03/04/1980,Low Road,2,,P9
"""
WEB = """id,name,surname,birthday,road,number,document,age
1,CYD,POE,03041980,Low Rd,2,,43
2,Xan,Roe,,,,p-1,9
3,Ann,Lee,,High Street,1,,33
"""
NAMES = ("agnes", "bruno", "clara", "dorian", "edith", "felix", "greta", "hugo", "irene", "jonas")


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "contract.yml"
    path.write_text(CONTRACT.replace("key: no", 'key: "no"'))
    return path


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    (tmp_path / "shop.csv").write_text(SHOP)
    (tmp_path / "web.csv").write_text(WEB)
    return [tmp_path / "shop.csv", tmp_path / "web.csv"]


def partition(out: Path) -> set[frozenset[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for row in pq.read_table(out / "clusters.parquet").to_pylist():
        found.setdefault(row["cluster_id"], set()).add((row["source"], row["record_id"]))
    return {frozenset(cluster) for cluster in found.values()}


def call(main: object, monkeypatch: pytest.MonkeyPatch, *arguments: Path) -> None:
    monkeypatch.setattr("sys.argv", ["peer", *map(str, arguments)])
    assert callable(main)
    main()


def test_the_contract_serves_named_files_and_the_others(contract: Path) -> None:
    shop, web = (read_contract(contract, stem) for stem in ("shop", "web"))
    assert (shop.key, web.key) == ("no", "id")
    assert shop.columns["given_name"] == ["first", "middle"]
    assert shop.columns["identifiers.passport"] == ["passport"]
    assert web.columns["others.age"] == ["age"]


def test_exact_rules(
    contract: Path, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(exact_rules.main, monkeypatch, contract, tmp_path / "out", *files)
    assert partition(tmp_path / "out") == {
        # The e-mail joins shop 1 and 2, the passport shop 1 and web 2, whatever their names are.
        frozenset({("shop", "1"), ("shop", "2"), ("web", "2")}),
        # Name and birth date; signs and case are forgiven.
        frozenset({("shop", "3"), ("web", "1")}),
        frozenset({("web", "3")}),
    }


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([], [0, 1, 2, 3, 4]),
        ([(3, 4), (0, 1)], [0, 0, 2, 3, 3]),
        ([(4, 3), (3, 1), (1, 0)], [0, 0, 2, 0, 0]),
        ([(1, 2), (3, 4), (2, 4), (4, 4)], [0, 1, 1, 1, 1]),
    ],
)
def test_connected(links: list[tuple[int, int]], expected: list[int]) -> None:
    assert connected(links, 5) == expected


def test_files_of_different_columns_become_one_table(contract: Path) -> None:
    names: dict[tuple[str, int], str] = {}
    rows = [
        united(next(csv.DictReader(text.splitlines())), read_contract(contract, stem), names)
        for stem, text in (("shop", SHOP), ("web", WEB))
    ]
    table = as_table(rows)
    assert table.column("last").to_pylist() == ["Lee", "POE"]
    assert table.column("middle").to_pylist() == ["B", None]
    assert table.column("passport").to_pylist() == ["P 1", None]
    assert table.column("address").to_pylist() == ["High Street 1", "Low Rd 2"]
    assert not {"id", "no", "surname", "age", "street"} & set(table.column_names)


def test_files_of_one_form_stay_as_they_are_but_for_the_key(contract: Path) -> None:
    row = next(csv.DictReader(WEB.splitlines()))
    assert plain(row, read_contract(contract, "web")) == {
        "name": "CYD",
        "surname": "POE",
        "birthday": "03041980",
        "road": "Low Rd",
        "number": "2",
        "document": None,
        "age": "43",
    }


def febrl_like(path: Path) -> None:
    """Persons twice, the second time with another street number."""
    columns = "record_id,given_name,surname,street_number,address_1,address_2,suburb,postcode,state"
    lines = [f"{columns},date_of_birth,soc_sec_id"]
    for copy in range(2):
        for number in range(120):
            name, family = NAMES[number % 10], NAMES[number * 7 // 10 % 10] + "son"
            born = f"19{number % 60 + 10}{number % 12 + 1:02}{number % 27 + 1:02}"
            place = f"{number % 40 + copy},{family} street,,suburb,{2000 + number % 30},nsw"
            lines.append(f"r{copy}{number:03},{name},{family},{place},{born},{1_000_000 + number}")
    path.write_text("\n".join(lines))


@pytest.mark.filterwarnings("ignore")
def test_splink_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    febrl_like(tmp_path / "records.csv")
    contract = Path("benchmarks/quality/contracts/febrl.yml")
    call(splink_demo.main, monkeypatch, contract, tmp_path / "out", tmp_path / "records.csv")
    assert partition(tmp_path / "out") == {
        frozenset({("records", f"r0{number:03}"), ("records", f"r1{number:03}")})
        for number in range(120)
    }
