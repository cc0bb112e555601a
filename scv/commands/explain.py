"""`scv explain`: why records are one customer, or why they are not."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from scv.console import console, show_json, show_table
from scv.errors import sentences
from scv.options import AsJson, ConfigFile, ModelFile, PublicationId, Warehouse

if TYPE_CHECKING:
    from resolution.explanation import CustomerExplanation
    from resolution.pair_explanation import PairExplanation

RELATIONS = {
    "records": "silver.records",
    "links": "silver.links",
    "constraints": "resolution.constraints",
    "edges": "resolution.edges",
    "clusters": "resolution.clusters",
    "identities": "resolution.identities",
    "attributes": "golden.attributes",
}
VERDICTS = {
    "deterministic": "a source itself linked them",
    "judgement": "a steward joined them",
    "same_node": "certain links or decisions hold both together, nothing had to be weighed",
    "unblocked": "no blocking rule looks at this pair: they share no contact value, no rare name"
    " (be it in a log-in name), no name with birth date or postcode",
}


@sentences
def explain(
    ids: Annotated[
        list[str], typer.Argument(help="A customer_id, or two record_ids.", metavar="ID [ID]")
    ],
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    model: ModelFile = None,
    publication: PublicationId = None,
    json: AsJson = False,
) -> None:
    """Members, edges, weights by comparison, and where each golden value came from."""
    from pipelines.config import load_config
    from pipelines.snapshot import Snapshot
    from resolution.errors import ModelError
    from resolution.explanation import explain_customer
    from resolution.model.artefact import read_model
    from resolution.pair_explanation import explain_pair

    if len(ids) > 2:
        raise typer.BadParameter("give one customer_id or two record_ids")
    settings = load_config(config, warehouse=warehouse, model=model)
    snapshot = Snapshot(settings.warehouse, publication)
    applied = read_model(settings.model)
    scored_by = snapshot.publication.model_version
    if applied.version != scored_by:
        raise ModelError(
            f"{snapshot.publication.publication} was scored by {scored_by}, and {settings.model} is"
            f" {applied.version}: its steps would not add up to the weights; give --model"
        )
    with snapshot.duckdb() as connection:
        for relation, table in RELATIONS.items():
            connection.execute(f"create view {relation} as from {table}")
        if len(ids) == 2:
            pair = explain_pair(connection, applied, ids[0], ids[1])
            show_json(asdict(pair)) if json else show_pair(pair)
        else:
            customer = explain_customer(connection, applied, ids[0])
            show_json(asdict(customer)) if json else show_customer(customer)


def show_pair(pair: PairExplanation) -> None:
    """The verdict, then the weight step by step."""
    from resolution.pair_explanation import STANDINGS
    from resolution.vetoes import SAYS

    together = "one customer" if pair.same_customer else "two customers"
    console.print(f"{pair.left_id} and {pair.right_id} are published as {together}.")
    if not pair.same_customer:
        console.print(f"Why: {STANDINGS[pair.standing]}.")
    if pair.parting:
        says = SAYS.get(pair.parting.rule, "a rule of another release")
        console.print(
            f"Vetoed by {pair.parting.rule}: {says}"
            f" ({pair.parting.left_id} and {pair.parting.right_id})."
        )
    if pair.decisions:
        console.print(f"Decisions: {', '.join(pair.decisions)}")
    if pair.kind in VERDICTS:
        console.print(f"This pair: {VERDICTS[pair.kind]}.")
        return
    verdict = "joins" if pair.joins else "is vetoed" if pair.veto else "does not join"
    console.print(f"This pair {verdict}: {_bits(pair.weight)} bits, found by '{pair.rule}'.")
    show_table(
        "",
        ["comparison", "what was found", "bits"],
        [(step.comparison, step.level, _bits(step.weight)) for step in pair.steps],
    )


def show_customer(customer: CustomerExplanation) -> None:
    """Members, edges and origins of one customer."""
    held = f", {customer.state}: {customer.reason}" if customer.reason else ""
    if len(customer.members) == 1:
        link = ""
    elif customer.weakest_link is None:
        link = ", held by certain links"
    else:
        link = f", weakest link {_bits(customer.weakest_link)} bits"
    console.print(f"{customer.customer_id}: {len(customer.members)} records{held}{link}")
    show_table("Members", ["record", "source"], customer.members)
    show_table(
        "Edges",
        ["left", "right", "kind", "bits", "holds", "found by", "because"],
        [
            (
                edge.left_id,
                edge.right_id,
                edge.kind,
                _bits(edge.weight),
                "yes" if (edge.left_id, edge.right_id) in customer.path else "",
                edge.rule,
                "; ".join(
                    f"{step.comparison}: {step.level} {_bits(step.weight)}"
                    for step in edge.steps
                    if step.weight and step.comparison != "prior"
                ),
            )
            for edge in customer.edges
        ],
    )
    _show_decisions(customer)
    show_table(
        "Golden values",
        ["attribute", "value", "source", "observed", "rule", "lost", "file", "line"],
        [
            (v.attribute, v.value, v.source, v.observed_at, v.rule, v.losers, v.file, v.line)
            for v in customer.values
        ],
    )


def _show_decisions(customer: CustomerExplanation) -> None:
    if customer.decisions:
        show_table(
            "Decisions",
            ["kind", "left", "right", "judgements"],
            [
                (d.kind, d.left_id, d.right_id, " ".join(d.judgement_ids))
                for d in customer.decisions
            ],
        )


def _bits(weight: int | None) -> str:
    return "-" if weight is None else f"{weight / 1000:+.1f}"
