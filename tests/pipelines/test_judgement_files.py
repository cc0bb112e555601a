"""Ledgers as files: what is written is read back to the letter, and errors say where."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.delta import TableStore
from pipelines.judgement_files import import_judgements, read_file, write_file
from pipelines.judgements import ARROW, Appended, append_judgements, read_judgements
from resolution.errors import JudgementError
from resolution.judgements.judgement import Judgement, as_row
from tests.pipelines.small import publish_small, rid
from tests.resolution.judgements.made import START, judged, moved, number_id, retraction

A, B, C, NOBODY = rid("a"), rid("b"), rid("c"), rid("0")
SECRET = "Zaphodine"
HEADER = "judgement_id,kind,verdict,records,reason,decided_by,decided_at"
TIME = "2026-11-23T10:00:00Z"
RIGHT = f"{number_id(1)},pair,same,{A} {B},phoned,steward,{TIME}"

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=9).filter(str.strip)
TIMES = st.datetimes(timezones=st.just(UTC))


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    return publish_small(tmp_path / "warehouse", {"one": "ab", "two": "c"})


def content(path: Path) -> list[Judgement]:
    return [row for _, row in read_file(path)]


@st.composite
def any_judgement(draw: st.DrawFn) -> Judgement:
    """Texts with commas, quotes, line ends and whatever Unicode has; most columns filled."""
    number, text = draw(st.integers(1, 10**6)), draw(TEXT)
    made = draw(
        st.sampled_from(
            [
                judged(number, "same", A, B),
                judged(number, "different", A, B, others=[C, "x"]),
                moved(number, B, A, C),
                judged(number, "pinned", A, attribute="email", value=text),
                retraction(number, number + 1),
            ]
        )
    )
    approval = draw(st.none() | TEXT)
    return Judgement(
        **as_row(made)  # type: ignore[arg-type]
        | {"records": made.records, "others": made.others, "reason": draw(TEXT)}
        | {"decided_by": "s" + draw(TEXT), "decided_at": draw(TIMES)}
        | {"model_version": draw(st.none() | TEXT), "weight": draw(st.none() | st.integers(-9, 9))}
        | ({"approved_by": "a" + approval, "approved_at": datetime.max.replace(tzinfo=UTC)}
           if approval else {})
    )  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(any_judgement(), max_size=4))
def test_a_ledger_comes_back_to_the_letter(
    tmp_path: Path, ending: str, rows: list[Judgement]
) -> None:
    path = tmp_path / f"ledger.{ending}"
    assert write_file(path, rows) == len(rows)
    assert content(path) == rows
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_an_export_fills_another_ledger_with_the_same(
    store: TableStore, tmp_path: Path, ending: str
) -> None:
    limit = csv.field_size_limit()
    assert limit < 1_500_000
    many = [f"r{number:024}" for number in range(60_000)]
    rows = [judged(1, "same", A, B), moved(2, B, A, C), retraction(3, 1), judged(4, "same", *many)]
    append_judgements(store, rows, allow_unknown=True)
    path = tmp_path / f"ledger.{ending}"
    write_file(path, read_judgements(store))
    other = publish_small(tmp_path / "other", {"one": "ab", "two": "c"})
    assert import_judgements(other, path, allow_unknown=True) == Appended(4, 0)
    assert read_judgements(other) == rows
    assert import_judgements(other, path, allow_unknown=True) == Appended(0, 4)
    assert csv.field_size_limit() == limit


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "in.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_file_by_hand_needs_few_columns_and_no_id(store: TableStore, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "\ufeffdecided_at,decided_by,reason,verdict,kind,records,others",
        f"{TIME},steward,phoned,same,pair,{B}  {A},",
        "",
        f'2026-11-23T10:00:00+08:00,steward,"two, on paper",different,pair,{A},{C}',
    )
    assert import_judgements(store, path) == Appended(2, 0)
    kept = read_judgements(store)
    assert [(row.verdict, row.records, row.others) for row in kept] == [
        ("different", (A,), (C,)),
        ("same", (A, B), ()),
    ]
    assert kept[0].decided_at == datetime(2026, 11, 23, 2, tzinfo=UTC)
    # Its ids are those of its content.
    assert import_judgements(store, path) == Appended(0, 2)


def test_parquet_as_pandas_writes_it_is_read(store: TableStore, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        [as_row(judged(1, "same", A, B)) | {"decided_at": pd.Timestamp(START, unit="ns")}]
    ).drop(columns=["others", "approved_at"])
    frame["decided_at"] += pd.Timedelta(nanoseconds=1)
    path = tmp_path / "in.parquet"
    frame.to_parquet(path)
    assert import_judgements(store, path) == Appended(1, 0)
    assert read_judgements(store) == [judged(1, "same", A, B, hour=0)]


WRONG: list[tuple[str, list[str], str]] = [
    ("empty", [], "row 1: no column kind; the header is judgement_id,kind"),
    ("no header", [RIGHT], "row 1: no column kind"),
    ("one is missing", [HEADER.replace("reason,", ""), RIGHT], "row 1: no column reason"),
    ("unknown column", [f"{HEADER},{SECRET}", f"{RIGHT},1"], "row 1: 1 unknown columns"),
    ("twice", [f"{HEADER},kind", f"{RIGHT},pair"], "row 1: 0 unknown columns, or one that comes"),
    ("too few", [HEADER, RIGHT, f"x,{SECRET}"], "row 3: 2 fields, and the header has 7; give"),
    ("open quote", [HEADER, RIGHT, f'"{SECRET}'], "after row 2: no CSV; quote"),
    ("verdict", [HEADER, "", RIGHT.replace("same", SECRET)], "row 3, column verdict: of a deci"),
    ("no verdict", [HEADER, RIGHT.replace("same", "")], "row 2, column verdict: is empty; fill"),
    ("no kind", [HEADER, RIGHT.replace("pair", "")], "row 2, column kind: only a retraction"),
    ("id", [HEADER, RIGHT.replace("0000", SECRET)], "row 2, column judgement_id: is no UUID"),
    ("time", [HEADER, RIGHT.replace(TIME, SECRET)], "row 2, column decided_at: is no time such as"),
    ("no zone", [HEADER, RIGHT.replace("Z", "")], "row 2, column decided_at: has no time zone"),
    ("weight", [f"{HEADER},weight", f"{RIGHT},{SECRET}"], "row 2, column weight: is no whole"),
    ("no such record", [HEADER, RIGHT.replace(B, NOBODY)], f"row 2, column records: .*{NOBODY}"),
    (
        "other content",
        [HEADER, RIGHT, RIGHT.replace("phoned", "wrote")],
        f"row 3, column judgement_id: {number_id(1)} stands for two",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "says"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_an_error_names_file_row_and_column_and_nothing_is_kept(
    store: TableStore, tmp_path: Path, lines: list[str], says: str
) -> None:
    path = write(tmp_path, *lines)
    with pytest.raises(JudgementError, match=rf"^{path}: {says}") as refused:
        import_judgements(store, path)
    assert SECRET not in str(refused.value)
    assert read_judgements(store) == []


def test_a_row_that_the_ledger_contradicts_is_named(store: TableStore, tmp_path: Path) -> None:
    append_judgements(store, [judged(1, "same", A, C)])
    more = RIGHT.replace(number_id(1), number_id(2))
    with pytest.raises(JudgementError, match=r"in\.csv: row 3, column judgement_id: "):
        import_judgements(store, write(tmp_path, HEADER, more, RIGHT))
    assert len(read_judgements(store)) == 1


def test_what_is_no_such_file_is_a_sentence(store: TableStore, tmp_path: Path) -> None:
    latin, broken, text = (tmp_path / name for name in ("l.csv", "b.parquet", "t.txt"))
    latin.write_bytes(f"{HEADER}\n{RIGHT}".replace("phoned", "é").encode("latin-1"))
    broken.write_bytes(b"PAR1")
    text.write_text("x")
    for path, says in ((latin, "not UTF-8"), (broken, "no Parquet file"), (text, r"neither \.csv")):
        with pytest.raises(JudgementError, match=says):
            import_judgements(store, path)
    with pytest.raises(JudgementError, match=r"neither \.csv"):
        write_file(tmp_path / "out.txt", [])
    with pytest.raises(FileNotFoundError):
        import_judgements(store, tmp_path / "none.parquet")


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("decided_at", START.replace(tzinfo=None), "row 1, column decided_at: has no time zone"),
        ("reason", 7, "row 1, column reason: is no text"),
        ("records", [1, 2], "row 1, column records: is no list of record_ids"),
    ],
)  # fmt: skip
def test_parquet_of_other_types_is_refused(
    store: TableStore, tmp_path: Path, column: str, value: object, says: str
) -> None:
    row = {name: each for name, each in as_row(judged(1, "same", A, B)).items() if each}
    pq.write_table(pa.Table.from_pylist([row | {column: value}]), tmp_path / "in.parquet")
    with pytest.raises(JudgementError, match=says):
        import_judgements(store, tmp_path / "in.parquet")


def test_a_file_that_can_not_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    write_file(path, [judged(1, "same", A, B)])
    broken = judged(2, "same", A, B)
    object.__setattr__(broken, "reason", "\udcff")
    with pytest.raises(UnicodeEncodeError):
        write_file(path, [broken])
    assert content(path) == [judged(1, "same", A, B)]
    assert [one.name for one in tmp_path.iterdir()] == ["ledger.csv"]


def test_the_columns_of_a_file_are_those_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    write_file(path, [judged(1, "same", A, B)])
    assert path.read_text("utf-8").splitlines()[0] == ",".join(ARROW.names)
