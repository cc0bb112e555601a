"""Which pairs of records the live decisions hold together, and which they hold apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

from resolution.judgements.judgement import DIFFERENT, MOVE, SAME, UNSURE, Judgement

ALL_PAIRS_UP_TO = 50
"""Records of a 'same' that becomes all its pairs (1,225 at most). Beyond, it becomes k-1 pairs with
the same reach: 1,000 records would be half a million pairs."""

Pair = tuple[str, str]


def pair_key(left: str, right: str) -> Pair:
    """The one key of a pair: the smaller record_id first; `ValueError` for a pair with itself."""
    if left == right:
        raise ValueError("a record is no pair with itself")
    return (left, right) if left < right else (right, left)


@dataclass(frozen=True)
class Constraint:
    """A pair of record_ids, the smaller first, and the decisions behind it, sorted."""

    left_id: str
    right_id: str
    judgement_ids: tuple[str, ...]

    @property
    def pair(self) -> Pair:
        return self.left_id, self.right_id


@dataclass(frozen=True)
class Constraints:
    """What clustering has to keep; both sorted by pair, no pair in both.

    A record that is gone still counts: from a = x and x = b follows a = b, because the decisions
    are about persons and a record is only how a steward named one.
    """

    must_link: tuple[Constraint, ...] = ()
    cannot_link: tuple[Constraint, ...] = ()


@dataclass
class _Word:
    """The latest verdict on a pair, and the decisions that say so since it last changed."""

    verdict: str
    judgement_ids: set[str]


def constraints(judgements: Iterable[Judgement]) -> Constraints:
    """The must-links and cannot-links of live decisions; a function of their set.

    The latest decision on exactly one pair replaces the earlier ones on that pair: a later 'same'
    a 'different', and an 'unsure' both. A decision on k records is one on each of its pairs. A
    'same' of more than `ALL_PAIRS_UP_TO` records is that, too, but only pairs that other decisions
    name are written out, and the rest is k-1 pairs that reach as far (see `_spanning`).
    """
    rows = sorted(judgements, key=lambda row: row.moment)
    large = [row for row in rows if _is_large(row)]
    words = _last_words(rows, _named_within(rows, large))
    links: dict[str, dict[Pair, set[str]]] = {SAME: {}, DIFFERENT: {}}
    for pair, word in words.items():
        if word.verdict != UNSURE:
            links[word.verdict][pair] = word.judgement_ids
    for row in large:
        for pair in _spanning(row.records, words):
            # Of a pair that is named the last word has said who is behind it.
            if pair not in words:
                links[SAME].setdefault(pair, set()).add(row.judgement_id)
    return Constraints(must_link=_sorted(links[SAME]), cannot_link=_sorted(links[DIFFERENT]))


def _is_large(row: Judgement) -> bool:
    return row.verdict == SAME and len(row.records) > ALL_PAIRS_UP_TO


def _statements(row: Judgement) -> Iterator[tuple[Pair, str]]:
    """The verdict on every pair that a decision is about; none of a pin, none of a large 'same'."""
    if row.verdict not in (SAME, DIFFERENT, UNSURE) or _is_large(row):
        return
    if row.kind == MOVE:
        moved, target = row.records
        yield pair_key(moved, target), SAME
        for other in row.others:
            yield pair_key(moved, other), DIFFERENT
        return
    pairs = product(row.records, row.others) if row.others else combinations(row.records, 2)
    for left, right in pairs:
        yield pair_key(left, right), row.verdict


def _named_within(rows: list[Judgement], large: list[Judgement]) -> dict[str, list[Pair]]:
    """For each large 'same', its pairs on which other decisions say something, too."""
    if not large:
        return {}
    named = {pair for row in rows for pair, _ in _statements(row)}
    within = {}
    for row in large:
        members = set(row.records)
        within[row.judgement_id] = [pair for pair in named if members.issuperset(pair)]
    return within


def _last_words(rows: list[Judgement], within: dict[str, list[Pair]]) -> dict[Pair, _Word]:
    """What the last decision says of every pair that is named; `rows` are oldest first."""
    words: dict[Pair, _Word] = {}
    for row in rows:
        # The pairs of a large 'same' that others name, or all pairs of any other decision.
        stated = [(pair, SAME) for pair in within.get(row.judgement_id, [])]
        for pair, verdict in [*stated, *_statements(row)]:
            word = words.get(pair)
            if word is None or word.verdict != verdict:
                words[pair] = word = _Word(verdict, set())
            word.judgement_ids.add(row.judgement_id)
    return words


def _spanning(records: tuple[str, ...], words: dict[Pair, _Word]) -> Iterator[Pair]:
    """Pairs that connect what all pairs of these records would, without those decided otherwise.

    A star around the smallest record, and where pairs are missing from it, further stars. A plain
    chain would break in two where one record in its middle is later taken out.
    """
    apart: dict[str, set[str]] = defaultdict(set)
    members = set(records)
    for pair, word in words.items():
        if word.verdict != SAME and members.issuperset(pair):
            apart[pair[0]].add(pair[1])
            apart[pair[1]].add(pair[0])
    waiting = sorted(records)
    while waiting:
        reached = [waiting.pop(0)]
        for centre in reached:
            found = [one for one in waiting if one not in apart[centre]]
            waiting = [one for one in waiting if one in apart[centre]]
            reached += found
            yield from (pair_key(centre, one) for one in found)


def _sorted(links: dict[Pair, set[str]]) -> tuple[Constraint, ...]:
    return tuple(Constraint(*pair, tuple(sorted(links[pair]))) for pair in sorted(links))
