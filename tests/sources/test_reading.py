"""Rows of delivered files: text as it came, and why a row is set aside."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sources.problems import REMEDIES
from sources.reading import BATCH_DAY, FILE, LINE, LINES, ROW_HASH, UNMAPPED, read_batches
from tests.sources.landing import CLUB, deliver, inspect, only_file

NOW = datetime(2026, 2, 1, tzinfo=UTC)
Rows = tuple[list[dict[str, Any]], list[dict[str, Any]]]
"""Good rows and bad rows, each in the order of file and line."""

CSV_FILES = {
    "club/dt=2026-01-05/members.csv": (
        "member,name,email,changed,Free note\n"
        "1, Ann ,ann@post.org,2026-01-05T10:00:00Z,x\n"
        '2,"Bob, Jr",bob@post.org,2026-01-05T10:00:00Z,"two\nlines"\n'
        '3,"Cy\n'
        " ,Dee,dee@post.org,2026-01-05T10:00:00Z,x\n"
        "5,Eve,eve@post.org,noon,x\n"
        "6,Fay,fay@post.org,,x\n"
        '7,"a,b",c,2026-01-05T10:00:00Z,x\n'
        '7,a,"b,c",2026-01-05T10:00:00Z,x\n'
    ),
    "club/dt=2026-01-06/members.csv": (
        "changed,shoe size,member,name\n2026-01-06T10:00:00Z,44,1,Ann\n2026-01-06T10:00:00Z,,8,\n"
    ),
    "club/dt=2026-01-07/members.csv": (
        "member,name,email,changed,Free note\n1, Ann ,ann@post.org,2026-01-05T10:00:00Z,x\n"
    ),
}

POSTS: dict[str, Any] = {
    "feed": "forum",
    "about": "Posts.",
    "owner": "forum-team",
    "phone_regions": ["GB"],
    "files": [
        {
            "table": "forum_posts",
            "location": "forum/dt={day}/posts.jsonl.gz",
            "format": "jsonl",
            "key": "post",
            "columns": {
                "post": {"required": True},
                "author": {"path": "by.name", "required": True},
                "link": {"path": "by.contact.mail"},
                "likes": {"type": "integer"},
                "tags": {},
            },
        }
    ],
}
JSON_LINES = [
    '{"post":"1","by":{"name":"陳 大 ","contact":{"mail":"a@b.org"}},"likes":12,"tags":["a","b"]}',
    '{"post":2,"by":{"name":"x"},"likes":12345678901234567890,"tags":{"a":1}}',
    '  {"by":{"name":"x","contact":{"fax":7},"since":{"y":1}},"post":"3","likes":true,"hue":""} ',
    '{"post":"4","by":{"name":null}}',
    '{"post":"5"}',
    '{"post":"6","by":{"name":"x"}',
    '{"post":"7","by":{"name":"x"}}{"post":"7b","by":{"name":"x"}}',
    '{"post":"8","by":{"name":"x"}},{"post":"8b","by":{"name":"x"}}',
    '{"post":"9","by":{"name":"x"}} and more',
    '[{"post":"10","by":{"name":"x"}}]',
    '"post"',
    "null",
    '{"post":"13","by":"x"}',
    '{"post":"14","by":{"name":"\\u9673 \\"q\\""}}',
    '{"post":1.10,"by":{"name":"x"},"likes":1E2,"tags":[1.10,{"b":null,"c":"d"},true]}',
    '{"post":"16","post":"16b","by":{"name":"x"}}',
    '{"post":"17","by":{"name":"x","name":"x"}}',
    '{"post":"18","by":{"name":"x"},"likes":NaN}',
    '{"post":"19","by":{"name":"x"},"tags":' + "[" * 5000 + "]" * 5000 + "}",
    '{"post":"20","by":{"name":"x\\u0000"}}',
    '{"post":"21","by":{"name":"\\ud800"}}',
]


def read(landing: Path, document: dict[str, Any]) -> Rows:
    contract = only_file(document)
    good: list[dict[str, Any]] = []
    bad: list[dict[str, Any]] = []
    for delivery in inspect(landing, document):
        for batch in read_batches(delivery, contract, NOW):
            good += batch.good.to_pylist()
            bad += batch.bad.to_pylist()
    return good, bad


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    landing = tmp_path_factory.mktemp("members")
    for name, content in CSV_FILES.items():
        deliver(landing, name, content)
    return read(landing, CLUB)


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    landing = tmp_path_factory.mktemp("posts")
    deliver(landing, "forum/dt=2026-01-05/posts.jsonl.gz", "\n".join(JSON_LINES))
    return read(landing, POSTS)


def values(row: dict[str, Any], document: dict[str, Any]) -> list[str | None]:
    return [row[name] for name in document["files"][0]["columns"]]


def place(row: dict[str, Any]) -> tuple[int, int]:
    return row[BATCH_DAY].day, row[LINE]


def test_good_rows_hold_the_text_as_it_came(members: Rows) -> None:
    at = "2026-01-05T10:00:00Z"
    assert {place(row): (row[LINES], values(row, CLUB)) for row in members[0]} == {
        (5, 2): (1, ["1", " Ann ", "ann@post.org", at, "x"]),
        (5, 3): (2, ["2", "Bob, Jr", "bob@post.org", at, "two\nlines"]),
        (5, 9): (1, ["7", "a,b", "c", at, "x"]),
        (5, 10): (1, ["7", "a", "b,c", at, "x"]),
        (6, 2): (1, ["1", "Ann", None, "2026-01-06T10:00:00Z", None]),
        (6, 3): (1, ["8", "", None, "2026-01-06T10:00:00Z", None]),
        (7, 2): (1, ["1", " Ann ", "ann@post.org", at, "x"]),
    }
    assert {row[FILE] for row in members[0]} == set(CSV_FILES)


def test_bad_rows_name_reason_column_and_remedy_and_keep_their_text(members: Rows) -> None:
    assert [(row["line"], row["reason"], row["column"], row["raw"]) for row in members[1]] == [
        (5, "unclosed_quote", None, '3,"Cy'),
        (6, "missing_value", "member", " ,Dee,dee@post.org,2026-01-05T10:00:00Z,x"),
        (7, "unreadable_value", "changed", "5,Eve,eve@post.org,noon,x"),
        (8, "missing_value", "changed", "6,Fay,fay@post.org,,x"),
    ]
    for row in members[1]:
        assert row["remedy"] == REMEDIES[row["reason"]]
        assert (row["batch_day"], row["ingested_at"]) == (date(2026, 1, 5), NOW)


def test_columns_that_the_contract_does_not_know_are_kept(members: Rows) -> None:
    kept = {place(row): dict(row[UNMAPPED]) for row in members[0] if row[UNMAPPED]}
    assert kept == {
        (6, 2): {"shoe size": "44"},
        (6, 3): {"shoe size": ""},
    }


def test_the_hash_tells_rows_apart_and_knows_them_again(members: Rows) -> None:
    hashes = {place(row): row[ROW_HASH] for row in members[0]}
    assert hashes[5, 2] == hashes[7, 2]
    assert hashes[5, 9] != hashes[5, 10]
    assert len(set(hashes.values())) == len(hashes) - 1


def test_json_paths_give_text_whatever_the_type(posts: Rows) -> None:
    assert {row[LINE]: values(row, POSTS) for row in posts[0]} == {
        1: ["1", "陳 大 ", "a@b.org", "12", '["a","b"]'],
        2: ["2", "x", None, "12345678901234567890", '{"a":1}'],
        3: ["3", "x", None, "true", None],
        14: ["14", '陳 "q"', None, None, None],
        15: ["1.10", "x", None, "1E2", '[1.10,{"b":null,"c":"d"},true]'],
    }


def test_json_lines_that_are_not_one_object_are_set_aside_whole(posts: Rows) -> None:
    broken = ("broken_json", None)
    assert {row["line"]: (row["reason"], row["column"]) for row in posts[1]} == {
        4: ("missing_value", "author"),
        5: ("missing_value", "author"),
        **dict.fromkeys((6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 18, 19), broken),
        20: ("nul_byte", None),
        21: ("bad_encoding", None),
    }
    assert all(row["raw"] == JSON_LINES[row["line"] - 1] for row in posts[1])


def test_keys_that_no_path_reaches_are_kept_under_their_own_path(posts: Rows) -> None:
    kept = {row[LINE]: dict(row[UNMAPPED]) for row in posts[0] if row[UNMAPPED]}
    assert kept == {3: {"hue": "", "by.contact.fax": "7", "by.since": '{"y":1}'}}


def test_new_keys_are_named_for_the_account(tmp_path: Path) -> None:
    deliver(tmp_path, "forum/dt=2026-01-05/posts.jsonl.gz", JSON_LINES[2])
    (delivery,) = inspect(tmp_path, POSTS)
    (batch,) = read_batches(delivery, only_file(POSTS), NOW)
    assert batch.new_columns == {"hue", "by.contact.fax", "by.since"}


def test_a_path_within_a_path_is_refused() -> None:
    document: Any = copy.deepcopy(POSTS)
    document["files"][0]["columns"]["by"] = {}
    with pytest.raises(ValueError, match="column 'by' is at the path that holds column 'author'"):
        only_file(document)


def test_required_values_that_the_type_can_not_read(tmp_path: Path) -> None:
    document: Any = copy.deepcopy(POSTS)
    document["files"][0]["columns"]["likes"]["required"] = True
    lines = [
        f'{{"post":"x","by":{{"name":"x"}},"likes":{likes}}}' for likes in ("1", '"n"', "null")
    ]
    deliver(tmp_path, "forum/dt=2026-01-05/posts.jsonl.gz", "\n".join(lines))
    good, bad = read(tmp_path, document)
    assert [row[LINE] for row in good] == [1]
    assert [(row["line"], row["reason"], row["column"]) for row in bad] == [
        (2, "unreadable_value", "likes"),
        (3, "missing_value", "likes"),
    ]
