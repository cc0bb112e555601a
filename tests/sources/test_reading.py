"""Rows on Spark: delivered text as it came, and why a row is set aside."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from sources.reading import (
    BATCH_DAY,
    FILE,
    LINE,
    LINES,
    PROBLEM,
    PROBLEM_COLUMN,
    RAW,
    ROW_HASH,
    UNMAPPED,
)
from sources.reading import read_rows as read
from tests.sources.landing import CLUB, deliver, inspect, only_file

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
    '  {"by":{"name":"x"},"post":"3","likes":true,"colour":"red"}  ',
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
]


@pytest.fixture(scope="module")
def members(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    landing = tmp_path_factory.mktemp("members")
    for name, content in CSV_FILES.items():
        deliver(landing, name, content)
    frame = read(spark, inspect(landing, CLUB), only_file(CLUB))
    return sorted(frame.collect(), key=lambda row: (row[FILE], row[LINE]))


@pytest.fixture(scope="module")
def posts(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    landing = tmp_path_factory.mktemp("posts")
    deliver(landing, "forum/dt=2026-01-05/posts.jsonl.gz", "\n".join(JSON_LINES))
    frame = read(spark, inspect(landing, POSTS), only_file(POSTS))
    return sorted(frame.collect(), key=lambda row: row[LINE])


def values(row: Row, document: dict[str, Any]) -> list[str | None]:
    return [row[name] for name in document["files"][0]["columns"]]


def test_good_rows_hold_the_text_as_it_came(members: list[Row]) -> None:
    good = {
        (row[BATCH_DAY].day, row[LINE]): (row[LINES], values(row, CLUB))
        for row in members
        if row[PROBLEM] is None
    }
    at = "2026-01-05T10:00:00Z"
    assert good == {
        (5, 2): (1, ["1", " Ann ", "ann@post.org", at, "x"]),
        (5, 3): (2, ["2", "Bob, Jr", "bob@post.org", at, "two\nlines"]),
        (5, 9): (1, ["7", "a,b", "c", at, "x"]),
        (5, 10): (1, ["7", "a", "b,c", at, "x"]),
        (6, 2): (1, ["1", "Ann", None, "2026-01-06T10:00:00Z", None]),
        (6, 3): (1, ["8", "", None, "2026-01-06T10:00:00Z", None]),
        (7, 2): (1, ["1", " Ann ", "ann@post.org", at, "x"]),
    }


def test_bad_rows_name_reason_and_column_and_keep_their_text(members: list[Row]) -> None:
    bad = [
        (row[LINE], row[PROBLEM], row[PROBLEM_COLUMN], row[RAW])
        for row in members
        if row[PROBLEM] is not None
    ]
    assert bad == [
        (5, "unclosed_quote", None, '3,"Cy'),
        (6, "missing_value", "member", " ,Dee,dee@post.org,2026-01-05T10:00:00Z,x"),
        (7, "unreadable_value", "changed", "5,Eve,eve@post.org,noon,x"),
        (8, "missing_value", "changed", "6,Fay,fay@post.org,,x"),
    ]
    assert all(row[RAW] is None for row in members if row[PROBLEM] is None)


def test_columns_that_the_contract_does_not_know_are_kept(members: list[Row]) -> None:
    kept = {(row[BATCH_DAY].day, row[LINE]): row[UNMAPPED] for row in members if row[UNMAPPED]}
    assert kept == {
        (6, 2): {"shoe size": "44"},
        (6, 3): {"shoe size": ""},
    }


def test_the_hash_tells_rows_apart_and_knows_them_again(members: list[Row]) -> None:
    hashes = {(row[BATCH_DAY].day, row[LINE]): row[ROW_HASH] for row in members if not row[PROBLEM]}
    assert hashes[5, 2] == hashes[7, 2]
    assert hashes[5, 9] != hashes[5, 10]
    assert len(set(hashes.values())) == len(hashes) - 1


def test_json_paths_give_text_whatever_the_type(posts: list[Row]) -> None:
    good = {row[LINE]: values(row, POSTS) for row in posts if row[PROBLEM] is None}
    assert good == {
        1: ["1", "陳 大 ", "a@b.org", "12", '["a","b"]'],
        2: ["2", "x", None, "12345678901234567890", '{"a":1}'],
        3: ["3", "x", None, "true", None],
        14: ["14", '陳 "q"', None, None, None],
    }


def test_json_lines_that_are_not_one_object_are_set_aside_whole(posts: list[Row]) -> None:
    bad = {row[LINE]: (row[PROBLEM], row[PROBLEM_COLUMN]) for row in posts if row[PROBLEM]}
    broken = ("broken_json", None)
    assert bad == {
        4: ("missing_value", "author"),
        5: ("missing_value", "author"),
        **dict.fromkeys((6, 7, 8, 9, 10, 11, 12, 13), broken),
    }
    assert all(row[RAW] == JSON_LINES[row[LINE] - 1] for row in posts if row[PROBLEM])


def test_a_surplus_key_keeps_the_whole_line(posts: list[Row]) -> None:
    kept = {row[LINE]: row[UNMAPPED] for row in posts if row[UNMAPPED] and not row[PROBLEM]}
    assert kept == {3: {"_json": JSON_LINES[2]}}


def test_required_values_that_the_type_can_not_read(spark: SparkSession, tmp_path: Path) -> None:
    document: Any = copy.deepcopy(POSTS)
    document["files"][0]["columns"]["likes"]["required"] = True
    lines = [
        f'{{"post":"x","by":{{"name":"x"}},"likes":{likes}}}' for likes in ("1", '"n"', "null")
    ]
    deliver(tmp_path, "forum/dt=2026-01-05/posts.jsonl.gz", "\n".join(lines))
    rows = read(spark, inspect(tmp_path, document), only_file(document)).collect()
    found = {row[LINE]: (row[PROBLEM], row[PROBLEM_COLUMN]) for row in rows}
    assert found == {
        1: (None, None),
        2: ("unreadable_value", "likes"),
        3: ("missing_value", "likes"),
    }
