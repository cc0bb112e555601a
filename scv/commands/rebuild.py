"""`scv rebuild`: everything computed anew, but for the systems of record."""

from __future__ import annotations

from scv.commands.run import execute, leave, report, summary
from scv.console import console, show_json
from scv.errors import sentences
from scv.options import AsJson, ConfigFile, Landing, ModelFile, Warehouse
from scv.progress import LogFormat, progress


@sentences
def rebuild(
    warehouse: Warehouse = None,
    landing: Landing = None,
    config: ConfigFile = None,
    model: ModelFile = None,
    json: AsJson = False,
) -> None:
    """Compute all records, edges, clusters and golden rows anew, from bronze."""
    from pipelines.config import load_config
    from pipelines.delta import TableStore
    from pipelines.errors import PublicationError
    from pipelines.manifest import live, read_manifest

    settings = load_config(config, warehouse=warehouse, landing=landing, model=model)
    before = live(read_manifest(TableStore(settings.warehouse)))
    if before is None:
        raise PublicationError("nothing is live, so there is nothing to rebuild: type 'scv run'")
    everything = (None, None)
    outcome = execute(settings, everything, progress(LogFormat.PLAIN, quiet=json), rebuild=True)
    if json:
        show_json(summary(outcome))
    else:
        report(outcome)
        if outcome.publication is not None:
            after = outcome.publication.publication
            console.print(f"Whether anything differs: scv diff {before.publication} {after}")
    leave(outcome)
