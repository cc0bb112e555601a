"""`scv dev`: Dagster's page on a working instance."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from scv.console import console
from scv.errors import sentences
from scv.options import ConfigFile, Landing, Warehouse

# "nux" is the page's invitation to a newsletter, which would stand before the graph.
# One run at a time: a second one would only wait for the lock of the warehouse.
INSTANCE = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
"""


@sentences
def dev(
    warehouse: Warehouse = None,
    landing: Landing = None,
    config: ConfigFile = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the page.")] = 3000,
) -> None:
    """Open the asset graph; without a landing folder of your own, on generated feeds."""
    from pipelines.config import load_config
    from scv.commands.demo import FEEDS, WAREHOUSE, ensure_feeds

    settings = load_config(config, warehouse=warehouse, landing=landing)
    if landing is None and not settings.landing.is_dir():
        ensure_feeds()
        settings = load_config(config, warehouse=WAREHOUSE, landing=FEEDS / "landing")
    home = Path(os.environ.get("DAGSTER_HOME") or settings.warehouse / ".dagster").absolute()
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        (home / "dagster.yaml").write_text(INSTANCE, encoding="utf-8")
    environment = os.environ | {
        "DAGSTER_HOME": str(home),
        "SCV_WAREHOUSE": str(settings.warehouse),
        "SCV_LANDING": str(settings.landing),
    }
    if config is not None:
        environment["SCV_CONFIG"] = str(config.absolute())
    console.print(f"http://{host}:{port}  (landing {settings.landing})")
    workspace = Path(__file__).parents[2] / "workspace.yaml"
    command = [
        str(Path(sys.executable).with_name("dagster")), "dev",
        "--workspace", str(workspace), "--host", host, "--port", str(port),
    ]  # fmt: skip
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)
