"""`scv demo`: generated feeds through the whole road, and what came out."""

from __future__ import annotations

import shutil
from pathlib import Path

from scv.console import console, show_table
from scv.errors import sentences
from scv.progress import Progress

FEEDS = Path("var/demo/feeds")
WAREHOUSE = Path("var/demo/warehouse")
PERSONS, DAYS, SEED = 2_000, 4, 1


@sentences
def demo() -> None:
    """Generate feeds of 2,000 people, run the job on them, and score the result."""
    from pipelines.config import Config
    from scv.commands.run import execute, leave, report

    ensure_feeds()
    empty_warehouse()
    # An scv.yml of the folder is about other feeds than these.
    settings = Config(warehouse=WAREHOUSE.absolute(), landing=(FEEDS / "landing").absolute())
    outcome = execute(settings, (None, None), Progress())
    report(outcome)
    leave(outcome)
    _show_result(WAREHOUSE)


def empty_warehouse() -> None:
    """Remove the tables and the key of the last demo, which shows the whole road every time."""
    from pipelines.lock import WriterLock

    with WriterLock(WAREHOUSE, "demo"):
        for path in WAREHOUSE.iterdir():
            # A lock whose file is gone locks nobody out.
            if path.name.startswith(".writer"):
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    WAREHOUSE.with_name(WAREHOUSE.name + ".key").unlink(missing_ok=True)


def ensure_feeds() -> None:
    """The demo's feeds, made once."""
    if (FEEDS / "truth").is_dir():
        return
    from generator.feeds import generate
    from generator.settings import GeneratorSettings

    shutil.rmtree(FEEDS, ignore_errors=True)
    generate(FEEDS, GeneratorSettings(persons=PERSONS, days=DAYS, seed=SEED))


def _show_result(warehouse: Path) -> None:
    from pipelines.snapshot import Snapshot
    from resolution.evaluation import evaluate
    from resolution.truth import read_truth
    from scv.commands.evaluate import ASSIGNMENTS

    with Snapshot(warehouse).duckdb() as connection:
        rows = connection.sql(
            "select customer_id, full_name, email, phone, records, array_to_string(sources, ' ')"
            " from golden.customers where state = 'published' order by records desc,"
            " customer_id limit 5"
        ).fetchall()
        show_table(
            "Customers with most records (generated people)",
            ["customer", "name", "e-mail", "phone", "records", "sources"],
            rows,
        )
        largest = rows[0][0]
        assignments = connection.sql(ASSIGNMENTS).to_arrow_table()
    result = evaluate(assignments, read_truth(FEEDS / "truth" / "identities.csv"))
    pairs = result.pairs
    console.print(
        f"Against the truth of these feeds: pair precision {pairs.precision.value:.3f},"
        f" recall {pairs.recall.value:.3f}, F1 {pairs.f1.value:.3f}"
    )
    console.print(
        "Look further:\n"
        f"  .venv/bin/scv explain {largest} --warehouse {warehouse}\n"
        f'  .venv/bin/scv sql "select * from golden.customers limit 3" --warehouse {warehouse}\n'
        "  make dev"
    )
