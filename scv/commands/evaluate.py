"""`scv evaluate`: how well the published customers agree with a truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scv.console import console, show_json
from scv.errors import sentences
from scv.options import AsJson, ConfigFile, PublicationId, Warehouse

ASSIGNMENTS = """
select x.source, x.source_key, x.customer_id as cluster_id, r.name_script as script
from golden.crosswalk x join silver.records r using (record_id)
"""


@sentences
def evaluate(
    truth: Annotated[Path, typer.Option("--truth", help="CSV: source,key,person_id,...")],
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    publication: PublicationId = None,
    json: AsJson = False,
) -> None:
    """Pair and B-cubed precision, recall and F1, by source pair, evidence and script."""
    from pipelines.config import load_config
    from pipelines.snapshot import Snapshot
    from resolution.evaluation import evaluate as score
    from resolution.truth import read_truth
    from scv.evaluation_view import evaluation_tables

    expected = read_truth(truth)
    snapshot = Snapshot(load_config(config, warehouse=warehouse).warehouse, publication)
    with snapshot.duckdb() as connection:
        assignments = connection.sql(ASSIGNMENTS).to_arrow_table()
    result = score(assignments, expected)
    if json:
        show_json(result.to_dict())
        return
    for table in evaluation_tables(result):
        console.print(table)
