"""How much a run computes: everything, or what its input touches.

Both give the same tables: what a record is depends on its rows alone, a cluster on the nodes of its
component, a golden row on the records of its customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.manifest import MIGRATED
from resolution.schema import NODES

if TYPE_CHECKING:
    from pipelines.plan import Plan

LARGEST_CHANGE = 0.2
"""Of all delivered bytes. What is touched is scattered, so from about here on nearly every customer
of a busy shop is looked at again, and to compute everything is quicker than to tell them apart.
"""


@dataclass(frozen=True)
class Scope:
    """Whether records and events, and whether customers, are computed anew as a whole; and why."""

    records: bool
    customers: bool
    why: str


def scope_of(plan: Plan) -> Scope:
    """By what the run starts from, what makes it run, and what arrives."""
    why = _everything(plan)
    if why:
        return Scope(records=True, customers=True, why=f"everything: {why}")
    if plan.cause.kind == "model":
        return Scope(records=False, customers=True, why="all customers: another model")
    if plan.cause.kind == "steward":
        return Scope(records=False, customers=False, why="what decisions touch")
    return Scope(records=False, customers=False, why="what new rows touch")


def _everything(plan: Plan) -> str:
    """Why everything is computed anew; empty where it is not."""
    base = plan.base
    if base is None:
        return "there is no publication to start from"
    if plan.rebuild:
        return "a rebuild was asked for"
    if base.state == MIGRATED or NODES.name not in base.tables:
        return "the last publication is of an earlier release"
    # Not by the run's cause, which names the model alone where a release brings both.
    if (base.rules_version, base.code_version) != (plan.rules_version, plan.code_version):
        return "another contract, rule or release"
    return _too_much(plan) if plan.takes_input else ""


def _too_much(plan: Plan) -> str:
    if plan.pending:
        return "delivered files are taken out or read again"
    arriving = sum(path.stat().st_size for _, path, _ in plan.waiting)
    delivered = sum(row["bytes"] or 0 for row in plan.account)
    if arriving > LARGEST_CHANGE * delivered:
        return f"what arrives is more than {LARGEST_CHANGE:.0%} of what was delivered before"
    return ""
