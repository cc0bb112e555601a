"""What a row and a pair take: the one table of rates, measured and assumed, of `scaling`.

Change a number here after its command has measured it anew; the page is then made by
`python -m benchmarks.scaling`.
"""

from __future__ import annotations

RUN_RECORDS = 1_001_440
RUN_DELIVERED = 1_929_191
RUN_CORES = 2
STAGE_SECONDS = {
    "ingest": 42.4,
    "events": 35.7,
    "records": 66.2,
    "consolidate": 39.4,
}
DRIVER_SECONDS = {
    "inspection": 2.3,
    "audits": 9.2,
}
"""`make bench`: the stages of docs/benchmarks.md at a million source identities, start-ups
included; the audits of all stages together. `python -m benchmarks.inspecting FEEDS/landing` for the
look at the files. The steps of `DRIVER_SECONDS` run in the driver alone.
"""

LARGEST_FILE = 0.31
"""Share of the delivered rows in the largest file of a first load, by the same command: one task's.
"""

SECONDS_OF_A_RECORD = 20e-6
SECONDS_OF_A_PAIR = 11e-6
BYTES_OF_A_RECORD_IN_DRIVER = 1_120
"""`python -m benchmarks.resolving --threads 1 WAREHOUSE`, without and with `--crowd 60`: building
the nodes of a record, and scoring, connecting and sorting a pair, in seconds of a core; memory of
the process when the nodes of 1 million records are built, by their number.
"""

BYTES_OF_A_DELIVERED_ROW = 600
"""As of docs/scaling.md: 150 MB in a task of 250,000 rows."""

BYTES_OF_AN_ID = 25
PUBLISHED_BYTES = 534
BRONZE_BYTES = 120
"""Parquet of silver, resolution and golden, and of bronze, a record: files of that warehouse."""

SPARK_FACTOR = 3.0
"""Assumed, not measured: scoring through Spark's shuffles takes three times DuckDB's seconds."""

USE_OF_CORES = 0.7
"""Assumed: waits for the last task of a stage and for the driver."""

CORES_OF_AN_EXECUTOR = 4
