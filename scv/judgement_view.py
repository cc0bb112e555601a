"""How decisions that can't all hold are told, to people and to scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from scv.console import console, show_table

if TYPE_CHECKING:
    from resolution.judgements.contradictions import Contradiction
    from resolution.judgements.judgement import Judgement


def contradictions_of(ledger: Iterable[Judgement]) -> list[Contradiction]:
    """Those among the live decisions of a ledger."""
    from resolution.judgements.constraints import constraints
    from resolution.judgements.contradictions import contradictions
    from resolution.judgements.ledger import live

    return contradictions(constraints(live(ledger)))


def told(one: Contradiction) -> dict[str, object]:
    """For a script: the pair that is held apart, the chain that holds it together, and the
    decisions behind both.
    """
    return {
        "different": [one.cannot_link.left_id, one.cannot_link.right_id],
        "different_by": list(one.cannot_link.judgement_ids),
        "chain": list(one.path),
        "chain_by": [list(link.judgement_ids) for link in one.must_links],
    }


def show_contradictions(found: list[Contradiction]) -> None:
    """One line each, and what to do about them; nothing where there are none."""
    if not found:
        return
    show_table(
        "Contradictions",
        ["held apart", "by", "and held together along", "by"],
        [
            (
                f"{one.cannot_link.left_id} {one.cannot_link.right_id}",
                " ".join(one.cannot_link.judgement_ids),
                " = ".join(one.path),
                " ".join(sorted({id_ for link in one.must_links for id_ in link.judgement_ids})),
            )
            for one in found
        ],
    )
    console.print("Retract one of these decisions: scv judgements retract ID --reason WHY")
