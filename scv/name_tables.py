"""The tables of docs/names.md: pairs of names with a verdict, and what the comparison says."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from resolution.name_verdicts import (
    BY_LEVEL,
    DIFFERENT,
    SAME,
    VERDICTS,
    RawName,
    Said,
    verdicts,
)
from scv.marked_page import with_made_part

PAIRS = Path(__file__).parents[1] / "tests" / "cases" / "name_pairs.csv"
_FIELDS = ("given", "family", "full")


class NamePair(NamedTuple):
    """Two names as delivered, the verdict of somebody who knows names, and why."""

    phenomenon: str
    left: RawName
    right: RawName
    verdict: str
    reason: str


Judged = Sequence[tuple[NamePair, Said]]


def read_pairs(path: Path) -> list[NamePair]:
    """The pairs of a table of cases; an empty field is null."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            NamePair(
                row["phenomenon"], _side(row, "left"), _side(row, "right"),
                row["verdict"], row["reason"],
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def judged(pairs: Sequence[NamePair]) -> Judged:
    """Each pair with what the project's comparison says of it."""
    said = verdicts([(pair.left, pair.right) for pair in pairs])
    return list(zip(pairs, said, strict=True))


def with_name_tables(page: str, pairs: Sequence[NamePair]) -> str:
    """The page with its tables made anew; `ValueError` without the marks."""
    result = judged(pairs)
    parts = [
        _overall(result),
        "Pair by pair, as same / possible / different:",
        _by_phenomenon(result),
        "Level by level, what stands behind it in truth:",
        _by_level(result),
        "Two names that it takes for one:",
        _listed([each for each in result if _is(each, DIFFERENT, SAME)]),
        "One name that it takes for two:",
        _listed([each for each in result if _is(each, SAME, DIFFERENT)]),
    ]
    return with_made_part(page, "\n\n".join(parts), "names.md")


def confusion(result: Judged) -> Counter[tuple[str, str]]:
    """How many pairs have a true and a found verdict."""
    return Counter((pair.verdict, said.verdict) for pair, said in result)


def _overall(result: Judged) -> str:
    counts = confusion(result)
    lines = ["| in truth | pairs | found same | found possible | found different |"]
    lines.append("| --- | ---: | ---: | ---: | ---: |")
    for verdict in VERDICTS:
        found = [counts[verdict, each] for each in VERDICTS]
        lines.append(f"| {verdict} | {sum(found)} | {' | '.join(map(str, found))} |")
    return "\n".join(lines)


def _by_phenomenon(result: Judged) -> str:
    lines = ["| names | pairs | same: found | possible: found | different: found |"]
    lines.append("| --- | ---: | --- | --- | --- |")
    for phenomenon in dict.fromkeys(pair.phenomenon for pair, _ in result):
        own = [each for each in result if each[0].phenomenon == phenomenon]
        counts = confusion(own)
        cells = [
            " / ".join(str(counts[verdict, each]) for each in VERDICTS) for verdict in VERDICTS
        ]
        lines.append(f"| {phenomenon} | {len(own)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _by_level(result: Judged) -> str:
    counts = Counter((said.because, pair.verdict) for pair, said in result)
    lines = ["| level | says | same | possible | different |", "| --- | --- | ---: | ---: | ---: |"]
    for level in (*BY_LEVEL, *sorted({said.because for _, said in result} - set(BY_LEVEL))):
        cells = " | ".join(str(counts[level, verdict]) for verdict in VERDICTS)
        lines.append(f"| {level} | {BY_LEVEL.get(level, DIFFERENT)} | {cells} |")
    return "\n".join(lines)


def _listed(result: Judged) -> str:
    lines = ["| one | the other | what a reader sees | level |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {_shown(pair.left)} | {_shown(pair.right)} | {pair.reason} | {said.because} |"
        for pair, said in result
    ]
    return "\n".join(lines)


def _is(each: tuple[NamePair, Said], true: str, found: str) -> bool:
    return (each[0].verdict, each[1].verdict) == (true, found)


def _side(row: dict[str, str], side: str) -> RawName:
    given, family, full = (row[f"{side}_{field}"] or None for field in _FIELDS)
    return given, family, full


def _shown(name: RawName) -> str:
    return " + ".join(part for part in name if part)
