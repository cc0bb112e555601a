"""The live state of the ledger: a pure function of the set of its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from resolution.errors import JudgementError
from resolution.judgements.judgement import RETRACTED, Judgement


def live(ledger: Iterable[Judgement]) -> list[Judgement]:
    """The decisions that stand, oldest first; two of one instant by their ids.

    A retraction takes back one decision; taken back itself, that decision stands again. One of a
    decision that is not in the ledger does nothing. Raises `JudgementError` as `distinct` does,
    and for retractions that take each other back in a circle.
    """
    rows = distinct(ledger)
    fallen = retracted(rows)
    return [row for row in rows if row.verdict != RETRACTED and row.judgement_id not in fallen]


def distinct(ledger: Iterable[Judgement]) -> list[Judgement]:
    """Every row once, oldest first.

    Raises `JudgementError` where an id stands for two different decisions.
    """
    by_id: dict[str, Judgement] = {}
    for row in ledger:
        if by_id.setdefault(row.judgement_id, row) != row:
            raise JudgementError(
                f"{row.judgement_id} stands for two different decisions, and a decision is never"
                " changed; retract the first, and decide anew under another id",
                column="judgement_id",
                judgement_id=row.judgement_id,
            )
    return sorted(by_id.values(), key=lambda row: row.moment)


def retracted(rows: Iterable[Judgement]) -> set[str]:
    """Ids of decisions, and of retractions, that a standing retraction takes back.

    `rows` have distinct ids. A retraction is judged once all that would take it back are, so the
    times of decisions (clocks differ) don't matter. Raises `JudgementError` for a circle.
    """
    retractions = {row.judgement_id: row.retracts for row in rows if row.retracts is not None}
    waiting: dict[str, int] = defaultdict(int)
    for target in retractions.values():
        waiting[target] += 1
    ready = [one for one in retractions if not waiting[one]]
    fallen: set[str] = set()
    judged = 0
    while ready:
        one = ready.pop()
        judged += 1
        target = retractions[one]
        if one not in fallen:
            fallen.add(target)
        waiting[target] -= 1
        if not waiting[target] and target in retractions:
            ready.append(target)
    if judged < len(retractions):
        circle = sorted(one for one in retractions if waiting[one])
        raise JudgementError(
            f"the retractions {', '.join(circle)} take each other back in a circle; drop one",
            column="retracts",
            judgement_id=circle[0],
        )
    return fallen
