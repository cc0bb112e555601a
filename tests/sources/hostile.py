"""Hostile deliveries and what becomes of them: the table behind docs/hostile-deliveries.md.

A till's receipts as CSV, packed CSV, and lines of JSON; every case is one file.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field, replace
from typing import Any

COLUMNS: dict[str, Any] = {
    "receipt": {"required": True},
    "at": {"type": "timestamp", "required": True},
    "amount": {"type": "decimal", "required": True},
    "day": {"type": "date", "required": True},
    "name": {"path": "by.name"},
}


def till(location: str, format_: str = "csv") -> dict[str, Any]:
    """The contract of a till, as a document."""
    return {
        "feed": "till",
        "about": "Receipts.",
        "owner": "till-team",
        "phone_regions": ["GB"],
        "files": [
            {
                "table": "till_receipts",
                "location": location,
                "format": format_,
                "key": "receipt",
                "event_time": "at",
                "columns": dict(COLUMNS),
            }
        ],
    }


CSV, PACKED, JSON = "receipts.csv", "receipts.csv.gz", "receipts.jsonl"
DOCUMENTS = {
    CSV: till("till/dt={day}/receipts.csv"),
    PACKED: till("till/dt={day}/receipts.csv.gz"),
    JSON: till("till/dt={day}/receipts.jsonl", "jsonl"),
}

AT = "2026-01-05T10:00:00Z"
HEADER = "receipt,at,amount,day,name\n"


def row(
    receipt: object, name: str = "Ann", at: str = AT, amount: str = "9.50", day: str = "2024-02-29"
) -> str:
    """One line of CSV; values are as they stand."""
    return f"{receipt},{at},{amount},{day},{name}\n"


def line(receipt: object = 1, **changes: object) -> str:
    """One line of JSON."""
    values = {
        "receipt": receipt,
        "at": AT,
        "amount": 9.5,
        "day": "2024-02-29",
        "by": {"name": "Ann"},
    }
    return json.dumps(values | changes, ensure_ascii=False) + "\n"


ROWS = "".join(row(number) for number in range(1, 4))
PACKED_ROWS = gzip.compress((HEADER + "".join(row(n) for n in range(5_000))).encode())


@dataclass(frozen=True)
class Case:
    """A delivered file. `lines` are those delivered; `good` the values of one column of the rows
    that are taken, `bad` line, reason and column of those that are not; `problem` the reason and
    column where the file is set aside whole.
    """

    name: str
    content: str | bytes
    lines: int
    good: list[str | None] = field(default_factory=list)
    bad: list[tuple[int, str, str | None]] = field(default_factory=list)
    problem: tuple[str, str | None] | None = None
    new: frozenset[str] = frozenset()
    column: str = "receipt"
    file: str = CSV
    day: str = "2026-01-05"

    @property
    def reasons(self) -> set[str]:
        return {reason for _, reason, _ in self.bad} | (
            {self.problem[0]} if self.problem else set()
        )


def whole(name: str, content: str | bytes, lines: int, problem: str, **more: Any) -> Case:
    """A file that is set aside whole."""
    column = more.pop("at_column", None)
    return Case(name, content, lines, problem=(problem, column), **more)


ENCODING = [
    Case("byte-order mark", "\ufeff" + HEADER + ROWS, 3, ["1", "2", "3"]),
    Case("byte-order mark before JSON", "\ufeff" + line(1) + line(2), 2, ["1", "2"], file=JSON),
    Case("CRLF", (HEADER + ROWS).replace("\n", "\r\n"), 3, ["Ann"] * 3, column="name"),
    whole("CR alone", (HEADER + ROWS).replace("\n", "\r"), 3, "lone_carriage_return"),
    whole("UTF-16", (HEADER + ROWS).encode("utf-16"), 3, "bad_encoding"),
    whole("UTF-16 without a mark", (HEADER + ROWS).encode("utf-16-be"), 3, "bad_encoding"),
    whole("UTF-16 of JSON", line().encode("utf-16"), 1, "bad_encoding", file=JSON),
    whole(
        "Latin-1 header", HEADER.replace("day", "d\xe9j\xe0").encode("latin-1"), 0, "bad_encoding"
    ),
    Case(
        "Latin-1 value",
        (HEADER + row(1, "Ren\xe9") + row(2)).encode("latin-1"),
        2,
        ["2"],
        [(2, "bad_encoding", None)],
    ),
    Case(
        "half a character in JSON",
        line(1).replace("Ann", "\\ud800"),
        1,
        [],
        [(1, "bad_encoding", None)],
        file=JSON,
    ),
    Case("NUL byte", HEADER + row(1, "A\0nn") + row(2), 2, ["2"], [(2, "nul_byte", None)]),
    Case(
        "NUL in JSON", line(1).replace("Ann", "\\u0000"), 1, [], [(1, "nul_byte", None)], file=JSON
    ),
    Case(
        "right-to-left text",
        HEADER + row(1, "\u202eעמית") + row(2, "نور"),
        2,
        ["\u202eעמית", "نور"],
        column="name",
    ),
    Case("zero-width characters", HEADER + row("1\u200b", "A\u200bn\u200dn"), 1, ["1\u200b"]),
    Case(
        "line ends of Unicode",
        HEADER + row(1, "A\u2028n\u0085n"),
        1,
        ["A\u2028n\u0085n"],
        column="name",
    ),
]

QUOTES = [
    Case(
        "quoted newlines",
        HEADER + row(1, '"Ann\n\nLee"') + row(2),
        3,
        ["Ann\n\nLee", "Ann"],
        column="name",
    ),
    Case(
        "runaway quotation mark",
        HEADER + row(0, '"Ann') + "".join(row(n) for n in range(1, 1001)) + row(1001, 'Lee"'),
        1002,
        [str(n) for n in range(1, 1001)],
        [(2, "unclosed_quote", None), (1003, "unclosed_quote", None)],
    ),
    Case(
        "quotation mark open at the end",
        HEADER + row(1) + row(2, '"Ann'),
        2,
        ["1"],
        [(3, "unclosed_quote", None)],
    ),
    Case(
        "text after a closing mark",
        HEADER + row(1, '"Ann" Lee') + row(2),
        2,
        ["2"],
        [(2, "bad_quoting", None)],
    ),
    Case(
        "too few and too many fields",
        HEADER + "1,2\n" + row(2, "Ann,Lee") + row(3),
        3,
        ["3"],
        [(2, "wrong_field_count", None), (3, "wrong_field_count", None)],
    ),
    Case(
        "formulas",
        HEADER + row(1, "=cmd|'/C calc'!A0") + row(2, '"@SUM(1+1)"'),
        2,
        ["=cmd|'/C calc'!A0", "@SUM(1+1)"],
        column="name",
    ),
    Case(
        "SQL and paths in names",
        HEADER + row(1, "'; drop table x;--") + row(2, "../../etc/passwd"),
        2,
        ["'; drop table x;--", "../../etc/passwd"],
        column="name",
    ),
]

GZIP = [
    # All but the nine bytes of the checksum can be read.
    whole("gzip cut off at the end", PACKED_ROWS[:-9], 5_000, "truncated_gzip", file=PACKED),
    whole("gzip cut off at once", PACKED_ROWS[:5], 0, "truncated_gzip", file=PACKED),
    whole(
        "gzip with another checksum",
        PACKED_ROWS[:-8] + bytes(8),
        5_000,
        "damaged_gzip",
        file=PACKED,
    ),
    whole("bytes after the gzip", PACKED_ROWS + b"more", 5_000, "damaged_gzip", file=PACKED),
    whole("gzip that is no gzip", HEADER + ROWS, 3, "not_gzip", file=PACKED),
]

HEADERS = [
    whole("wrong header", "a,b,c,d,e\n" + ROWS, 3, "no_header"),
    whole("no header", ROWS, 2, "no_header"),
    whole("semicolons", (HEADER + ROWS).replace(",", ";"), 3, "no_header"),
    whole("blank line before the header", "\n" + HEADER + ROWS, 4, "no_header"),
    Case(
        "header in another order",
        "name,day,amount,at,receipt\n" + f"Ann,2024-02-29,1,{AT},1\n",
        1,
        ["1"],
    ),
    whole(
        "column twice",
        HEADER.strip() + ",name\n" + row(1, "Ann,Lee"),
        1,
        "repeated_column",
        at_column="name",
    ),
    Case(
        "new column",
        HEADER.strip() + ",shoe\n" + row(1, "Ann,44"),
        1,
        ["1"],
        new=frozenset({"shoe"}),
    ),
    Case(
        "invisible character in a column's name",
        HEADER.replace("name", "name\u200b") + row(1),
        1,
        [None],
        column="name",
        new=frozenset({"name\u200b"}),
    ),
    Case(
        "optional column missing",
        f"receipt,at,amount,day\n1,{AT},9.50,2024-02-29\n",
        1,
        [None],
        column="name",
    ),
    whole(
        "required column missing",
        f"receipt,at,day,name\n1,{AT},2024-02-29,Ann\n",
        1,
        "missing_column",
        at_column="amount",
    ),
    whole("empty file", "", 0, "empty_file"),
    Case("empty file of JSON", "", 0, file=JSON),
    Case("header alone", HEADER, 0),
]

VALUES = [
    Case(
        "required value missing",
        HEADER + row(" ") + row(2),
        2,
        ["2"],
        [(2, "missing_value", "receipt")],
    ),
    Case(
        "number in another shape",
        HEADER + row(1, amount='"9,50"') + row(2, amount="9.50 EUR"),
        2,
        [],
        [(2, "unreadable_value", "amount"), (3, "unreadable_value", "amount")],
    ),
    Case(
        "NaN",
        HEADER + row(1, amount="NaN") + row(2, amount="-inf"),
        2,
        [],
        [(2, "unreadable_value", "amount"), (3, "unreadable_value", "amount")],
    ),
    Case(
        "1e308",
        HEADER + row(1, amount="1e308") + row(2, amount="1e3"),
        2,
        ["1e3"],
        [(2, "unreadable_value", "amount")],
        column="amount",
    ),
    Case(
        "date in another shape",
        HEADER + row(1, day="05/01/2026") + row(2, day="2026-13-01"),
        2,
        [],
        [(2, "unreadable_value", "day"), (3, "unreadable_value", "day")],
    ),
    Case(
        "29 February",
        HEADER + row(1, day="2024-02-29") + row(2, day="2023-02-29"),
        2,
        ["1"],
        [(3, "unreadable_value", "day")],
    ),
    Case(
        "hour that is none",
        HEADER + row(1, at="2026-01-05T25:00:00Z"),
        1,
        [],
        [(2, "unreadable_value", "at")],
    ),
    Case(
        "time in the future",
        HEADER + row(1, at="9999-12-31T00:00:00Z") + row(2),
        2,
        ["2"],
        [(2, "future_value", "at")],
    ),
]

LINES_OF_JSON = [
    Case(
        "deeply nested JSON",
        line(1).replace('"Ann"', "[" * 200 + "]" * 200) + line(2),
        2,
        ["2"],
        [(1, "broken_json", None)],
    ),
    Case(
        "JSON nested without end",
        "[" * 100_000 + "\n" + line(2),
        2,
        ["2"],
        [(1, "broken_json", None)],
    ),
    Case(
        "array instead of an object",
        "[" + line(1).strip() + "]\n" + line(2),
        2,
        ["2"],
        [(1, "broken_json", None)],
    ),
    Case(
        "array where an object belongs",
        line(1, by=["Ann"]) + line(2),
        2,
        ["2"],
        [(1, "broken_json", None)],
    ),
    Case(
        "key twice",
        line(1).replace('{"receipt"', '{"receipt": 7, "receipt"') + line(2),
        2,
        ["2"],
        [(1, "broken_json", None)],
    ),
    Case(
        "NaN in JSON", line(1, amount=float("nan")) + line(2), 2, ["2"], [(1, "broken_json", None)]
    ),
    Case(
        "JSON over many lines",
        json.dumps(json.loads(line(1)), indent=1),
        9,
        [],
        [(number, "broken_json", None) for number in range(1, 10)],
    ),
    Case("new key", line(1, hue="red"), 1, ["1"], new=frozenset({"hue"})),
    Case(
        "number with all its digits",
        line(1).replace("9.5", "12345678901234.10"),
        1,
        ["12345678901234.10"],
        column="amount",
    ),
]

PLACES = [
    whole("day in the future", HEADER + ROWS, 3, "future_day", day="2026-02-04"),
    whole("day that is none", HEADER + ROWS, 3, "not_a_day", day="2026-02-30"),
    whole("day in another form", HEADER + ROWS, 3, "not_a_day", day="20260105"),
]

CASES = [
    *ENCODING,
    *QUOTES,
    *GZIP,
    *HEADERS,
    *VALUES,
    *[replace(case, file=JSON) for case in LINES_OF_JSON],
    *PLACES,
]
