"""`scv judgements` as a steward types it."""

from __future__ import annotations

import csv
import getpass
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipelines.delta import TableStore
from pipelines.judgements import append_judgements, read_judgements
from resolution.judgements.judgement import Judgement
from scv.main import app
from tests.pipelines.small import publish_small, rid
from tests.resolution.judgements.made import judged, number_id, retraction

A, B, C, D, NOBODY = (rid(letter) for letter in "abcd0")


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    """Customers of records a, b, c and of e, and a deleted record d."""
    return publish_small(
        tmp_path / "warehouse", {"one": "abc", "two": "e"}, [("a", "b", 9_000), ("a", "e", -4_000)]
    )


def scv(store: TableStore, *words: object) -> Result:
    line = ["judgements", *[str(word) for word in words], "--warehouse", store.warehouse]
    return CliRunner().invoke(app, line)


def add(store: TableStore, *words: object) -> Judgement:
    """The decision that a line adds, as the ledger has it."""
    result = scv(store, "add", *words, "--reason", "phoned", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    (row,) = [x for x in read_judgements(store) if x.judgement_id == document["judgement_id"]]
    return row


ADDED: list[tuple[list[str], dict[str, Any]]] = [
    (["same", B, A], {"kind": "pair", "verdict": "same", "records": (A, B), "weight": 9_000}),
    (["same", A, B, C], {"kind": "cluster", "records": (A, B, C), "weight": None}),
    (["unsure", A, B], {"kind": "pair", "verdict": "unsure"}),
    (["unsure", A, B, C], {"kind": "cluster", "verdict": "unsure"}),
    (["different", B, A], {"kind": "pair", "records": (B,), "others": (A,), "weight": 9_000}),
    (["different", A, "--from", B], {"kind": "pair", "verdict": "different", "others": (B,)}),
    (["different", A, B, C], {"kind": "cluster", "records": (A, B, C), "others": ()}),
    (
        ["different", A, "--from", B, "--from", C],
        {"kind": "cluster", "records": (A,), "others": (B, C)},
    ),
    (
        ["different", A, B, "--from", C],
        {"kind": "cluster", "records": (A, B), "others": (C,)},
    ),
    (
        ["move", B, "--to", rid("e")],
        {"kind": "move", "verdict": "same", "records": (B, rid("e")), "others": (A, C)},
    ),
    (["move", B, "--to", A], {"kind": "move", "records": (B, A), "others": (C,)}),
    (["move", D, "--to", A], {"kind": "move", "records": (D, A), "others": ()}),
    (
        ["pin", A, "--attribute", "email", "--value", "a@b.org"],
        {"kind": "pin", "verdict": "pinned", "attribute": "email", "value": "a@b.org"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "wanted"), ADDED, ids=[" ".join(c[0][:1]) for c in ADDED])
def test_each_decision_is_kept_with_who_why_and_the_evidence(
    store: TableStore, words: list[str], wanted: dict[str, Any]
) -> None:
    row = add(store, *words)
    assert {name: getattr(row, name) for name in wanted} == wanted
    assert (row.reason, row.decided_by, row.model_version) == (
        "phoned", getpass.getuser(), "model-1",
    )  # fmt: skip


def test_who_decides_and_the_id_may_be_named_and_the_line_typed_again(store: TableStore) -> None:
    line = ["add", "same", A, B, "--reason", "phoned", "--by", "rule: twins", "--id", number_id(7)]
    first, again = scv(store, *line), scv(store, *line)
    assert (first.stdout, first.exit_code) == (
        f"{number_id(7)} is on record; next: scv run\n", 0,
    )  # fmt: skip
    assert (again.stdout, again.exit_code) == (f"{number_id(7)} was on record before\n", 0)
    (row,) = read_judgements(store)
    assert row.decided_by == "rule: twins"
    other = scv(store, "add", "same", A, C, "--reason", "phoned", "--id", number_id(7))
    assert (other.exit_code, "two different decisions" in other.stderr) == (4, True)


WRONG: list[tuple[list[str], str]] = [
    (["add", "same", A, "--reason", "x"], "records: 1 record_ids, and 2 are needed"),
    (["add", "different", A, "--reason", "x"], "others: a pair has one record on the other side"),
    (["add", "same", A, A, "--reason", "x"], "records: names a record twice"),
    (["add", "same", A, NOBODY, "--reason", "x"], f"has no record {NOBODY}; look record_ids up"),
    (["add", "move", NOBODY, "--to", A, "--reason", "x"], f"has no record {NOBODY}"),
    (["add", "same", A, B, "--reason", " "], "reason: is empty"),
    (["add", "same", A, B, "--reason", "x", "--id", "7"], "judgement_id: is no UUID"),
    (
        ["add", "pin", A, "--attribute", "mood", "--value", "x", "--reason", "x"],
        "attribute: is none of name, birth_date",
    ),
    (["retract", number_id(9), "--reason", "x"], f"there is no judgement {number_id(9)}"),
    (["retract", "9", "--reason", "x"], "retracts: is no UUID"),
    (["import", "none.csv"], "none.csv"),
    (["export", "out.txt"], "out.txt is neither .csv nor .parquet"),
]


@pytest.mark.parametrize(("words", "says"), WRONG, ids=[" ".join(w[0][:2]) for w in WRONG])
def test_what_can_not_be_done_is_one_sentence(
    store: TableStore, words: list[str], says: str
) -> None:
    result = scv(store, *words)
    assert (result.exit_code, result.stdout) == (4, "")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert read_judgements(store) == []


def test_a_reason_is_asked_for(store: TableStore) -> None:
    assert scv(store, "add", "same", A, B).exit_code == 2
    assert scv(store, "retract", number_id(1)).exit_code == 2


@pytest.mark.parametrize("words", [["list"], ["retract", number_id(1), "--reason", "x"],
    ["export", "x.csv"], ["import", "x.csv"], ["add", "same", A, B, "--reason", "x"]],
    ids=lambda words: words[0],
)  # fmt: skip
def test_a_warehouse_that_is_none_is_said_and_not_made(tmp_path: Path, words: list[str]) -> None:
    result = scv(TableStore(tmp_path / "typo"), *words)
    assert (result.exit_code, "type 'scv run' first" in result.stderr) == (4, True)
    assert not (tmp_path / "typo").exists()


@pytest.fixture
def ledger(store: TableStore) -> TableStore:
    """Three live decisions that can't all hold, one that is retracted, and a pin."""
    append_judgements(
        store,
        [
            judged(1, "same", A, B),
            judged(2, "same", B, C),
            judged(3, "different", A, C),
            judged(4, "different", A, D),
            retraction(5, 4),
            judged(6, "pinned", D, attribute="email", value="a@b.org"),
        ],
    )
    return store


def listed(store: TableStore, *words: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(scv(store, "list", "--json", *words).stdout)
    return document


def ids(document: dict[str, Any]) -> list[str]:
    return [row["judgement_id"] for row in document["judgements"]]


def test_the_list_shows_all_with_their_state(ledger: TableStore) -> None:
    document = listed(ledger)
    assert ids(document) == [number_id(number) for number in range(1, 7)]
    assert [row["state"] for row in document["judgements"]] == [
        "live", "live", "live", "retracted", "live", "live",
    ]  # fmt: skip
    assert ids(listed(ledger, "--live")) == [number_id(number) for number in (1, 2, 3, 6)]
    assert ids(listed(ledger, "--record", D)) == [number_id(number) for number in (4, 6)]
    assert ids(listed(ledger, "--record", D, "--live")) == [number_id(6)]


def test_the_list_tells_of_contradictions_with_their_chain(ledger: TableStore) -> None:
    wanted = {
        "different": [A, C],
        "different_by": [number_id(3)],
        "chain": [A, B, C],
        "chain_by": [[number_id(1)], [number_id(2)]],
    }
    assert listed(ledger)["contradictions"] == [wanted]
    assert listed(ledger, "--record", B)["contradictions"] == [wanted]
    assert listed(ledger, "--record", D)["contradictions"] == []
    scv(ledger, "retract", number_id(2), "--reason", "was wrong")
    assert listed(ledger)["contradictions"] == []


def test_a_person_reads_the_same(ledger: TableStore) -> None:
    shown = scv(ledger, "list").stdout
    assert f"{A} = {B} = {C}" in shown
    assert f"{number_id(1)} {number_id(2)}" in shown
    (pin,) = [line for line in shown.splitlines() if line.startswith(number_id(6))]
    assert all(word in pin for word in ("live", "pinned", D, "email = a@b.org", "seen on paper"))
    (taken_back,) = [line for line in shown.splitlines() if line.startswith(number_id(5))]
    assert number_id(4) in taken_back
    assert "scv judgements retract" in shown


def test_a_ledger_without_contradictions_has_no_such_table(store: TableStore) -> None:
    assert scv(store, "list").stdout == "No decisions.\n"
    append_judgements(store, [judged(1, "same", A, B)])
    assert "Contradictions" not in scv(store, "list").stdout


def test_who_adds_a_contradiction_is_told_at_once(store: TableStore) -> None:
    append_judgements(store, [judged(1, "same", A, B), judged(2, "same", B, C)])
    result = scv(store, "add", "different", A, C, "--reason", "phoned")
    assert result.exit_code == 0
    assert f"{A} = {B} = {C}" in result.stdout
    # The next decision has no part in it.
    assert "Contradictions" not in scv(store, "add", "same", A, D, "--reason", "phoned").stdout


def test_a_decision_is_retracted_and_the_retraction_too(store: TableStore) -> None:
    row = add(store, "same", A, B)
    back = scv(store, "retract", row.judgement_id, "--reason", "x", "--id", number_id(2))
    assert back.stdout == f"{row.judgement_id} is retracted by {number_id(2)}; next: scv run\n"
    assert ids(listed(store, "--live")) == []
    again = scv(store, "retract", row.judgement_id, "--reason", "x")
    assert (again.exit_code, f"already, by {number_id(2)}" in again.stderr) == (4, True)
    told = json.loads(scv(store, "retract", number_id(2), "--reason", "x", "--json").stdout)
    assert told["retracts"] == number_id(2)
    assert ids(listed(store, "--live")) == [row.judgement_id]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_export_and_import_make_the_same_ledger(
    ledger: TableStore, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / "out" / f"ledger.{ending}"
    assert scv(ledger, "export", path).stdout == f"6 decisions, to {path}\n"
    other = publish_small(tmp_path / "other", {"one": "abc"})
    result = scv(other, "import", path)
    assert "6 decisions added, 0 were on record before" in result.stdout
    assert f"{A} = {B} = {C}" in result.stdout
    assert read_judgements(other) == read_judgements(ledger)
    again = json.loads(scv(other, "import", path, "--json").stdout)
    assert (again["added"], again["repeated"], len(again["contradictions"])) == (0, 6, 1)


def test_a_file_with_one_wrong_row_is_not_taken(ledger: TableStore, tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    scv(ledger, "export", path)
    with path.open(newline="") as stream:
        rows = list(csv.reader(stream))
    rows[3][3] = f"{A} {NOBODY}"
    rows[3][4] = ""
    rows[3][1:3] = ["pair", "same"]
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)
    other = publish_small(tmp_path / "other", {"one": "abc"})
    result = scv(other, "import", path)
    assert (result.exit_code, f"{path}: row 4, column records: " in result.stderr) == (4, True)
    assert read_judgements(other) == []
    assert scv(other, "import", path, "--allow-unknown").exit_code == 0
    assert len(read_judgements(other)) == 6
